// Several pictures at once: a strip of them below the pad, each with what was read in it; one is chosen and on the pad.

import { redrawn } from "./picture.js";

const AGAIN = 300; // ms until it is asked again while the network still loads
const NO_ANSWER = "The server does not answer. Choose the pictures again to try again.";
const NO_PICTURE = "This file is not a picture that can be shown.";

export class Strip {
  #items = [];
  #chosen = null;

  /** `scale` says how far a picture is scaled down; `choose` is given the picture and the answer of the chosen one. */
  constructor(root, { scale, ask, choose }) {
    this.list = root.querySelector(".pictures");
    this.progress = root.querySelector(".progress");
    this.root = root;
    this.scale = scale;
    this.ask = ask;
    this.choose = choose;
  }

  get empty() {
    return this.#items.length === 0;
  }

  /** What was read, as `{ picture, answer }`: the file's name, and the answer. */
  get answers() {
    return this.#items.filter(({ answer }) => answer?.lines).map(({ file, answer }) => ({ picture: file.name, answer }));
  }

  take(files) {
    const items = files.map((file, i) => this.#item(file, i));
    this.list.replaceChildren(...items.map(({ button }) => button));
    this.root.hidden = false;
    this.#chosen = items[0];
    return this.#read(items);
  }

  /** Read all again, with what is asked for now. */
  again() {
    return this.#read([...this.#items]);
  }

  clear() {
    this.#items = [];
    this.list.replaceChildren();
    this.root.hidden = true;
  }

  #item(file, place) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.testid = "picture-" + place;
    button.title = file.name;
    button.disabled = true;
    button.innerHTML = '<img alt=""><span>…</span>';
    const item = { file, button };
    button.addEventListener("click", () => this.#choose(item));
    return item;
  }

  async #read(items) {
    this.#items = items;
    for (const [i, item] of items.entries()) {
      this.progress.textContent = "Picture " + (i + 1) + " of " + items.length + " …";
      await this.#readOne(item);
      if (this.#items !== items) return; // others came
      this.#show(item);
      if (item === this.#chosen) this.#choose(item);
    }
    const read = items.filter(({ answer }) => !answer.error).length;
    this.progress.textContent = read + " of " + items.length + " pictures read.";
  }

  async #readOne(item) {
    try {
      item.url ??= await redrawn(item.file, this.scale);
    } catch {
      item.answer = { error: NO_PICTURE };
      return;
    }
    item.answer = await this.#answer({ picture: item.url });
    while (item.answer.pending) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
      item.answer = await this.#answer({ picture: item.url });
    }
  }

  async #answer(question) {
    try {
      return await this.ask(question);
    } catch {
      return { error: NO_ANSWER }; // one picture never costs another
    }
  }

  #show({ button, url, answer }) {
    const [image, caption] = button.children;
    if (url) image.src = url;
    caption.textContent = answer.error ? "not read" : answer.text.replaceAll("\n", " ") || "no digits";
    button.disabled = false;
  }

  #choose(item) {
    this.#chosen = item;
    for (const { button } of this.#items) button.setAttribute("aria-pressed", button === item.button);
    this.choose(item);
  }
}
