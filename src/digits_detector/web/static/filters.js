// Filters of grey pictures, as in image/filters.py. A picture is { data, height, width }, row by row: a Uint8Array of
// levels, or a Float32Array in [0, 1].

import { argmax, clip, least, most, roundEven } from "./arithmetic.js";

/** Return what lies in a box [x0, y0, x1, y1] of a picture. */
export function cropped({ data, width }, [x0, y0, x1, y1]) {
  const part = new data.constructor((x1 - x0) * (y1 - y0));
  for (let y = y0; y < y1; y++) part.set(data.subarray(y * width + x0, y * width + x1), (y - y0) * (x1 - x0));
  return { data: part, height: y1 - y0, width: x1 - x0 };
}

/** Average blocks of factor×factor pixels; where factor is 1, return the very same picture. */
export function averaged(image, factor) {
  return factor === 1 ? image : reduced(image, factor, factor);
}

/** Average blocks of pixels; levels are rounded as Pillow's `reduce` rounds them. */
function reduced({ data, height, width }, across, down) {
  const [rows, columns] = [Math.ceil(height / down), Math.ceil(width / across)];
  const result = new data.constructor(rows * columns);
  const levels = data instanceof Uint8Array;
  for (let row = 0; row < rows; row++) {
    const bottom = Math.min(height, (row + 1) * down);
    for (let column = 0; column < columns; column++) {
      const right = Math.min(width, (column + 1) * across);
      let total = 0;
      for (let y = row * down; y < bottom; y++)
        for (let x = column * across; x < right; x++) total += data[y * width + x];
      const n = (bottom - row * down) * (right - column * across);
      const multiplier = Math.floor(Math.fround(2 ** 24 / n));
      result[row * columns + column] = levels
        ? Math.floor(((total + Math.floor(n / 2)) * multiplier) / 2 ** 24)
        : total / n;
    }
  }
  return { data: result, height: rows, width: columns };
}

/** Scale so that the longer side has `side` pixels, by area averaging where that shrinks it. */
export function scaled(image, side) {
  const factor = side / Math.max(image.height, image.width);
  const [width, height] = [image.width, image.height].map((length) => Math.max(1, roundEven(length * factor)));
  if (width === image.width && height === image.height) return image;
  const [across, down] = [image.width / width, image.height / height].map((step) => Math.floor(step / 2) || 1);
  const source = across > 1 || down > 1 ? reduced(image, across, down) : image;
  const kernel = factor < 1 ? box : triangle;
  const columns = weights(source.width, image.width / across, width, kernel);
  const rows = weights(source.height, image.height / down, height, kernel);
  return weightedRows(weightedColumns(source, columns), rows);
}

const box = { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) };
const triangle = { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) };

/** What each of `size` places takes of which of `length` pixels, of which `extent` are scaled: Pillow's `resize`. */
function weights(length, extent, size, kernel) {
  const scale = extent / size;
  const wide = Math.max(1, scale);
  const support = kernel.support * wide;
  return Array.from({ length: size }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const last = Math.min(length, Math.trunc(centre + support + 0.5));
    const shares = [];
    for (let x = first; x < last; x++) shares.push(kernel.at((x - centre + 0.5) / wide));
    const total = shares.reduce((one, other) => one + other, 0);
    return { first, shares: shares.map((share) => share / total) };
  });
}

function weightedColumns({ data, height, width }, columns) {
  const result = new data.constructor(height * columns.length);
  const bias = data instanceof Uint8Array ? 0.5 : 0;
  for (let y = 0; y < height; y++)
    columns.forEach(({ first, shares }, x) => {
      let total = bias;
      for (let i = 0; i < shares.length; i++) total += shares[i] * data[y * width + first + i];
      result[y * columns.length + x] = total;
    });
  return { data: result, height, width: columns.length };
}

function weightedRows({ data, width }, rows) {
  const result = new data.constructor(rows.length * width);
  const bias = data instanceof Uint8Array ? 0.5 : 0;
  rows.forEach(({ first, shares }, y) => {
    for (let x = 0; x < width; x++) {
      let total = bias;
      for (let i = 0; i < shares.length; i++) total += shares[i] * data[(first + i) * width + x];
      result[y * width + x] = total;
    }
  });
  return { data: result, height: rows.length, width };
}

function transposed({ data, height, width }) {
  const result = new data.constructor(data.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) result[x * height + y] = data[y * width + x];
  return { data: result, height: width, width: height };
}

/** The mean of the side×side pixels about each pixel; at the edges, of those that there are. */
export function boxMean(grey, side) {
  return transposed(meanOfRows(transposed(meanOfRows(grey, side)), side));
}

function meanOfRows({ data, height, width }, side) {
  const half = Math.floor(side / 2);
  const sums = new Float64Array((height + 1) * width);
  for (let i = 0; i < data.length; i++) sums[i + width] = sums[i] + data[i];
  const means = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    const [first, last] = [Math.max(0, y - half), Math.min(height, y + half + 1)];
    for (let x = 0; x < width; x++)
      means[y * width + x] = (sums[last * width + x] - sums[first * width + x]) / (last - first);
  }
  return { data: means, height, width };
}

