// The tab for one digit: joins board, reading and explanation.

import { Board } from "./board.js";
import { Reading } from "./reading.js";
import { Why } from "./why.js";

const LONGEST = 1024; // pixels of a picture's longer side

/**
 * Bring a tab to life and return its board. `server` answers `read` and `explain`; `server.patience` says for how many
 * milliseconds it may be silent; `keep` is given each finished drawing.
 */
export function digitPad(element, server, keep = () => {}) {
  const root = element.querySelector(".sketchpad");
  const reading = new Reading(root);
  const why = new Why(root, { explain: (question) => server.explain(question), patience: server.patience });
  const board = new Board(root, {
    tab: "digit",
    ask: (question) => server.read(question),
    patience: server.patience,
    keep,
    scale: (width, height) => LONGEST / Math.max(width, height),
    show(answer, question, settled) {
      if (answer.status === "blank") return board.idle("Nothing is written here.");
      board.say(reading.show(answer));
      why.about(question, answer.status, settled);
    },
    clear() {
      reading.clear();
      why.clear();
    },
  });
  return board;
}
