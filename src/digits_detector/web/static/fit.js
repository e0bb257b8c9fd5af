// Ink fitted into 28×28: scaled to the box, its stroke's width set, placed by its centre of mass, as in fit.py.

import { padded, scaled, widthOfStrokes } from "./filters.js";
import { DETAIL } from "./ink.js";
import { clip, range, roundEven, sum } from "./arithmetic.js";
import { FIT, SIZE } from "./normalize.js";

const STROKE_WIDTHS = [2, 3]; // what ink is brought into, with the least change: MNIST's own vary as much
const LEVEL = 0.8; // MNIST's typical ink, weighted by the ink itself
const MARGIN = 1; // pixels of paper about the ink: from there it is thinned
const NONE = 1e-9; // pixels: by as little no edge is moved

/** Return ink as MNIST would hold it: Uint8Array of 28×28 levels, white on black. */
export function fitted(ink) {
  if (!ink.values) return new Uint8Array(SIZE * SIZE);
  const detailed = measured(ink.values);
  const width = widthOfStrokes(detailed);
  const target = clip((width * FIT) / DETAIL, ...STROKE_WIDTHS);
  // The box holds the pen's own width, so a wider pen makes it larger: between the lines' middles it does not.
  const pixel = (DETAIL - width) / (FIT - target); // of 28×28, in pixels of `detailed`
  const radius = (target * pixel - width) / 2;
  const extents = [detailed.height, detailed.width].map((side) => (side - 2 * MARGIN - width) / pixel + target);
  return placed(thickened(detailed, radius), extents, pixel);
}

/** The ink with a longer side of DETAIL pixels and paper about it, strengthened where it is weak. */
function measured(ink) {
  const detailed = Math.max(ink.height, ink.width) < DETAIL ? enlarged(ink) : scaled(ink, DETAIL);
  const level = sum(detailed.data.map((value) => value * value)) / sum(detailed.data);
  const stronger = Math.max(LEVEL / level, 1);
  return padded({ ...detailed, data: detailed.data.map((value) => Math.min(1, value * stronger)) }, MARGIN);
}

/** Enlarge by bilinear interpolation. */
function enlarged({ data, height, width }) {
  const longer = Math.max(height, width);
  const [down, across] = [height, width].map((side) => Math.max(1, roundEven((side * DETAIL) / longer)));
  const [rows, columns] = [bilinear(height, down), bilinear(width, across)];
  const result = new Float32Array(down * across);
  rows.forEach((row, y) =>
    columns.forEach((column, x) => {
      let total = 0;
      for (const [v, part] of row) for (const [u, share] of column) total += part * share * data[v * width + u];
      result[y * across + x] = total;
    }),
  );
  return { data: result, height: down, width: across };
}

/** What each of `size` places takes of `length` pixels: pairs of a place and its share. */
function bilinear(length, size) {
  return range(size).map((place) => {
    const centre = ((place + 0.5) * length) / size;
    const shares = range(length)
      .map((i) => [i, Math.max(0, 1 - Math.abs(i + 0.5 - centre))])
      .filter(([, share]) => share > 0);
    const total = shares.reduce((some, [, share]) => some + share, 0);
    return shares.map(([i, share]) => [i, share / total]);
  });
}

function thickened(ink, radius) {
  if (Math.abs(radius) < NONE) return ink;
  if (radius < 0) return inverted(thicken(inverted(ink), -radius));
  return thicken(padded(ink, Math.max(0, Math.ceil(radius) - MARGIN)), radius);
}

function inverted(ink) {
  return { ...ink, data: ink.data.map((value) => 1 - value) };
}

/** Grey dilation with a disc; between whole radii, the mean of both neighbours. */
function thicken(ink, radius) {
  const larger = Math.max(1, Math.ceil(radius));
  const part = radius - (larger - 1);
  const rows = [ink.data]; // the maximum over 1, 3, 5, … pixels of a row
  for (let i = 0; i < larger; i++) rows.push(wider(rows[i], ink.width));
  const [less, more] = [larger - 1, larger].map((whole) => dilated(rows, whole, ink));
  return { ...ink, data: less.map((value, i) => (1 - part) * value + part * more[i]) };
}

function wider(row, width) {
  return row.map((value, i) =>
    Math.max(value, i % width > 0 ? row[i - 1] : 0, i % width < width - 1 ? row[i + 1] : 0),
  );
}

/** Take the maximum over a disc, row by row of the disc. */
function dilated(rows, radius, { height, width }) {
  const result = rows[radius].slice();
  for (let y = 1; y <= radius; y++) {
    const row = rows[Math.floor(Math.sqrt((radius + 0.5) ** 2 - y * y))];
    const step = y * width;
    for (let i = 0; i < height * width - step; i++) {
      result[i + step] = Math.max(result[i + step], row[i]);
      result[i] = Math.max(result[i], row[i + step]);
    }
  }
  return result;
}

/** Cut out 28×28 pixels of the given size around the centre of mass, by area averaging. */
function placed({ data, height, width }, [high, wide], pixel) {
  const [down, across] = [new Float64Array(height), new Float64Array(width)];
  data.forEach((value, i) => {
    down[Math.floor(i / width)] += value;
    across[i % width] += value;
  });
  const [rows, columns] = [edges(down, high, pixel), edges(across, wide, pixel)];
  const result = new Uint8Array(SIZE * SIZE);
  for (let row = 0; row < SIZE; row++)
    for (let column = 0; column < SIZE; column++) {
      let total = 0;
      for (let y = Math.max(0, rows[row]); y < Math.min(height, rows[row + 1]); y++)
        for (let x = Math.max(0, columns[column]); x < Math.min(width, columns[column + 1]); x++)
          total += data[y * width + x];
      const area = (rows[row + 1] - rows[row]) * (columns[column + 1] - columns[column]);
      result[row * SIZE + column] = roundEven((255 * total) / area);
    }
  return result;
}

/** Where the 28 pixels along an axis begin and end: around the centre of mass, or as near as keeps the ink inside. */
function edges(profile, extent, pixel) {
  const mass = sum(profile.map((value, i) => value * (i + 0.5))) / sum(profile);
  const room = (SIZE - extent) / 2;
  const middle = profile.length / 2;
  const centre = middle - clip((middle - mass) / pixel, -room, room) * pixel;
  return range(SIZE + 1).map((i) => roundEven(centre + pixel * (i - SIZE / 2)));
}
