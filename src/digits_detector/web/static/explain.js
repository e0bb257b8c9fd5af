// Where the network looked: ink is wiped away spot by spot, and the network asked again each time, as in explain.py.

import { argmax, floats, range, roundEven, sum } from "./arithmetic.js";
import { SIZE } from "./normalize.js";

const RADIUS = 5; // pixels from a spot's middle to where it has faded out: it wipes through a stroke
const SIDE = 11; // spots in a row, and in a column
const LEAST = 0.5; // ink in pixels: a spot that wipes less is not asked about
const SPOTS = range(SIDE * SIDE).map(spot);

/** A window that fades out like a cosine. */
function spot(number) {
  const [y, x] = [Math.floor(number / SIDE), number % SIDE].map((place) => ((place + 0.5) * SIZE) / SIDE);
  return Float32Array.from(range(SIZE * SIZE), (pixel) => {
    const distance = Math.hypot(Math.floor(pixel / SIZE) + 0.5 - y, (pixel % SIZE) + 0.5 - x);
    return (1 + Math.cos(Math.PI * Math.min(distance / RADIUS, 1))) / 2;
  });
}

/** Explain the reading of 28×28 levels: the likeliest two digits, and for each the heat of each pixel, 28 rows. */
export async function explain(classifier, image) {
  if (!image.some((level) => level > 0)) return { digits: [], heat: [] };
  const ink = floats(image, (level) => level / 255);
  const spots = SPOTS.filter((window) => sum(window.map((part, i) => part * ink[i])) >= LEAST);
  const wiped = spots.map((window) => image.map((level, i) => roundEven(level * (1 - window[i]))));
  const outputs = await classifier.run([image, ...wiped]);
  const [before, ...after] = outputs.map(({ logits }) => logOdds(logits, classifier.temperature));
  const first = argmax(before);
  const digits = [first, argmax(before.map((odds, digit) => (digit === first ? -Infinity : odds)))];
  const covered = ink.map((_, i) => Math.max(spots.reduce((total, window) => total + window[i], 0), 1e-6));
  const heat = digits.map((digit) => {
    const lost = after.map((odds) => before[digit] - odds[digit]);
    // What a spot lost is shared by the pixels it wiped; where spots overlap, their mean counts.
    const of = (level, i) => (level * spots.reduce((total, window, n) => total + lost[n] * window[i], 0)) / covered[i];
    const flat = Array.from(ink, of);
    return range(SIZE).map((row) => flat.slice(row * SIZE, (row + 1) * SIZE));
  });
  return { digits, heat };
}

/** log(p / (1 - p)) of the softmax of logits over a temperature; exact also where p is nearly 1. */
function logOdds(logits, temperature) {
  const scaled = Array.from(logits, (logit) => logit / temperature);
  return scaled.map((value, digit) => {
    const others = scaled.filter((_, other) => other !== digit);
    const most = Math.max(...others);
    return value - most - Math.log(sum(others.map((other) => Math.exp(other - most))));
  });
}
