// Where digits are in a picture: the detector on an image pyramid, coarse to fine, as in detect.py. A detection is
// { box: [x0, y0, x1, y1], logits, kind, certainty, windows }: `kind` the likeliest of CLASSES by the means over the
// levels that show it, `logits`; `certainty` the probability that it is a character; `windows` how many of its size were
// looked at. A peak on one level is { box, logits, area }, the area that was looked at, and for `merged` { level }, a
// number of its own for each level.

import { fullRange } from "./decode.js";
import { cropped, scaled } from "./filters.js";
import { CLASSES, DIGITS, MULTIPLE, SLASH, STRIDE } from "./networks.js";
import { argmax, clip, floats, logit, median, most, roundEven, sigmoid } from "./arithmetic.js";

const WHOLE = 200_000; // pixels: a level of no more is looked at whole; bounds the time of what is looked at in vain
const WHOLE_BETWEEN = 100_000; // the same of the levels between
const TILE = 512; // pixels: the side of a larger level's tiles
const OVERLAP = 64; // pixels: as far as the network sees about a cell
const MARGIN = 8; // pixels of the edge repeated around a level, so that digits at its edge have surroundings
const BETWEEN = Math.SQRT2; // the step from a level to the one between it and its half: a digit is seen in several sizes
const SLANTS = [-0.25, 0.25]; // as far each row of a small picture is moved, a unit down
const SMALL = 50_000; // pixels: of a picture that is looked at slanted, at most, which bounds the time
const SAME = 0.45; // intersection over union, from which on two boxes are one character
const INSIDE = 0.75; // of the smaller box within the larger: of two digits, one is a part of the other
const OF_A_MARK = 0.45; // the same of two marks, which never overlap: a colon's point is no mark of its own
const LEAST = 0.1; // the probability from which a digit on one level is looked at
const NEVER = 1e-9; // a probability, so that odds are finite
const OUTPUTS = CLASSES.length + 1; // the last: that digits too small to be read lie here

/** Find all that may be a digit, however faint, and marks in a grey picture; `counted` says what is read. */
export async function detect(detector, grey) {
  const levels = await levelsOf(detector, grey, WHOLE);
  const between = scaled(grey, Math.max(1, roundEven(Math.max(grey.height, grey.width) / BETWEEN)));
  // Points and dashes are so small that those of two levels would seldom be seen to be one.
  const others = (await levelsOf(detector, between, WHOLE_BETWEEN)).map((peaks) =>
    enlarged(peaks.filter((peak) => isDigit(peak) || isSlash(peak)), BETWEEN),
  );
  if (grey.data.length <= SMALL) {
    const slashes = levels.flat().filter(isSlash);
    for (const slant of SLANTS)
      for (const peaks of await slantedLevelsOf(detector, grey, slant)) others.push(without(slashes, peaks));
  }
  return merged(
    [...levels, ...others].flatMap((peaks, level) => peaks.map((peak) => ({ ...peak, level }))),
    detector.certainty,
  );
}

const isDigit = ({ logits }) => argmax(logits) < DIGITS;
const isSlash = ({ logits }) => argmax(logits) === SLASH;

/** The digits whose middle is in no slash of the picture as it is: a slash that is set upright is a 1. */
function without(slashes, peaks) {
  const inside = ([x0, y0, x1, y1], x, y) => x0 <= x && x <= x1 && y0 <= y && y <= y1;
  const middle = ([x0, y0, x1, y1]) => [(x0 + x1) / 2, (y0 + y1) / 2];
  return peaks.filter((peak) => isDigit(peak) && !slashes.some(({ box }) => inside(box, ...middle(peak.box))));
}

