// The ten bars, and how certainty is put into words.

export const SURE = 0.8; // below it, what else it could be is said, too

export class Bars {
  constructor(place, prefix = "") {
    this.bars = Array.from({ length: 10 }, (_, digit) => makeBar(digit, prefix));
    place.append(...this.bars);
  }

  show(probabilities, winner) {
    this.bars.forEach((bar, i) => fillBar(bar, probabilities[i], i === winner));
  }

  clear() {
    this.bars.forEach((bar) => fillBar(bar, null));
  }
}

function makeBar(digit, prefix) {
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.dataset.testid = prefix + "bar-" + digit;
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

export function percentage(probability) {
  return (probability * 100).toFixed(1) + " %";
}

export function certainty(confidence) {
  // Rounded up to 100 % it would claim more than any network can know.
  return confidence > 0.999 ? "over 99.9 % sure" : percentage(confidence) + " sure";
}

export function describe({ digit, confidence, probabilities }) {
  const sure = capital(certainty(confidence));
  if (confidence >= SURE) return sure;
  const others = probabilities.map((p, i) => [p, i]).filter(([, i]) => i !== digit);
  const [, second] = others.sort(([p], [q]) => q - p)[0];
  return sure + ", it could be " + withArticle(second);
}

export function withArticle(digit) {
  return (digit === 8 ? "an " : "a ") + digit;
}

export function capital(words) {
  return words[0].toUpperCase() + words.slice(1);
}

export function timing({ milliseconds, roundTrip, here }) {
  const way = here ? "in your browser." : Math.round(roundTrip) + " ms there and back.";
  return "Read in " + milliseconds.toFixed(1) + " ms, " + way;
}
