// Several pictures at once: a strip of them below the pad, each with what was read in it; one is chosen and on the pad.

import { redrawn } from "./picture.js";

const AGAIN = 300; // ms until it is asked again while the network still loads
const NO_PICTURE = "This file is no picture that can be shown.";

export class Strip {
  #items = [];

  /** `scale` says how far a picture is scaled down; `choose` is given the picture and the answer of the chosen one. */
  constructor(root, { scale, ask, choose }) {
    this.list = root.querySelector(".pictures");
    this.progress = root.querySelector(".progress");
    this.root = root;
    this.scale = scale;
    this.ask = ask;
    this.choose = choose;
  }

  /** What was read, as `{ picture, answer }`: the file's name, and the answer. */
  get answers() {
    return this.#items.filter(({ answer }) => answer?.lines).map(({ name, answer }) => ({ picture: name, answer }));
  }

  async take(files) {
    const items = files.map((file, i) => this.#item(file, i));
    this.#items = items;
    this.list.replaceChildren(...items.map(({ button }) => button));
    this.root.hidden = false;
    await this.#read(items);
  }

  /** Read all again, with what is asked for now. */
  again() {
    if (this.#items.length) this.take(this.#items.map(({ file }) => file));
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
    const item = { file, name: file.name, button };
    button.addEventListener("click", () => this.#choose(item));
    return item;
  }

  async #read(items) {
    for (const [i, item] of items.entries()) {
      this.progress.textContent = "Picture " + (i + 1) + " of " + items.length + " …";
      await this.#readOne(item);
      if (this.#items !== items) return; // others came
      this.#show(item);
      if (i === 0) this.#choose(item);
    }
    const read = items.filter(({ answer }) => !answer.error).length;
    this.progress.textContent = read + " of " + items.length + " pictures read.";
  }

  async #readOne(item) {
    try {
      item.url = await redrawn(item.file, this.scale);
    } catch {
      item.answer = { error: NO_PICTURE };
      return;
    }
    item.answer = await this.ask({ picture: item.url });
    while (item.answer.pending) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
      item.answer = await this.ask({ picture: item.url });
    }
  }

  #show({ button, url, answer }) {
    const [image, caption] = button.children;
    if (url) image.src = url;
    caption.textContent = answer.error ? "not read" : answer.text.replaceAll("\n", " ") || "no digits";
    button.disabled = false;
  }

  #choose(item) {
    for (const { button } of this.#items) button.setAttribute("aria-pressed", button === item.button);
    this.choose(item);
  }
}
