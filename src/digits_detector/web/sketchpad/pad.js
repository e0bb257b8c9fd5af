// The drawing surface: pointer events in, strokes out.
// Strokes live in the units of the SVG's view box, so a resized or rotated screen neither loses nor bends them,
// and the browser draws them sharp on every screen.

const TOLERANCE = 0.8; // how far a sent line may stray from the drawn one

export class Pad {
  #strokes = [];
  #undone = []; // what `redo` brings back, the last one first
  #pointer = null; // the event that put the pen down, while it is down

  constructor(surface, changed) {
    this.surface = surface;
    const { width, height } = surface.viewBox.baseVal;
    this.size = [width, height];
    this.changed = changed; // called with true while the pen is down
    const on = (type, act) => surface.addEventListener(type, act.bind(this));
    on("pointerdown", this.#begin);
    on("pointermove", this.#extend);
    on("pointerup", this.#finish);
    on("pointercancel", this.#abandon);
    on("lostpointercapture", this.#finish);
    on("contextmenu", (event) => event.preventDefault());
  }

  get empty() {
    return this.#strokes.length === 0;
  }

  toJSON() {
    const round = (points) => points.map(([x, y]) => [Math.round(x), Math.round(y)]);
    return { strokes: this.#strokes.map(({ points }) => round(simplify(points))) };
  }

  /** Show strokes in place of those that are there. */
  load(strokes) {
    this.clear();
    for (const points of strokes) this.#stroke(points.map((point) => point.map((at, i) => Math.min(at, this.size[i]))));
    this.changed(false);
  }

  undo() {
    this.#pointer = null;
    const stroke = this.#strokes.pop();
    stroke?.path.remove();
    if (stroke) this.#undone.push(stroke);
    this.changed(false);
  }

  redo() {
    const stroke = this.#undone.pop();
    if (!stroke) return;
    this.surface.append(stroke.path);
    this.#strokes.push(stroke);
    this.changed(false);
  }

  clear() {
    this.#pointer = null;
    this.#strokes.forEach(({ path }) => path.remove());
    this.#strokes = [];
    this.#undone = [];
    this.changed(false);
  }

  #begin(event) {
    if (event.button !== 0) return;
    if (this.#pointer) {
      // A second finger draws nothing. A pen beside a resting palm takes over.
      if (event.pointerType !== "pen" || this.#pointer.pointerType === "pen") return;
      this.#drop();
    }
    this.#pointer = event;
    this.#undone = [];
    this.surface.setPointerCapture(event.pointerId);
    this.#stroke([]);
    this.#add([event]);
  }

  #stroke(points) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    if (points.length) path.setAttribute("d", outline(points));
    this.surface.append(path);
    this.#strokes.push({ path, points });
  }

  #extend(event) {
    if (event.pointerId !== this.#pointer?.pointerId) return;
    const finer = event.getCoalescedEvents?.() ?? [];
    this.#add(finer.length ? finer : [event]);
  }

  #finish(event) {
    if (event.pointerId !== this.#pointer?.pointerId) return;
    this.#pointer = null;
    this.changed(false);
  }

  #abandon(event) {
    // The system took the pointer away (a palm, a gesture): what it drew was not meant.
    if (event.pointerId !== this.#pointer?.pointerId) return;
    this.#drop();
    this.changed(false);
  }

  #drop() {
    this.#pointer = null;
    this.#strokes.pop()?.path.remove();
  }

  #add(events) {
    const { path, points } = this.#strokes.at(-1);
    const box = this.surface.getBoundingClientRect();
    const [width, height] = this.size;
    const place = (offset, length, units) => Math.min(units, Math.max(0, (offset / length) * units));
    for (const event of events) {
      const x = place(event.clientX - box.left, box.width, width);
      const point = [x, place(event.clientY - box.top, box.height, height)];
      const last = points.at(-1);
      if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= 1) points.push(point);
    }
    path.setAttribute("d", outline(points));
    this.changed(true);
  }
}

/** The SVG path of a stroke: curves from middle to middle, so that quick strokes stay round. */
export function outline(points) {
  const at = ([x, y]) => x.toFixed(1) + " " + y.toFixed(1);
  const middle = ([x, y], [u, v]) => [(x + u) / 2, (y + v) / 2];
  let path = "M" + at(points[0]);
  for (let i = 1; i < points.length - 1; i++) path += "Q" + at(points[i]) + " " + at(middle(points[i], points[i + 1]));
  return path + "L" + at(points.at(-1));
}

/** The few points that keep a line within TOLERANCE of the pen's way (Ramer, Douglas, Peucker). */
function simplify(points) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points.at(-1)];
  let index = 0;
  let farthest = TOLERANCE;
  for (let i = 1; i < points.length - 1; i++) {
    const stray = distance(points[i], first, last);
    if (stray > farthest) [index, farthest] = [i, stray];
  }
  if (index === 0) return [first, last];
  return [...simplify(points.slice(0, index + 1)), ...simplify(points.slice(index)).slice(1)];
}

function distance([x, y], [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}
