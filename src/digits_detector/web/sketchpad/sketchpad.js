// Joins the three: the pad is drawn on, the server asked, the reading shown.
// Gradio runs all this once the component stands: `element`, `props` and `server` are its.

const FOLLOW = 50; // ms between two questions while the pen is down; lifting it asks at once

const root = element.querySelector(".sketchpad");
const placeholder = root.querySelector(".placeholder");
const reading = new Reading(root);
const live = new Live((drawing) => server.read(drawing), {
  answered: (answer) => reading.show(answer),
  lost: () => reading.clear("The server does not answer. Your drawing is kept, trying again …", { trouble: true }),
});
let asked = 0;

const pad = new Pad(root.querySelector(".surface"), (drawing) => {
  placeholder.hidden = !pad.empty;
  if (drawing && performance.now() - asked < FOLLOW) return;
  asked = performance.now();
  if (!drawing) props.value = pad.toJSON();
  read();
});

function read() {
  if (!pad.empty) return live.read(pad.toJSON());
  live.forget();
  reading.clear("Draw a digit");
}

function shortcut(event) {
  if (!root.isConnected) return document.removeEventListener("keydown", shortcut);
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const undo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
  if (undo) event.preventDefault();
  if (undo) pad.undo();
  else if (event.key === "Escape") pad.clear();
}

root.querySelector(".undo").addEventListener("click", () => pad.undo());
root.querySelector(".clear").addEventListener("click", () => pad.clear());
root.querySelector(".predict").addEventListener("click", read);
document.addEventListener("keydown", shortcut);
