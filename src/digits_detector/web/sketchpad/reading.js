// The right-hand side for one digit: shows one reading, or nothing.

import { Bars, describe, timing } from "./bars.js";

export class Reading {
  constructor(root) {
    const find = (name) => root.querySelector("." + name);
    this.digit = find("digit");
    this.seen = find("seen");
    this.time = find("time");
    this.bars = new Bars(find("bars"));
    this.root = find("reading");
  }

  clear() {
    this.root.classList.remove("no-digit");
    this.#write("");
    this.bars.clear();
    this.seen.getContext("2d").clearRect(0, 0, 28, 28);
    this.time.textContent = "";
  }

  /** Show an answer, and return what there is to say about it. */
  show(answer) {
    const { status, digit, probabilities, seen } = answer;
    this.root.classList.toggle("no-digit", status === "not_a_digit");
    this.#write(status === "digit" ? digit : "");
    this.bars.show(probabilities, digit);
    paint(this.seen, seen);
    this.time.textContent = timing(answer);
    if (status === "digit") return describe(answer);
    return "That does not look like a digit. Closest: " + probabilities.indexOf(Math.max(...probabilities));
  }

  #write(digit) {
    // Unchanged text is left alone, so that a screen reader hears each digit once.
    if (this.digit.textContent !== String(digit)) this.digit.textContent = digit;
  }
}

/** The 784 grey levels that travel as base64. */
export function levels(base64) {
  return Array.from(atob(base64), (level) => level.charCodeAt(0));
}

/** Paint the grey levels on the small canvas. */
function paint(canvas, base64) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(28, 28);
  levels(base64).forEach((level, i) => image.data.set([255, 255, 255, level], i * 4));
  context.putImageData(image, 0, 0);
}
