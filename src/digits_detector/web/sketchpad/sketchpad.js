// Joins them: the pad is drawn on, or a picture laid on it, the server asked, the reading shown.
// Gradio runs all this once the component stands: `element`, `props` and `server` are its.

const FOLLOW = 50; // ms between two questions while the pen is down; lifting it asks at once

const root = element.querySelector(".sketchpad");
const placeholder = root.querySelector(".placeholder");
const reading = new Reading(root);
const why = new Why(root, (question) => server.explain(question));
const live = new Live((question) => server.read(question), {
  answered: show,
  lost: () => idle("The server does not answer. Nothing is lost, trying again …", { trouble: true }),
});
let asked = 0;
let drawing = false;

const picture = new Picture(root, {
  chosen: () => forget("Looking at the picture …"),
  shown: read,
  failed: () => idle("This file is no picture that can be shown.", { trouble: true }),
});

const pad = new Pad(root.querySelector(".surface"), (down) => {
  drawing = down;
  placeholder.hidden = !pad.empty;
  if (drawing && performance.now() - asked < FOLLOW) return;
  asked = performance.now();
  if (!drawing) props.value = pad.toJSON();
  read();
});

function read() {
  if (!picture.empty) live.read(picture.toJSON());
  else if (!pad.empty) live.read(pad.toJSON());
  else forget("Draw a digit");
}

function show(answer, question) {
  if (answer.error) return idle(answer.error, { trouble: true });
  if (answer.status === "blank") return idle("Nothing is written here.");
  reading.show(answer);
  why.about(question, answer.status, !drawing);
}

function idle(sentence, options) {
  reading.clear(sentence, options);
  why.clear();
}

function forget(sentence) {
  live.forget();
  idle(sentence);
}

/** The last thing that came on the pad goes: a picture lies over the drawing. */
function undo() {
  if (picture.empty) return pad.undo();
  picture.clear();
  read();
}

function clear() {
  picture.clear();
  pad.clear();
}

/** Listen to the whole page for as long as the component stands, except where someone is writing. */
function onPage(type, act) {
  document.addEventListener(type, function heard(event) {
    if (!root.isConnected) document.removeEventListener(type, heard);
    else if (!event.target.closest?.("input, textarea, select, [contenteditable]")) act(event);
  });
}

root.querySelector(".undo").addEventListener("click", undo);
root.querySelector(".clear").addEventListener("click", clear);
root.querySelector(".predict").addEventListener("click", read);
takeFrom(onPage, root.querySelector(".pad"), (file) => picture.show(file));
onPage("keydown", (event) => {
  const taken = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
  if (taken) event.preventDefault();
  if (taken) undo();
  else if (event.key === "Escape") clear();
});
