// All digits in a picture or in pen strokes, as in read.py: what Python's `Reading.to_json` returns.

import { argmax, median, most } from "./arithmetic.js";
import { around, boxOf, heightOf } from "./geometry.js";
import { counted, detect, grey } from "./detect.js";
import { fitted } from "./fit.js";
import { inkIn, plainInk } from "./ink.js";
import { digitsIn } from "./lattice.js";
import { grouped, kinds, spelled } from "./lines.js";
import { CLASSES, DIGITS } from "./networks.js";
import { EVEN_ODDS, combined, probabilities, status } from "./rejection.js";
import { rasterize } from "./strokes.js";

const HEIGHT = 32; // pixels: of a digit, as strokes are drawn for the detector; in the middle of the heights that it finds
const PEN = 0.09; // heights of a digit: the width of the pen
const MARGIN = 0.5; // heights of a digit, around what is drawn
const PIXELS = 4_000_000; // of a drawing, at most: what is larger is drawn smaller

/** Read all digits in the colours of a picture. */
export async function readPicture(colours, { detector, classifier }, marks) {
  const candidates = await detect(detector, grey(colours));
  const found = counted(candidates, detector);
  if (!found.length) {
    const noneAtAll = !candidates.some(({ kind }) => kind < DIGITS);
    const threshold = noneAtAll ? Math.min(classifier.threshold, EVEN_ODDS) : classifier.threshold;
    return plainReading(colours, classifier, threshold);
  }
  const kind = kinds(found);
  const digits = found.filter((_, i) => kind[i] < DIGITS);
  const outputs = digits.length ? await classifier.run(digits.map(({ box }) => fitted(inkIn(colours, box)))) : [];
  const rows = new Map(
    digits.map((digit, i) => {
      const said = probabilities(digit.logits.subarray(0, DIGITS), detector.temperature);
      return [digit, combined(said, probabilities(outputs[i].logits, classifier.temperature))];
    }),
  );
  const characters = found.map((detection, i) => {
    const row = rows.get(detection);
    return { box: detection.box, row, kind: row ? argmax(row) : kind[i] };
  });
  return reading(characters, marks);
}

/** Read the one digit that stands alone on an even background, as `predict` does. */
async function plainReading(colours, classifier, threshold) {
  const ink = plainInk(colours);
  if (!ink?.values) return reading([], false);
  const image = fitted(ink);
  const [{ logits, outlierScore }] = await classifier.run([image]);
  if (status(image, outlierScore, threshold) !== "digit") return reading([], false);
  const row = probabilities(logits, classifier.temperature);
  return reading([{ box: ink.box, row, kind: argmax(row) }], false);
}

/** Read all digits in pen strokes; boxes are in the strokes' units. */
export async function readStrokes(strokes, { detector, classifier }, marks) {
  const drawn = strokes.filter((points) => points.length);
  const digits = await digitsIn(drawn, classifier);
  const characters = digits.map(({ box, row }) => ({ box, row, kind: argmax(row) }));
  if (marks && digits.length) characters.push(...(await marksIn(drawn, detector)));
  return reading(characters, marks);
}

/** The marks that the detector finds in strokes, in their units. */
async function marksIn(strokes, detector) {
  const { picture, scale, corner } = drawnOnPaper(strokes);
  const found = await detect(detector, picture);
  return found
    .filter(({ kind }) => kind >= DIGITS)
    .map(({ box, kind }) => ({ box: box.map((edge, i) => edge / scale + corner[i % 2]), kind }));
}

/** Draw strokes black on white for the detector: the picture, its pixels to a unit, and its corner. */
function drawnOnPaper(strokes) {
  const box = boxOf(strokes.flat());
  const low = box.slice(0, 2);
  const extents = [box[2] - box[0], box[3] - box[1]];
  const heights = strokes.map((stroke) => heightOf(boxOf(stroke)));
  const tall = heights.filter((height) => height >= most(heights) / 4);
  const height = Math.max(median(tall), Math.max(...extents) / 1000, 1e-9);
  const [width, down] = extents.map((extent) => extent + 2 * MARGIN * height);
  const scale = Math.min(HEIGHT / height, Math.sqrt(PIXELS / (width * down)));
  const corner = low.map((edge) => edge - MARGIN * height);
  const shape = [Math.ceil(down * scale), Math.ceil(width * scale)];
  const placed = strokes.map((stroke) => stroke.map((point) => point.map((place, axis) => (place - corner[axis]) * scale)));
  const ink = rasterize(placed, Math.max(PEN * height * scale, 1), shape);
  return { picture: { data: ink.map((value) => 1 - value), height: shape[0], width: shape[1] }, scale, corner };
}

function reading(characters, marks) {
  const lines = grouped(characters).map((line) => {
    const numbers = line.map((group) => number(group, marks));
    const digits = numbers.flatMap((each) => each.digits);
    const text = numbers.map((each) => each.text).join(" ");
    return { text, box: around(numbers.map(({ box }) => box)), numbers: numbers.map(({ text, box }) => ({ text, box })), digits };
  });
  return { text: lines.map(({ text }) => text).join("\n"), lines };
}

function number(group, marks) {
  const digits = group
    .filter(({ kind }) => kind < DIGITS)
    .map(({ box, row, kind }) => ({ digit: kind, confidence: row[kind], box, probabilities: row }));
  const text = marks ? spelled(group) : digits.map(({ digit }) => CLASSES[digit]).join("");
  return { text, box: around(digits.map(({ box }) => box)), digits };
}