/** The peaks on each level of a picture whose rows are moved by whole pixels; boxes as if they were not. */
async function slantedLevelsOf(detector, { data, height, width }, slant) {
  const moves = Array.from({ length: height }, (_, row) => roundEven(slant * row));
  const first = Math.min(...moves);
  moves.forEach((move, row) => (moves[row] = move - first));
  const wide = width + Math.max(...moves);
  const slanted = new Float32Array(height * wide);
  moves.forEach((move, row) => {
    const line = slanted.subarray(row * wide, (row + 1) * wide);
    line.fill(data[row * width], 0, move);
    line.set(data.subarray(row * width, (row + 1) * width), move);
    line.fill(data[(row + 1) * width - 1], move + width);
  });
  const levels = await levelsOf(detector, { data: slanted, height, width: wide }, WHOLE);
  return levels.map((peaks) =>
    peaks.map(({ box: [x0, y0, x1, y1], ...peak }) => {
      const move = moves[clip(Math.trunc((y0 + y1) / 2), 0, height - 1)];
      return { ...peak, box: [x0 - move, y0, x1 - move, y1] };
    }),
  );
}

/** What is read of what was found in a picture: nothing, unless digits stand out. */
export function counted(found, { threshold, pictureOdds }) {
  if (evidence(found.filter(({ kind }) => kind < DIGITS)) < pictureOdds) return [];
  return found.filter(({ kind, certainty }) => kind >= DIGITS || certainty >= threshold);
}

/** How much speaks for digits in a picture: of their odds, divided by their windows, the k-th highest counts k times. */
function evidence(digits) {
  const odds = digits.map(({ certainty, windows }) => certainty / Math.max(1 - certainty, NEVER) / windows);
  return most([0, ...odds.sort((one, other) => other - one).map((each, k) => each * (k + 1))]);
}

/** The colour channels of a picture as one of grey: of colours the darkest on light paper, the lightest on dark. */
export function grey(channels) {
  const [{ height, width }] = channels;
  const full = fullRange(channels[0]);
  const [red, green, blue] = channels.map(({ data }) => data);
  const darkest = floats(red, (level, i) => Math.min(level, green[i], blue[i]) / full);
  const lightest = floats(red, (level, i) => Math.max(level, green[i], blue[i]) / full);
  const every = Math.max(1, Math.floor(Math.max(height, width) / 256));
  const sample = [];
  for (let y = 0; y < height; y += every)
    for (let x = 0; x < width; x += every) sample.push(darkest[y * width + x] + lightest[y * width + x]);
  return { data: median(sample) >= 1 ? darkest : lightest, height, width };
}

// ── the pyramid ─────────────────────────────────────────────────────────────────────────────────

/** The peaks on each level of the pyramid, the coarsest first. */
async function levelsOf(detector, picture, whole) {
  const pictures = pyramid(picture, detector.heights[1]);
  const levels = [];
  let finer = null; // of the coarser level, a cell of it each
  for (let depth = pictures.length - 1; depth >= 0; depth--) {
    const level = pictures[depth];
    const maps = mapsOf(level);
    for (const tile of tiles(level, finer, detector.finerThreshold, whole)) await look(detector, level, tile, maps);
    levels.push(enlarged(peaks(maps, detector.markThreshold), 2 ** depth));
    finer = maps;
  }
  return levels;
}

/** The same peaks in a picture that is larger. */
function enlarged(peaks, times) {
  return peaks.map((peak) => ({ ...peak, box: peak.box.map((edge) => edge * times), area: peak.area * times ** 2 }));
}

/** The picture and its halves, until a digit as high as the picture is no higher than `highest` pixels. */
function pyramid(picture, highest) {
  const levels = [picture];
  while (Math.min(picture.height, picture.width) > highest) levels.push((picture = halved(picture)));
  return levels;
}

/** The means of 2×2 pixels; an odd last row or column is repeated. */
function halved({ data, height, width }) {
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  const halves = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const [above, below] = [2 * row * width, Math.min(2 * row + 1, height - 1) * width];
    for (let column = 0; column < columns; column++) {
      const [left, right] = [2 * column, Math.min(2 * column + 1, width - 1)];
      const four = data[above + left] + data[below + left] + data[above + right] + data[below + right];
      halves[row * columns + column] = four / 4;
    }
  }
  return { data: halves, height: rows, width: columns };
}

