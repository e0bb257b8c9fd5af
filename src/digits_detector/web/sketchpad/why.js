// On demand: where the network looked, for the digit it read and for the runner-up.

import { capital, withArticle } from "./bars.js";
import { Live } from "./live.js";
import { levels } from "./reading.js";

const YES = [45, 212, 191];
const NO = [251, 146, 60];
const GREY = [96, 100, 104];
const FAINT = 0.08; // of the strongest evidence: what is less is not worth a word

export class Why {
  #open = false;
  #sought = false; // the button was pressed: come into view; later the page must not move under the pen
  #question = null; // what is explained
  #status = "";

  constructor(root, { explain, patience }) {
    this.button = root.querySelector(".see-why");
    this.panel = root.querySelector(".why");
    this.title = root.querySelector(".why .title");
    this.maps = [makeMap(0), makeMap(1)];
    root.querySelector(".maps").append(...this.maps);
    this.live = new Live(explain, {
      answered: (answer) => this.#show(answer),
      lost: () => this.#lost(),
      patience,
    });
    this.button.addEventListener("click", () => this.#toggle());
  }

  /** There is a new reading of this. While the pen is still down (not settled), the old maps stay, paler. */
  about(question, status, settled) {
    this.#question = question;
    this.#status = status;
    this.live.forget();
    this.panel.classList.add("stale");
    if (this.#open && settled) this.live.read(question);
  }

  /** There is no reading. */
  clear() {
    this.live.forget();
    this.panel.hidden = true;
  }

  #toggle() {
    this.#open = !this.#open;
    this.button.setAttribute("aria-expanded", this.#open);
    this.#sought = this.#open;
    if (this.#open) this.live.read(this.#question);
    else this.clear();
  }

  #lost() {
    this.title.textContent = "The server does not answer, trying again …";
    this.panel.hidden = false;
  }

  #show({ digits, heat, seen }) {
    if (!this.#open || !digits?.length) return;
    const ink = levels(seen).map((level) => level / 255);
    const rows = heat.map((map) => map.flat());
    const strongest = Math.max(...rows.flat().map(Math.abs)) || 1;
    const areas = rows.map((map) => evidence(map, ink));
    const most = Math.max(...areas.flatMap(({ yes, no }) => [yes.sum, no.sum]));
    const sure = this.#status === "digit";
    this.title.textContent = sure ? "Why " + withArticle(digits[0]) + "?" : "Why " + withArticle(digits[0]) + " comes closest";
    this.maps.forEach((map, i) => {
      fillMap(map, digits[i], areas[i], most);
      paintHeat(map.querySelector("canvas"), rows[i], ink, strongest);
    });
    this.panel.hidden = false;
    this.panel.classList.remove("stale");
    if (this.#sought) this.panel.scrollIntoView({ block: "nearest", behavior: still() ? "auto" : "smooth" });
    this.#sought = false;
  }
}

function still() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function makeMap(place) {
  const figure = document.createElement("figure");
  figure.className = "map";
  figure.dataset.testid = "map-" + place;
  figure.innerHTML =
    '<canvas width="28" height="28" role="img"></canvas>' +
    '<figcaption><strong></strong><span class="yes"></span><span class="no"></span></figcaption>';
  return figure;
}

function fillMap(figure, digit, { yes, no }, most) {
  const [canvas, caption] = figure.children;
  const [question, yeses, noes] = caption.children;
  const says = (word, { sum, place }) =>
    sum < FAINT * most ? "Hardly any ink says " + word + "." : capital(word) + ", says " + place + ".";
  question.textContent = "Is it " + withArticle(digit) + "?";
  yeses.textContent = says("yes", yes);
  noes.textContent = says("no", no);
  canvas.setAttribute("aria-label", "Where the network looked for " + withArticle(digit));
}

/** Where most of the heat lies that speaks for a digit, and where most of what speaks against it. */
function evidence(heat, ink) {
  const inked = ink.flatMap((level, i) => (level > 0 ? [i] : []));
  const [column, row] = [thirds(inked.map((i) => i % 28)), thirds(inked.map((i) => Math.floor(i / 28)))];
  const strongest = (sign) => {
    const sums = {};
    for (const i of inked) {
      const place = describePlace(row(Math.floor(i / 28)), column(i % 28));
      sums[place] = (sums[place] ?? 0) + Math.max(0, sign * heat[i]);
    }
    const [place, sum] = Object.entries(sums).sort(([, p], [, q]) => q - p)[0];
    return { place, sum };
  };
  return { yes: strongest(1), no: strongest(-1) };
}

/** Says of a coordinate whether it lies in the first, middle or last third of all; of thin ink, the middle. */
function thirds(coordinates) {
  const [low, high] = [Math.min(...coordinates), Math.max(...coordinates)];
  return (x) => (high - low < 8 ? 1 : Math.floor(((x - low) / (high - low + 1)) * 3));
}

function describePlace(row, column) {
  const words = [["top", "middle", "bottom"][row], ["left", "", "right"][column]];
  if (row === 1 && column !== 1) words.shift();
  return "the " + words.filter(Boolean).join(" ");
}

/** Paint the ink, coloured by its heat. */
function paintHeat(canvas, heat, ink, strongest) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(28, 28);
  heat.forEach((value, i) => {
    // The heat of a pixel is no more than its ink; how deep its colour is shows the heat of the ink itself.
    const depth = ink[i] && Math.min(1, Math.abs(value) / strongest / ink[i]) ** 0.6;
    const colour = GREY.map((grey, k) => grey + depth * ((value > 0 ? YES : NO)[k] - grey));
    image.data.set([...colour, 255 * ink[i]], i * 4);
  });
  context.putImageData(image, 0, 0);
}
