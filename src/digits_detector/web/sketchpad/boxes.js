// What was found, where it was found: a box about each digit, over the drawing or the picture.

const SVG = "http://www.w3.org/2000/svg";
const TAG = 20; // pixels on the screen that the digit's tag is wide and high

export class Boxes {
  #size = [1, 1];

  constructor(pad, choose) {
    this.choose = choose;
    this.layer = document.createElementNS(SVG, "svg");
    this.layer.classList.add("boxes");
    this.layer.setAttribute("aria-hidden", "true"); // the digits beside the pad say the same
    pad.append(this.layer);
    new ResizeObserver(() => this.#fit()).observe(this.layer);
  }

  /** Show digits, whose boxes, widened by the margin, are in the units of a width and a height. */
  show(digits, size, margin) {
    this.#size = size;
    this.layer.setAttribute("viewBox", "0 0 " + size.join(" "));
    this.layer.replaceChildren(...digits.map(({ digit, box }, i) => this.#box(digit, widened(box, margin), i)));
    this.#fit();
  }

  clear() {
    this.layer.replaceChildren();
  }

  mark(chosen) {
    [...this.layer.children].forEach((box, i) => box.classList.toggle("chosen", i === chosen));
  }

  /** The view box scales the boxes with what lies below; the tags keep their size on the screen. */
  #fit() {
    const { width, height } = this.layer.getBoundingClientRect();
    const scale = Math.min(width / this.#size[0], height / this.#size[1]);
    if (scale > 0) this.layer.style.setProperty("--pixel", 1 / scale);
    // A tag stands on its box, or within where that is too near to the edge.
    for (const tag of this.layer.querySelectorAll(".tag")) tag.classList.toggle("within", tag.dataset.top * scale < TAG);
  }

  #box(digit, [x0, y0, x1, y1], place) {
    const group = svg("g", { class: "box", "data-testid": "box-" + place });
    const frame = svg("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0 });
    const tag = svg("g", { class: "tag", "data-top": y0 });
    const label = svg("text", { x: TAG / 2, y: TAG / 2 });
    label.textContent = digit;
    tag.append(svg("rect", { width: TAG, height: TAG, rx: 5 }), label);
    const corner = svg("g", { transform: "translate(" + x0 + " " + y0 + ")" });
    corner.append(tag);
    group.append(frame, corner);
    group.addEventListener("click", () => this.choose(place));
    return group;
  }
}

function widened([x0, y0, x1, y1], margin) {
  return [x0 - margin, y0 - margin, x1 + margin, y1 + margin];
}

function svg(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
