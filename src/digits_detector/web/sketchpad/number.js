// The tab for numbers: joins board, boxes and what was found.

import { Board } from "./board.js";
import { Boxes } from "./boxes.js";
import { Found } from "./found.js";
import { Strip } from "./strip.js";

export const PIXELS = 1_250_000; // of a picture: a line of ten digits in a photo still has 100 pixels for each
const MARGIN = 12; // units of the pad from the middle of a line to the box around it: half the pen, and some air

/** Bring a tab to life and return its board. `server` answers `read_all`; the rest is as of `digitPad`. */
export function numberPad(element, server, keep = () => {}) {
  const root = element.querySelector(".sketchpad");
  const found = new Found(root, new Boxes(root.querySelector(".pad"), (place) => found.choose(place)), () => strip.answers);
  const marks = root.querySelector(".marks");
  const ask = (question) => server.read_all({ ...question, marks: marks.checked });
  const scale = (width, height) => Math.sqrt(PIXELS / (width * height));
  const choose = ({ url, answer }) => board.showRead(url, answer);
  const strip = new Strip(root.querySelector(".strip"), { scale, ask, choose });
  const board = new Board(root, {
    tab: "numbers",
    ask,
    patience: server.patience,
    keep,
    scale,
    show(answer, question) {
      const pictured = "picture" in question;
      const frame = pictured ? { size: board.picture.size, margin: 0 } : { size: board.pad.size, margin: MARGIN };
      if (answer.text) board.say(found.show(answer, frame));
      else board.idle(pictured ? "No digits were found in this picture." : "That does not look like a number.");
    },
    clear: () => found.clear(),
    strip,
  });
  marks.addEventListener("change", () => {
    if (strip.empty) board.read();
    else strip.again();
  });
  return board;
}
