// The digits in pen strokes: each run of neighbouring strokes may be a digit, and the best path says which are, as in
// lattice.py, where each constant is explained.

import { argmax, argmin, median, quantile, range } from "./arithmetic.js";
import { around, boxOf, heightOf, middleY } from "./geometry.js";
import { normalize } from "./normalize.js";
import { probabilities } from "./rejection.js";

const MOST = 2000; // strokes that are looked at, the largest
const LONGEST = 6; // strokes of a digit, at most
const WIDEST = 1.3; // a digit, in heights of the line
const WIDEST_GAP = 0.25; // within a digit, in the same
const LEAST = 1e-6; // units: the height of a line that holds nothing but points
const SMALL = 0.5; // of a digit's height: what is lower makes no line
const SHARED = 0.4; // of the lower stroke's height: what two strokes of one line share
const HIGHER = 1.5; // times as high as most of its strokes: a line whose digits may be in two parts
const CLOSE = 0.1; // of the height of two lines: the widest gap between them, if they may be one
const SLANT = 0.25; // sideways a unit up: of the lines that are set upright

/** The digits in strokes: `{ box, row }` each, the row its ten probabilities. */
export async function digitsIn(strokes, classifier) {
  const found = linesOf(strokes);
  const lines = found.map(({ line }) => line);
  const runs = lines.map(runsOf);
  const images = lines.flatMap((line, i) => runs[i].map((run) => normalize(line.strokes.slice(...run))));
  if (!images.length) return [];
  const outputs = await classifier.run(images);
  const scored = outputs.map(({ logits, outlierScore }) => ({
    row: probabilities(logits, classifier.temperature),
    excess: outlierScore - classifier.threshold,
  }));
  const read = lines.map((line, i) => digitsOf(line, runs[i], scored.splice(0, runs[i].length), classifier.lattice));
  const ofLines = found.map(({ run }) => run);
  const { path } = bestPath(ofLines, read.map(({ cost }) => cost));
  return path.flatMap((place) => read[place].digits);
}

/** The digits of the cheapest path through a line, and what it costs. */
function digitsOf(line, runs, scored, weights) {
  const costs = runs.map((run, place) => costsOf(line, run, scored[place], weights));
  const { cost, path } = bestPath(runs, costs.map(({ digit, other }) => Math.min(digit, other)));
  const digits = path
    .filter((place) => costs[place].digit < costs[place].other)
    .map((place) => ({ box: around(line.drawn.slice(...runs[place])), row: scored[place].row }));
  return { cost, digits };
}

/** Each run of neighbouring strokes that is not too wide for one digit: [first, the one behind the last]. */
function runsOf({ boxes, height }) {
  const runs = [];
  for (let first = 0; first < boxes.length; first++)
    for (let last = first + 1; last <= Math.min(first + LONGEST, boxes.length); last++) {
      const some = boxes.slice(first, last);
      const [x0, , x1] = around(some);
      if (last > first + 1 && (x1 - x0 > WIDEST * height || gapIn(some) > WIDEST_GAP * height)) break;
      runs.push([first, last]);
    }
  return runs;
}

/** What a run costs as a digit and as something else; lengths in heights of the line. */
function costsOf(line, run, { row, excess }, weights) {
  const some = line.boxes.slice(...run);
  const [x0, y0, x1, y1] = around(some).map((edge) => edge / line.height);
  const [width, height] = [x1 - x0, y1 - y0];
  const small = Math.max(0, 1 - height) ** 2;
  const zero = argmax(row) === 0;
  const off = Math.abs((y0 + y1) / 2 - line.middle / line.height);
  const gap = gapIn(some) / line.height;
  const ofADigit = [1, excess, zero ? 0 : small, zero ? small : 0, width, width ** 2, gap, off];
  const ofOther = [1, Math.log1p(Math.exp(-Math.abs(excess))) + Math.max(0, -excess), height ** 2, width];
  const sum = (features, first) => features.reduce((total, value, i) => total + value * weights[first + i], 0);
  return { digit: sum(ofADigit, 0), other: sum(ofOther, ofADigit.length) };
}

/** The widest gap between strokes from left to right. */
function gapIn(boxes) {
  let [right, widest] = [-Infinity, 0];
  boxes.slice(1).forEach((box, i) => {
    right = Math.max(right, boxes[i][2]);
    widest = Math.max(widest, box[0] - right);
  });
  return widest;
}

/** The cheapest path from the first stroke to the last: its cost, and the places of its runs. */
function bestPath(runs, costs) {
  const count = Math.max(...runs.map(([, last]) => last));
  const total = [0, ...Array(count).fill(Infinity)];
  const best = total.map(() => []);
  for (const place of range(runs.length).sort((one, other) => runs[one][1] - runs[other][1])) {
    const [first, last] = runs[place];
    if (total[first] + costs[place] >= total[last]) continue;
    [total[last], best[last]] = [total[first] + costs[place], [...best[first], place]];
  }
  return { cost: total.at(-1), path: best.at(-1) };
}

