// The left-hand side of a tab: a pad that is drawn on, or a picture laid on it; the server is asked about what is there.
// On the page that needs no server, a worker answers in its place.

import { Live } from "./live.js";
import { Pad } from "./pad.js";
import { Picture, chooser, takeFrom } from "./picture.js";
import { offerSamples } from "./samples.js";
import { copyFrom, drawingIn, fragment } from "./share.js";

const FOLLOW = 50; // ms between two questions while the pen is down; lifting it asks at once
const SLOW = 300; // ms until a line shows that a picture is being read

export class Board {
  #asked = 0;
  #slow = 0; // the timer
  #drawing = false;

  /**
   * `tab` is its name in links; `keep` is given each finished drawing; `scale` says how far a picture is scaled down;
   * `show` is given each answer, `clear` is called when there is no answer; `strip`, where there is one, takes pictures
   * that come together.
   */
  constructor(root, { tab, ask, patience, keep, scale, show, clear, strip }) {
    this.root = root;
    this.tab = tab;
    this.message = root.querySelector(".message");
    this.placeholder = root.querySelector(".placeholder");
    this.keep = keep;
    this.show = show;
    this.clearReading = clear;
    this.strip = strip;
    this.live = new Live(ask, {
      answered: (answer, question) => this.#answered(answer, question),
      lost: () => this.idle("The server does not answer. Nothing is lost, trying again …", { trouble: true }),
      patience,
    });
    this.picture = this.#takePictures(scale);
    this.pad = new Pad(root.querySelector(".surface"), (down) => this.#drawn(down));
    this.#listen();
    this.#offerSamples();
    if (!this.#open()) this.read();
  }

  get empty() {
    return this.picture.empty && this.pad.empty;
  }

  /** Ask about what is on the pad. */
  read() {
    if (!this.picture.empty) this.#readPicture();
    else if (!this.pad.empty) this.live.read(this.pad.toJSON());
    else this.#forget(this.placeholder.textContent);
  }

  /** Show a picture that was read already, with its answer. */
  showRead(url, answer) {
    this.live.forget();
    if (url) this.picture.put(url);
    else this.picture.clear();
    this.#answered(answer, { picture: url });
  }

  /** Say a sentence about a reading. Unchanged text is left alone, so that a screen reader hears it once. */
  say(sentence) {
    this.root.classList.remove("idle", "trouble");
    if (this.message.textContent !== sentence) this.message.textContent = sentence;
  }

  /** Say why there is no reading. */
  idle(sentence, { trouble = false } = {}) {
    this.say(sentence);
    this.root.classList.add("idle");
    this.root.classList.toggle("trouble", trouble);
    this.clearReading();
  }

  #readPicture() {
    this.live.read(this.picture.toJSON());
    clearTimeout(this.#slow);
    this.#slow = setTimeout(() => this.root.classList.add("slow"), SLOW);
  }

  #quick() {
    clearTimeout(this.#slow);
    this.root.classList.remove("slow");
  }

  #takePictures(scale) {
    const picture = new Picture(this.root, scale, {
      chosen: () => this.#forget("Looking at the picture …"),
      shown: () => this.read(),
      failed: () => this.idle("This file is not a picture that can be shown.", { trouble: true }),
    });
    const find = (name) => this.root.querySelector("." + name);
    const take = (files) => {
      if (files.length > 1 && this.strip) this.strip.take(files);
      else this.#showAlone(files[0]);
    };
    chooser(find("choose"), find("file"), take);
    chooser(find("take"), find("camera"), take);
    takeFrom((type, act) => listenToPage(this.root, type, act), find("pad"), take);
    return picture;
  }

  #answered(answer, question) {
    this.#quick();
    if (answer.error) this.idle(answer.error, { trouble: true });
    else if (answer.pending) this.idle(answer.pending);
    else this.show(answer, question, !this.#drawing);
  }

  #forget(sentence) {
    this.live.forget();
    this.#quick();
    this.idle(sentence);
  }

  #drawn(down) {
    this.#drawing = down;
    this.placeholder.hidden = !this.pad.empty;
    if (down && performance.now() - this.#asked < FOLLOW) return;
    this.#asked = performance.now();
    if (!down) this.keep(this.pad.toJSON());
    this.read();
  }

  /** The last thing that came on the pad goes: a picture lies over the drawing. */
  #undo() {
    if (this.picture.empty) return this.pad.undo();
    this.#takePicturesOff();
    this.live.forget();
    this.#quick();
    this.read();
  }

  /** A picture lies over the drawing, to which nothing is brought back unseen. */
  #redo() {
    if (this.picture.empty) this.pad.redo();
  }

  #clear() {
    this.#takePicturesOff();
    this.pad.clear();
  }

  #showAlone(file) {
    this.strip?.clear();
    this.picture.show(file);
  }

  #takePicturesOff() {
    this.strip?.clear();
    this.picture.clear();
  }

  /** Show the drawing that the address holds, if there is one. */
  #open() {
    const strokes = drawingIn(location.hash, this.tab);
    if (strokes.length) this.pad.load(strokes);
    return strokes.length > 0;
  }

  #offerSamples() {
    const draw = (strokes) => {
      this.#clear();
      this.pad.load(strokes);
    };
    const show = (file) => this.#showAlone(file);
    const group = this.root.querySelector(".samples");
    offerSamples(group, this.tab, this.pad.size, { draw, show }).catch(() => {}); // a page without them works, too
  }

  #share(button) {
    history.replaceState(null, "", fragment(this.tab, this.pad.toJSON().strokes));
    copyFrom(button, location.href);
  }

  #listen() {
    const clicked = (name, act) => this.root.querySelector("." + name).addEventListener("click", act);
    clicked("undo", () => this.#undo());
    clicked("redo", () => this.#redo());
    clicked("clear", () => this.#clear());
    clicked("predict", () => this.read());
    clicked("share", ({ currentTarget }) => this.#share(currentTarget));
    addEventListener("hashchange", () => this.root.isConnected && this.#open());
    listenToPage(this.root, "keydown", (event) => {
      const key = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
      const redone = key === "y" || (key === "z" && event.shiftKey);
      if (key === "z" || key === "y") event.preventDefault();
      if (redone) this.#redo();
      else if (key === "z") this.#undo();
      else if (event.key === "Escape") this.#clear();
    });
  }
}

/** Listen to the whole page for as long as the component stands and its tab is open, except where someone is writing. */
function listenToPage(root, type, act) {
  const open = () => root.offsetParent !== null;
  document.addEventListener(type, function heard(event) {
    if (!root.isConnected) document.removeEventListener(type, heard);
    else if (open() && !event.target.closest?.("input, textarea, select, [contenteditable]")) act(event);
  });
}