/** All of a small level, or the tiles of a large one in which the coarser level wants a closer look: [x0, y0, x1, y1]. */
function tiles({ data, height, width }, finer, threshold, whole) {
  if (data.length <= whole) return [{ part: [0, 0, width, height], core: [0, 0, width, height] }];
  const step = TILE - 2 * OVERLAP;
  const found = [];
  for (let y = 0; y < height; y += step)
    for (let x = 0; x < width; x += step) {
      const core = [x, y, Math.min(x + step, width), Math.min(y + step, height)];
      if (finer && !wantsCloserLook(finer, core, threshold)) continue;
      const part = [Math.max(x - OVERLAP, 0), Math.max(y - OVERLAP, 0)];
      part.push(Math.min(core[2] + OVERLAP, width), Math.min(core[3] + OVERLAP, height));
      found.push({ part, core });
    }
  return found;
}

function wantsCloserLook({ finer, rows, columns }, [x0, y0, x1, y1], threshold) {
  const cell = 2 * STRIDE; // of the coarser level, in pixels of this one
  for (let row = Math.floor(y0 / cell); row < Math.min(rows, Math.ceil(y1 / cell)); row++)
    for (let column = Math.floor(x0 / cell); column < Math.min(columns, Math.ceil(x1 / cell)); column++)
      if (finer[row * columns + column] >= threshold) return true;
  return false;
}

/** What the detector says of a level, where it was looked at: logits, boxes, and where it wants a closer look. */
function mapsOf({ height, width }) {
  const [rows, columns] = [height, width].map((side) => Math.ceil(side / STRIDE));
  const cells = rows * columns;
  const heat = new Float32Array(cells * CLASSES.length).fill(-Infinity);
  return { heat, box: new Float32Array(cells * 4), finer: new Float32Array(cells), rows, columns };
}

/** Run the detector on a tile and keep what it says of the core. */
async function look(detector, level, { part, core }, maps) {
  const said = await detector.run(withMargin(cropped(level, part)));
  const [x0, y0, x1, y1] = core;
  // Of the tile's maps the same cells: the margin and the overlap before them are whole cells.
  const [down, across] = [(MARGIN + y0 - part[1]) / STRIDE, (MARGIN + x0 - part[0]) / STRIDE];
  for (let y = 0; y < Math.ceil(y1 / STRIDE) - y0 / STRIDE; y++)
    for (let x = 0; x < Math.ceil(x1 / STRIDE) - x0 / STRIDE; x++) {
      const cell = (y0 / STRIDE + y) * maps.columns + x0 / STRIDE + x;
      const from = (down + y) * said.columns + across + x;
      maps.heat.set(said.heat.subarray(from * OUTPUTS, from * OUTPUTS + CLASSES.length), cell * CLASSES.length);
      maps.box.set(said.box.subarray(from * 4, from * 4 + 4), cell * 4);
      maps.finer[cell] = sigmoid(said.heat[from * OUTPUTS + CLASSES.length]);
    }
}

/** Repeat the edge around a picture, so that its sides are multiples of 8. */
function withMargin({ data, height, width }) {
  const [high, wide] = [height, width].map((side) => Math.ceil((side + MARGIN) / MULTIPLE) * MULTIPLE + MARGIN);
  const result = new Float32Array(high * wide);
  for (let y = 0; y < high; y++) {
    const start = Math.min(height - 1, Math.max(0, y - MARGIN)) * width;
    const row = result.subarray(y * wide, (y + 1) * wide);
    row.set(data.subarray(start, start + width), MARGIN);
    row.fill(data[start], 0, MARGIN);
    row.fill(data[start + width - 1], MARGIN + width);
  }
  return { data: result, height: high, width: wide };
}

// ── peaks ───────────────────────────────────────────────────────────────────────────────────────

