// Pen strokes and the one rule that draws them, as in strokes.py: a pixel's ink is
//
//     clip(width / 2 + 1 / 2 - distance, 0, 1)
//
// where `distance` runs from the pixel's centre to the nearest segment of any stroke, all in pixels.

const single = Math.fround;
const STEP = 0.25; // pixels of path to a point: finer detail than this is not seen in 28×28

/** The segments [start, end] of all strokes; a stroke of one point gives one of length 0. */
export function segments(strokes) {
  return strokes.flatMap((points) =>
    points.length === 1 ? [[points[0], points[0]]] : points.slice(1).map((end, i) => [points[i], end]),
  );
}

/** Draw strokes, in pixels, on [height, width] pixels: Float32Array of ink in [0, 1], row by row. */
export function rasterize(strokes, width, shape) {
  const reach = width / 2 + 0.5;
  const nearest = new Float32Array(shape[0] * shape[1]).fill(Infinity); // squared
  for (const segment of segments(strokes.map(thinOut))) measure(nearest, segment, reach, shape);
  return nearest.map((square) => Math.min(1, Math.max(0, single(reach) - single(Math.sqrt(square)))));
}

/** Keep the first point of each quarter pixel of path, and the last point. */
function thinOut(points) {
  let path = 0;
  let last = 0; // the quarter in which the last point lay
  return points.filter((point, i) => {
    if (i === 0) return true;
    path += Math.hypot(point[0] - points[i - 1][0], point[1] - points[i - 1][1]);
    const quarter = Math.floor(path / STEP);
    const enters = quarter !== last;
    last = quarter;
    return enters || i === points.length - 1;
  });
}

/** Lower the squared distances of the pixels that a segment may ink; in 32 bits, as Python does, to round alike. */
function measure(nearest, [[x0, y0], [x1, y1]], reach, [height, wide]) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  // A segment without length has no direction; any will do.
  const [ux, uy] = (length > 0 ? [(x1 - x0) / length, (y1 - y0) / length] : [1, 0]).map(single);
  const [x, y, end] = [x0, y0, length].map(single);
  const from = (a, b) => Math.max(0, Math.floor(Math.min(a, b) - reach));
  const to = (a, b, side) => Math.min(side, Math.ceil(Math.max(a, b) + reach));
  for (let row = from(y0, y1); row < to(y0, y1, height); row++) {
    for (let column = from(x0, x1); column < to(x0, x1, wide); column++) {
      const [right, down] = [single(column + 0.5 - x), single(row + 0.5 - y)];
      const along = single(single(uy * down) + single(ux * right));
      const across = single(single(ux * down) - single(uy * right));
      const beyond = single(along - Math.min(end, Math.max(0, along)));
      const square = single(single(across * across) + single(beyond * beyond));
      if (square < nearest[row * wide + column]) nearest[row * wide + column] = square;
    }
  }
}
