// Boxes, [x0, y0, x1, y1], y down.

export const middleX = ([x0, , x1]) => (x0 + x1) / 2;
export const middleY = ([, y0, , y1]) => (y0 + y1) / 2;
export const heightOf = ([, y0, , y1]) => y1 - y0;

/** The box that holds all of some boxes. */
export function around(boxes) {
  return boxes.reduce(([x0, y0, x1, y1], [u0, v0, u1, v1]) => [
    Math.min(x0, u0),
    Math.min(y0, v0),
    Math.max(x1, u1),
    Math.max(y1, v1),
  ]);
}

/** The box around points. */
export function boxOf(points) {
  return around(points.map(([x, y]) => [x, y, x, y]));
}