/** Fill what is darker than its surroundings and narrower than `side`; keep edges and slopes as they are. */
export function closing(grey, side) {
  const widest = transposed(extremes(transposed(extremes(grey, side, Math.max)), side, Math.max));
  return transposed(extremes(transposed(extremes(widest, side, Math.min)), side, Math.min));
}

/** The maximum or minimum of `side` (odd) pixels above and below each, by doubling windows. */
function extremes({ data, height, width }, side, extreme) {
  const half = Math.floor(side / 2);
  let taken = new Float32Array((height + 2 * half) * width).fill(extreme === Math.max ? -Infinity : Infinity);
  taken.set(data, half * width);
  for (let size = 1; size < side; ) {
    const step = Math.min(size, side - size);
    const next = new Float32Array(taken.length - step * width);
    for (let i = 0; i < next.length; i++) next[i] = extreme(taken[i], taken[i + step * width]);
    taken = next;
    size += step;
  }
  return { data: taken, height, width };
}

/** The threshold that splits levels into two classes of greatest variance between them, and the upper one's mean. */
export function otsu({ data }, bins = 256) {
  let [low, high] = [least(data), most(data)];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const step = (high - low) / bins;
  const counts = new Float64Array(bins);
  for (const value of data) counts[clip(Math.floor((value - low) / step), 0, bins - 1)]++;
  const [below, sums] = [new Float64Array(bins), new Float64Array(bins)];
  counts.forEach((count, i) => {
    below[i] = count + (below[i - 1] ?? 0);
    sums[i] = count * (low + (i + 0.5) * step) + (sums[i - 1] ?? 0);
  });
  const all = sums[bins - 1];
  const above = below.map((count) => data.length - count);
  const upper = sums.map((some, i) => (all - some) / Math.max(above[i], 1));
  const between = upper.map((mean, i) => below[i] * above[i] * (mean - sums[i] / Math.max(below[i], 1)) ** 2);
  const cut = argmax(between.subarray(0, bins - 1));
  return { threshold: low + (cut + 1) * step, above: upper[cut] };
}

/** The mask with all eight neighbours of its pixels. */
export function grown({ data, height, width }) {
  const result = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!data[y * width + x]) continue;
      for (let v = Math.max(0, y - 1); v < Math.min(height, y + 2); v++)
        result.fill(1, v * width + Math.max(0, x - 1), v * width + Math.min(width, x + 2));
    }
  return { data: result, height, width };
}

/** [x0, y0, x1, y1] of what is true in a mask; undefined where nothing is. */
export function bounds({ data, height, width }) {
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!data[y * width + x]) continue;
      [x0, x1] = [Math.min(x0, x), Math.max(x1, x + 1)];
      [y0, y1] = [Math.min(y0, y), y + 1];
    }
  return x1 > x0 ? [x0, y0, x1, y1] : undefined;
}

/** Connected components of a mask, by diagonals too: each pixel's number from 0 on, -1 beyond, and how many there are. */
export function components({ data, height, width }) {
  const labels = new Int32Array(data.length).fill(-1);
  let count = 0;
  for (let start = 0; start < data.length; start++) {
    if (!data[start] || labels[start] >= 0) continue;
    const waiting = [start];
    labels[start] = count;
    while (waiting.length) {
      const pixel = waiting.pop();
      const [y, x] = [Math.floor(pixel / width), pixel % width];
      for (let v = Math.max(0, y - 1); v < Math.min(height, y + 2); v++)
        for (let u = Math.max(0, x - 1); u < Math.min(width, x + 2); u++) {
          const near = v * width + u;
          if (!data[near] || labels[near] >= 0) continue;
          labels[near] = count;
          waiting.push(near);
        }
    }
    count++;
  }
  return { labels, count };
}

/** Estimate the width of the strokes in ink that has paper all around it: twice the area over the perimeter. */
export function widthOfStrokes({ data, height, width }) {
  let [area, perimeter] = [0, 0];
  for (const value of data) area += value;
  for (let y = 0; y < height - 1; y++)
    for (let x = 0; x < width - 1; x++) {
      const here = data[y * width + x];
      perimeter += Math.hypot(data[(y + 1) * width + x] - here, data[y * width + x + 1] - here);
    }
  return (2 * area) / Math.max(perimeter, 1e-9);
}

/** Ink with paper around it. */
export function padded({ data, height, width }, margin) {
  const wide = new Float32Array((height + 2 * margin) * (width + 2 * margin));
  for (let y = 0; y < height; y++)
    wide.set(data.subarray(y * width, (y + 1) * width), (y + margin) * (width + 2 * margin) + margin);
  return { data: wide, height: height + 2 * margin, width: width + 2 * margin };
}