// ── lines ───────────────────────────────────────────────────────────────────────────────────────

/** The height that most digits have: the upper quartile of all but dots and dashes. */
function textHeight(boxes) {
  const sizes = boxes.map((box) => Math.max(heightOf(box), (box[2] - box[0]) / 2));
  const largest = Math.max(...sizes);
  return Math.max(quantile(sizes.filter((size) => size >= 0.3 * largest), 0.75), LEAST);
}

/** The lines that the strokes may be: those that overlap nowhere, and two neighbours as one; each with its run of the former. */
function linesOf(drawn) {
  const boxed = drawn.map((points) => ({ points, box: boxOf(points) }));
  const size = ({ box: [x0, y0, x1, y1] }) => Math.max(x1 - x0, y1 - y0);
  const strokes = boxed.sort((one, other) => size(other) - size(one)).slice(0, MOST);
  if (!strokes.length) return [];
  const apart = chained(strokes.map(({ box }) => box)).map((places) => places.map((place) => strokes[place]));
  return together(apart).flatMap(({ run, some }) => {
    const boxes = some.map(({ box }) => box);
    const [height, allOfIt] = [textHeight(boxes), extent(boxes)];
    const heights = allOfIt > HIGHER * height ? [height, allOfIt] : [height];
    return heights.flatMap((each) => [0, SLANT].map((slant) => ({ run, line: lineOf(some, each, slant) })));
  });
}

/** Each line, and each two with hardly a gap between them. */
function together(apart) {
  const single = apart.map((some, first) => ({ run: [first, first + 1], some }));
  const double = apart.slice(1).flatMap((lower, first) => {
    const [above, below] = [apart[first], lower].map((line) => around(line.map(({ box }) => box)));
    const both = [...apart[first], ...lower];
    if (below[1] - above[3] > CLOSE * extent(both.map(({ box }) => box))) return [];
    return [{ run: [first, first + 2], some: both }];
  });
  return [...single, ...double];
}

/** How high boxes are together. */
function extent(boxes) {
  const [, top, , bottom] = around(boxes);
  return bottom - top;
}

/** The strokes of one line, from left to right: as they are drawn, and perhaps set upright. */
function lineOf(drawn, height, slant) {
  const set = drawn.map(({ points, box }) => {
    const upright = points.map(([x, y]) => [x + slant * y, y]);
    return { drawn: box, points: upright, box: boxOf(upright) };
  });
  const strokes = set.sort((one, other) => one.box[0] + one.box[2] - other.box[0] - other.box[2]);
  const boxes = strokes.map(({ box }) => box);
  const large = boxes.filter((box) => heightOf(box) >= SMALL * height);
  const middle = median((large.length ? large : boxes).map(middleY));
  const points = strokes.map((stroke) => stroke.points);
  return { drawn: strokes.map((stroke) => stroke.drawn), strokes: points, boxes, height, middle };
}

/** The places of each line's strokes. What is small joins the line that is nearest. */
function chained(boxes) {
  const heights = boxes.map(heightOf);
  const lowest = Math.min(SMALL * textHeight(boxes), Math.max(...heights));
  const large = range(boxes.length).filter((place) => heights[place] >= lowest);
  const lines = overlapping(large, boxes);
  const edges = lines.map((places) => around(places.map((place) => boxes[place])));
  for (const place of range(boxes.length).filter((place) => heights[place] < lowest)) {
    const middle = middleY(boxes[place]);
    lines[argmin(edges.map(([, top, , bottom]) => Math.max(top - middle, middle - bottom)))].push(place);
  }
  const top = (places) => Math.min(...places.filter((place) => heights[place] >= lowest).map((place) => boxes[place][1]));
  return lines
    .toSorted((one, other) => top(one) - top(other))
    .map((places) => places.sort((one, other) => one - other));
}

/** Places whose boxes overlap vertically, directly or through others. */
function overlapping(places, boxes) {
  const linked = (one, other) => {
    const shared = Math.min(boxes[one][3], boxes[other][3]) - Math.max(boxes[one][1], boxes[other][1]);
    return shared >= SHARED * Math.max(Math.min(heightOf(boxes[one]), heightOf(boxes[other])), 1e-9);
  };
  const lines = [];
  const left = new Set(places);
  for (const place of places) {
    if (!left.delete(place)) continue;
    const line = [place];
    for (const member of line)
      for (const other of left)
        if (linked(member, other)) {
          left.delete(other);
          line.push(other);
        }
    lines.push(line);
  }
  return lines;
}
