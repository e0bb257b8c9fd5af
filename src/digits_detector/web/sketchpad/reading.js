// The right-hand side: shows one reading, or none.

class Reading {
  constructor(root) {
    const find = (name) => root.querySelector("." + name);
    this.digit = find("digit");
    this.message = find("message");
    this.seen = find("seen");
    this.time = find("time");
    this.bars = Array.from({ length: 10 }, (_, digit) => makeBar(digit));
    find("bars").append(...this.bars);
    this.root = find("reading");
    this.clear("Draw a digit");
  }

  /** Empty results, and one sentence that says why. */
  clear(sentence, { trouble = false } = {}) {
    this.root.classList.add("idle");
    this.root.classList.remove("no-digit");
    this.root.classList.toggle("trouble", trouble);
    this.#say("", sentence);
    this.bars.forEach((bar) => fillBar(bar, null));
    this.seen.getContext("2d").clearRect(0, 0, 28, 28);
    this.time.textContent = "";
  }

  show({ status, digit, confidence, probabilities, seen, milliseconds, roundTrip }) {
    this.root.classList.remove("idle", "trouble");
    this.root.classList.toggle("no-digit", status === "not_a_digit");
    if (status === "digit") this.#say(digit, describe(digit, confidence, probabilities));
    else this.#say("", "That does not look like a digit. Closest: " + probabilities.indexOf(Math.max(...probabilities)));
    this.bars.forEach((bar, i) => fillBar(bar, probabilities[i], i === digit));
    paint(this.seen, seen);
    this.time.textContent = "Read in " + milliseconds.toFixed(1) + " ms, " + Math.round(roundTrip) + " ms there and back.";
  }

  #say(digit, sentence) {
    // Unchanged text is left alone, so that a screen reader hears each digit once.
    if (this.digit.textContent !== String(digit)) this.digit.textContent = digit;
    if (this.message.textContent !== sentence) this.message.textContent = sentence;
  }
}

function makeBar(digit) {
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.dataset.testid = "bar-" + digit;
  const attributes = { role: "meter", "aria-label": "Digit " + digit, "aria-valuemin": 0, "aria-valuemax": 100 };
  for (const [name, value] of Object.entries(attributes)) bar.setAttribute(name, value);
  bar.innerHTML =
    '<span class="name"></span><span class="track"><span class="fill"></span></span><span class="percent"></span>';
  bar.firstChild.textContent = digit;
  return bar;
}

function fillBar(bar, probability, wins = false) {
  const exact = ((probability ?? 0) * 100).toFixed(4);
  const [, track, percent] = bar.children;
  bar.classList.toggle("wins", wins);
  bar.setAttribute("aria-valuenow", Number(exact));
  bar.setAttribute("aria-valuetext", probability === null ? "nothing read" : exact + " %");
  bar.title = probability === null ? "" : bar.firstChild.textContent + ": " + exact + " %";
  track.firstChild.style.width = exact + "%";
  percent.textContent = probability === null ? "" : percentage(probability);
}

function percentage(probability) {
  return (probability * 100).toFixed(1) + " %";
}

function describe(digit, confidence, probabilities) {
  // Rounded up to 100 % it would claim more than any network can know.
  const sure = confidence > 0.999 ? "Over 99.9 % sure" : percentage(confidence) + " sure";
  if (confidence >= 0.8) return sure;
  const others = probabilities.map((p, i) => [p, i]).filter(([, i]) => i !== digit);
  const [, second] = others.sort(([p], [q]) => q - p)[0];
  return sure + ", it could be " + withArticle(second);
}

function withArticle(digit) {
  return (digit === 8 ? "an " : "a ") + digit;
}

/** The 784 grey levels that travel as base64. */
function levels(base64) {
  return Array.from(atob(base64), (level) => level.charCodeAt(0));
}

/** Paint the grey levels on the small canvas. */
function paint(canvas, base64) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(28, 28);
  levels(base64).forEach((level, i) => image.data.set([255, 255, 255, level], i * 4));
  context.putImageData(image, 0, 0);
}
