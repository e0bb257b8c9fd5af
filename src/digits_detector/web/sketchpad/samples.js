// Samples to try, for visitors without a pen or with a blank mind: drawings and photographs that the project made.

import { outline } from "./pad.js";
import { strokesOf } from "./share.js";

const FOLDER = new URL("samples/", import.meta.url);

/** Fill a group with a button for each sample of a tab; `draw` is given strokes, `show` the file of a picture. */
export async function offerSamples(group, tab, size, { draw, show }) {
  const response = await fetch(new URL("samples.json", FOLDER));
  const { drawings, pictures } = (await response.json())[tab];
  const buttons = [
    ...drawings.map((text) => button(sketch(strokesOf(text), size), () => draw(strokesOf(text)))),
    ...pictures.map((name) => button(photo(name), async () => show(await fileOf(name)))),
  ];
  buttons.forEach((each, i) => {
    each.dataset.testid = tab + "-sample-" + i;
    each.setAttribute("aria-label", "Sample " + (i + 1) + (i < drawings.length ? ", a drawing" : ", a photo"));
  });
  group.append(...buttons);
  group.hidden = false;
}

async function fileOf(name) {
  return (await fetch(new URL(name, FOLDER))).blob();
}

function button(content, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.append(content);
  made.addEventListener("click", act);
  return made;
}

function sketch(strokes, size) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 " + size.join(" "));
  drawing.innerHTML = strokes.map((points) => '<path d="' + outline(points) + '"/>').join("");
  return drawing;
}

function photo(name) {
  const image = new Image();
  image.loading = "lazy";
  image.alt = "";
  image.src = new URL(name, FOLDER).href;
  return image;
}
