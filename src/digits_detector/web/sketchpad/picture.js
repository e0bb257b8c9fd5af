// A picture: chosen, taken, pasted or dropped, and shown on the pad over the drawing.
// The browser draws it again, upright and scaled down: what travels is small, and does not say where or when
// it was taken.

export class Picture {
  #newest = 0;

  constructor(root, scale, { chosen, shown, failed }) {
    this.scale = scale; // the factor for a width and height; a picture is never enlarged
    this.image = root.querySelector(".picture");
    this.chosen = chosen; // called as soon as there is a file
    this.shown = shown;
    this.failed = failed;
  }

  get empty() {
    return this.image.hidden;
  }

  get size() {
    return [this.image.naturalWidth, this.image.naturalHeight];
  }

  toJSON() {
    return { picture: this.image.src };
  }

  async show(file) {
    const number = ++this.#newest;
    this.chosen();
    try {
      const url = await redrawn(file, this.scale);
      if (number !== this.#newest) return;
      this.image.src = url;
      this.image.hidden = false;
      this.shown();
    } catch {
      if (number === this.#newest) this.failed();
    }
  }

  /** Show a picture that is a data URL already. */
  put(url) {
    this.#newest++;
    this.image.src = url;
    this.image.hidden = false;
  }

  clear() {
    this.#newest++;
    this.image.hidden = true;
    this.image.removeAttribute("src");
  }
}

/** A button that opens the dialogue of a file input; `take` is given the files. */
export function chooser(button, input, take) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (input.files.length) take([...input.files]);
    input.value = ""; // so that the same file can be chosen again
  });
}

/** Take pictures that are pasted or dropped, wherever on the page; `take` is given the files. */
export function takeFrom(page, target, take) {
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  const mark = (on) => target.classList.toggle("dropping", on);
  page("paste", (event) => {
    const files = [...event.clipboardData.files].filter(({ type }) => type.startsWith("image/"));
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
  page("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    mark(true);
  });
  page("dragleave", (event) => event.relatedTarget === null && mark(false));
  page("drop", (event) => {
    mark(false);
    if (!carries(event)) return;
    event.preventDefault();
    if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
  });
}

/** The picture as a data URL, turned as its camera was held. */
export async function redrawn(file, scaleOf) {
  const source = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = source;
    await image.decode();
    const scale = Math.min(1, scaleOf(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    // Cameras make JPEG. Anything else may be transparent, or have hard edges.
    return canvas.toDataURL(file.type === "image/jpeg" ? "image/jpeg" : "image/png", 0.92);
  } finally {
    URL.revokeObjectURL(source);
  }
}
