// The right-hand side for numbers: the digits that were found, to be copied, and the bars of the one that is chosen.

import { Bars, SURE, certainty, describe, percentage, timing } from "./bars.js";
import { copyFrom } from "./share.js";

export class Found {
  #digits = [];
  #answer = { text: "", lines: [] };
  #shown = "";
  #chosen = null;

  /** `all` returns the answers about several pictures, where there are some. */
  constructor(root, boxes, all) {
    const find = (name) => root.querySelector("." + name);
    this.boxes = boxes;
    this.all = all;
    this.number = find("number");
    this.spoken = find("spoken");
    this.time = find("time");
    this.closer = find("closer");
    this.title = find("closer .title");
    this.bars = new Bars(find("bars"), "numbers-");
    this.copy = find("copy");
    this.copy.addEventListener("click", () => copyFrom(this.copy, this.#answer.text));
    find("save-json").addEventListener("click", () => download("numbers.json", this.#json()));
    find("save-csv").addEventListener("click", () => download("numbers.csv", this.#csv()));
  }

  clear() {
    this.#digits = [];
    this.#fill({ text: "", lines: [] });
    this.boxes.clear();
    this.time.textContent = "";
    this.choose(null);
  }

  /** Show an answer, and return what there is to say about it. A digit that was chosen stays so. */
  show(answer, { size, margin }) {
    this.#digits = answer.lines.flatMap(({ digits }) => digits);
    this.#fill(answer);
    this.boxes.show(this.#digits, size, margin);
    this.time.textContent = timing(answer);
    this.choose(this.#chosen < this.#digits.length ? this.#chosen : null);
    return this.#summary();
  }

  choose(place) {
    this.#chosen = place;
    [...this.number.querySelectorAll("button")].forEach((button, i) => button.setAttribute("aria-pressed", i === place));
    this.boxes.mark(place);
    this.closer.hidden = place === null;
    if (place === null) return;
    const found = this.#digits[place];
    this.title.textContent = found.digit + ": " + describe(found);
    this.bars.show(found.probabilities, found.digit);
  }

  #fill({ text, lines }) {
    this.#answer = { text, lines };
    if (text === this.#shown) return; // the digit that the keyboard is on stays
    this.#shown = text;
    let place = 0;
    const rows = lines.map(({ numbers }) => {
      const row = document.createElement("div");
      for (const { text } of numbers) {
        const number = document.createElement("span");
        number.append(...[...text].map((sign) => (/\d/.test(sign) ? this.#button(sign, place++) : sign)));
        row.append(number);
      }
      return row;
    });
    this.number.replaceChildren(...rows);
    this.number.style.setProperty("--longest", Math.max(1, ...lines.map(({ text }) => text.length)));
    this.number.style.setProperty("--lines", Math.max(1, lines.length));
    this.spoken.textContent = text;
  }

  #button(digit, place) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.testid = "found-" + place;
    button.title = "How sure is this " + digit + "?";
    button.textContent = digit;
    button.addEventListener("click", () => this.choose(this.#chosen === place ? null : place));
    return button;
  }

  #summary() {
    const least = this.#digits.reduce((one, other) => (other.confidence < one.confidence ? other : one));
    if (this.#digits.length === 1) return describe(least);
    if (least.confidence >= SURE) return "Each digit is " + certainty(least.confidence).replace(/^(?=\d)/, "at least ");
    return "Least sure of the " + least.digit + ": " + percentage(least.confidence);
  }

  /** The answer; of several pictures a list, each with its `picture`. */
  #json() {
    const several = this.all().map(({ picture, answer: { text, lines } }) => ({ picture, text, lines }));
    return JSON.stringify(several.length ? several : this.#answer, null, 2) + "\n";
  }

  /** A row for each number: its line, from 1, its text and its box; of several pictures the picture first. */
  #csv() {
    const several = this.all();
    const head = "line,number,x0,y0,x1,y1";
    if (!several.length) return csv([head, ...rowsOf(this.#answer)]);
    const rows = several.flatMap(({ picture, answer }) => rowsOf(answer).map((row) => quoted(picture) + "," + row));
    return csv(["picture," + head, ...rows]);
  }
}

function rowsOf({ lines }) {
  return lines.flatMap(({ numbers }, line) =>
    numbers.map(({ text, box }) => [line + 1, text, ...box.map((side) => side.toFixed(1))].join(",")),
  );
}

function quoted(text) {
  return '"' + text.replaceAll('"', '""') + '"';
}

function csv(rows) {
  return rows.join("\r\n") + "\r\n";
}

/** Have the browser save a text as a file. */
function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}
