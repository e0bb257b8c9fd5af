// The tab for one digit: joins board, reading and, where there is room for one, explanation.

const LONGEST = 1024; // pixels of a picture's longer side

const root = element.querySelector(".sketchpad");
const reading = new Reading(root);
const why = root.querySelector(".why") && new Why(root, (question) => server.explain(question));
const board = new Board(root, {
  tab: "digit",
  ask: (question) => server.read(question),
  scale: (width, height) => LONGEST / Math.max(width, height),
  show(answer, question, settled) {
    if (answer.status === "blank") return board.idle("Nothing is written here.");
    board.say(reading.show(answer));
    why?.about(question, answer.status, settled);
  },
  clear() {
    reading.clear();
    why?.clear();
  },
});
