// Strokes become the 28×28 that MNIST would have made of them, as in normalize.py.

import { roundEven } from "./arithmetic.js";
import { boxOf } from "./geometry.js";
import { rasterize, segments } from "./strokes.js";

export const SIZE = 28;
export const FIT = 20; // pixels of the digit's longer side, stroke included
const STROKE_WIDTH = 2.5; // pixels: the mean of MNIST's digits

/** Scale strokes to the box, centre them by the mass of their lines, and draw them: Uint8Array of 28×28 levels. */
export function normalize(strokes) {
  const drawn = strokes.filter((points) => points.length > 0);
  if (drawn.length === 0) return new Uint8Array(SIZE * SIZE);
  const place = placement(drawn);
  const placed = drawn.map((points) => points.map(place));
  return Uint8Array.from(rasterize(placed, STROKE_WIDTH, [SIZE, SIZE]), (ink) => roundEven(Math.fround(ink * 255)));
}

/** The function that brings a point to its place in 28×28. */
function placement(strokes) {
  const box = boxOf(strokes.flat());
  const sides = [0, 1].map((axis) => ({ low: box[axis], high: box[axis + 2] }));
  const extent = Math.max(...sides.map(({ low, high }) => high - low));
  const scale = extent < 1e-9 ? 0 : (FIT - STROKE_WIDTH) / extent; // a dot is not scaled up
  const mass = centreOfMass(segments(strokes));
  const axes = sides.map(({ low, high }, axis) => {
    const middle = (low + high) / 2;
    // The centre of mass goes to the middle, unless ink would leave the picture.
    const room = (SIZE - ((high - low) * scale + STROKE_WIDTH)) / 2;
    const shift = Math.min(room, Math.max(-room, (middle - mass[axis]) * scale));
    return { middle, shift };
  });
  return (point) => axes.map(({ middle, shift }, axis) => (point[axis] - middle) * scale + shift + SIZE / 2);
}

/** Of the lines, each segment counting by its length; where nothing has a length, of the points. */
function centreOfMass(segments) {
  const lengths = segments.map(([[x0, y0], [x1, y1]]) => Math.hypot(x1 - x0, y1 - y0));
  const weights = lengths.some((length) => length > 0) ? lengths : lengths.map(() => 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return [0, 1].map(
    (axis) => segments.reduce((sum, [a, b], i) => sum + (weights[i] * (a[axis] + b[axis])) / 2, 0) / total,
  );
}