/** The cells whose best class is no less likely than in the eight around, and likely enough. */
function peaks({ heat, box, rows, columns }, markThreshold) {
  const kinds = CLASSES.length;
  const best = new Float32Array(rows * columns);
  for (let cell = 0; cell < best.length; cell++) best[cell] = most(heat.subarray(cell * kinds, (cell + 1) * kinds));
  const [digit, mark] = [logit(LEAST), logit(markThreshold)];
  const area = STRIDE ** 2 * best.filter(Number.isFinite).length;
  const found = [];
  best.forEach((value, cell) => {
    if (value < Math.min(digit, mark)) return;
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    const logits = heat.slice(cell * kinds, (cell + 1) * kinds);
    if (value < (argmax(logits) < DIGITS ? digit : mark) || value < highestAround(best, row, column, rows, columns)) return;
    const [dx, dy, width, height] = box.subarray(cell * 4, cell * 4 + 4);
    const [x, y] = [dx + (column + 0.5) * STRIDE, dy + (row + 0.5) * STRIDE];
    found.push({ box: [x - width / 2, y - height / 2, x + width / 2, y + height / 2], logits, area });
  });
  return found;
}

function highestAround(best, row, column, rows, columns) {
  let highest = -Infinity;
  for (let y = Math.max(0, row - 1); y < Math.min(rows, row + 2); y++)
    for (let x = Math.max(0, column - 1); x < Math.min(columns, column + 2); x++)
      highest = Math.max(highest, best[y * columns + x]);
  return highest;
}

/** What all levels found, each character once: greedy non-maximum suppression, the likeliest first. */
export function merged(found, certainty) {
  const waiting = found.map((peak) => ({ ...peak, digit: isDigit(peak) }));
  waiting.sort((one, other) => most(other.logits) - most(one.logits));
  const kept = [];
  while (waiting.length) {
    const mine = waiting.shift();
    const twins = [mine];
    const others = waiting.splice(0);
    for (const other of others) {
      const { same, part } = overlapping(mine.box, other.box, insideOf(mine.digit));
      const elsewhere = other.level !== mine.level;
      if (same && elsewhere) twins.push(other);
      const counts = mine.digit === other.digit && (elsewhere || !mine.digit);
      if (!(same || (part && counts))) waiting.push(other);
    }
    const logits = mean(twins);
    const sure = certain(mine.logits, logits, certainty);
    kept.push({ box: votedBox(twins), logits, kind: argmax(logits), certainty: sure, windows: windowsOf(mine) });
  }
  return distinct(kept);
}

/** Those that are not a surer digit or mark, or a part of it, by the boxes that all levels voted on. */
function distinct(found) {
  const kept = [];
  for (const mine of found) {
    const digit = mine.kind < DIGITS;
    const twice = (surer) => {
      if (digit !== surer.kind < DIGITS) return false;
      const { same, part } = overlapping(mine.box, surer.box, insideOf(digit));
      return same || part;
    };
    if (!kept.some(twice)) kept.push(mine);
  }
  return kept;
}

/** How many squares as high as its box, side by side, the area holds that was looked at; at least one. */
function windowsOf({ box, area }) {
  return Math.max(area / Math.max(box[3] - box[1], 1) ** 2, 1);
}

/** The certainty of a detection: of a mark its probability, of a digit by logistic regression. */
function certain(logits, means, [best, mean, bias]) {
  const likeliest = most(means);
  return sigmoid(argmax(means) < DIGITS ? best * most(logits) + mean * likeliest + bias : likeliest);
}

function mean(twins) {
  return Float32Array.from(
    twins[0].logits,
    (_, i) => twins.reduce((total, { logits }) => total + logits[i], 0) / twins.length,
  );
}

/** The mean of the boxes, weighted by the odds of what they hold. */
function votedBox(twins) {
  const weights = twins.map(({ logits }) => Math.exp(most(logits)));
  const all = weights.reduce((total, weight) => total + weight, 0);
  return twins[0].box.map((_, i) => twins.reduce((total, { box }, j) => total + weights[j] * box[i], 0) / all);
}

const insideOf = (digit) => (digit ? INSIDE : OF_A_MARK);

/** Whether two boxes are the same, and whether one holds so much of the other. */
function overlapping(one, other, inside) {
  const width = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const height = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  const shared = Math.max(0, width) * Math.max(0, height);
  const [mine, theirs] = [area(one), area(other)];
  return { same: shared >= SAME * (mine + theirs - shared), part: shared >= inside * Math.min(mine, theirs) };
}

function area([x0, y0, x1, y1]) {
  return (x1 - x0) * (y1 - y0);
}
