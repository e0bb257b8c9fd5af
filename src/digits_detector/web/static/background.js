// The background of a picture, even or not, and how far each pixel stands out from it, as in image/background.py.

import { fullRange } from "./decode.js";
import { boxMean, closing, cropped, otsu } from "./filters.js";
import { clip, floats, least, median, most, sum } from "./arithmetic.js";

export const INK_LEVEL = 0.2; // of the darkest ink: what is fainter does not count as written when the box is found
export const FAINTEST = 0.03; // of the full range: what differs less is nothing

const SMALL = 32; // pixels of the longer side: what is smaller shows nothing of its background
const NOISE = 0.06; // of the ink's distance from the background: what differs less is background
const STRONG = 0.75; // of the same: what differs more is ink and no shadow
const SAMPLES = 64; // rows and columns, at least, on which evenness is estimated
const CLEAR = 4; // standard deviations of the noise: what takes less of the light, on average, is not ink
const LOUD = 0.1; // of the light: more noise than this is no background's, and left to the network

/** An even background's level, the ink's strongest level, and their distance as part of the full range. */
export class Even {
  constructor(channel) {
    const [low, high] = [least(channel.data), most(channel.data)];
    this.level = median(border(channel));
    this.ink = this.level - low > high - this.level ? low : high;
    this.contrast = Math.abs(this.ink - this.level) / fullRange(channel);
  }

  /** Whether a level differs from the background by more than this part of the ink's distance. */
  beyond(part) {
    const level = this.level + part * (this.ink - this.level);
    return this.ink < this.level ? (value) => value < level : (value) => value > level;
  }

  /** How strong the ink is at each pixel, in [0, 1]. */
  strength({ data, height, width }) {
    const distance = this.ink - this.level;
    return { data: floats(data, (value) => clip((value - this.level) / distance, 0, 1)), height, width };
  }

  /** Whether the background is even: hardly a pixel is neither background nor ink. */
  fits(channel) {
    if (Math.max(channel.height, channel.width) <= SMALL) return true;
    const sample = sampled(channel);
    const count = (part, of) => of.filter(this.beyond(part)).length;
    const [notOpposite, notBelow, notPaper, ink, strong] = [-INK_LEVEL, -NOISE, NOISE, INK_LEVEL, STRONG].map((part) =>
      count(part, sample),
    );
    const n = sample.length;
    const unclear = notOpposite - notBelow + (notPaper - ink);
    if (n - notOpposite > 0.002 * n || unclear > ink + 0.02 * n) return false;
    if (ink - strong <= 1.5 * strong + 0.01 * n) return true;
    const edge = border(channel);
    return count(-NOISE, edge) - count(NOISE, edge) >= 0.8 * edge.length;
  }
}

function sampled({ data, height, width }) {
  const [down, across] = [height, width].map((side) => Math.max(1, Math.floor(side / SAMPLES)));
  const sample = [];
  for (let y = 0; y < height; y += down) for (let x = 0; x < width; x += across) sample.push(data[y * width + x]);
  return sample;
}

function border({ data, height, width }) {
  const edge = [...data.subarray(0, width), ...data.subarray((height - 1) * width)];
  for (let y = 0; y < height; y++) edge.push(data[y * width], data[y * width + width - 1]);
  return edge;
}

/** Lift the ink off a background of any light: `{ ink, threshold }`; null where nothing stands out. */
export function lifted(channel) {
  const { height, width } = channel;
  const full = fullRange(channel);
  let grey = { data: floats(channel.data, (level) => level / full), height, width };
  if (!darkOnLight(grey)) grey = { ...grey, data: grey.data.map((level) => 1 - level) };
  const smooth = boxMean(grey, 3);
  const background = filled(smooth, Math.floor(Math.min(height, width) / 2) | 1).data;
  const taken = grey.data.map((level, i) => (background[i] - level) / Math.max(background[i], FAINTEST));
  const halves = otsu({ data: taken });
  // Of normal noise the median deviation from a mean of nine pixels is .64 of its standard deviation.
  const deviation = median(grey.data.map((level, i) => Math.abs(level - smooth.data[i])));
  const noise = deviation / 0.64 / Math.max(median(background), FAINTEST);
  if (halves.above < (noise > LOUD ? FAINTEST : Math.max(FAINTEST, CLEAR * noise))) return null;
  const ink = taken.map((part) => clip(part / halves.above, 0, 1));
  return { ink: { data: ink, height, width }, threshold: Math.min(halves.threshold / halves.above, 0.5) };
}

/** The closing, on a picture continued beyond its edges so that a slope stays one. */
function filled(grey, side) {
  const margin = Math.floor(side / 2);
  if (margin >= Math.min(grey.height, grey.width)) return closing(grey, side);
  const inner = [margin, margin, margin + grey.width, margin + grey.height];
  return cropped(closing(continued(grey, margin), side), inner);
}

/** Reflect a picture in its edge pixels, turned about their level. */
function continued({ data, height, width }, margin) {
  const wide = { height: height + 2 * margin, width: width + 2 * margin };
  const result = new Float32Array(wide.height * wide.width);
  const mirrored = (place, length) => (place < 0 ? -place : place >= length ? 2 * (length - 1) - place : place);
  const column = (x) => {
    const at = mirrored(x, width);
    const edge = x < 0 ? 0 : width - 1;
    return (row) => (at === x ? data[row + x] : 2 * data[row + edge] - data[row + at]);
  };
  for (let x = -margin; x < width + margin; x++) {
    const value = column(x);
    for (let y = -margin; y < height + margin; y++) {
      const at = mirrored(y, height);
      const edge = y < 0 ? 0 : height - 1;
      const level = at === y ? value(y * width) : 2 * value(edge * width) - value(at * width);
      result[(y + margin) * wide.width + x + margin] = level;
    }
  }
  return { data: result, ...wide };
}

/** Whether the ink is dark: it covers less of any place than the background, and is further from the mean. */
function darkOnLight(grey) {
  const means = boxMean(grey, Math.floor(Math.max(grey.height, grey.width) / 3)).data;
  return sum(grey.data.map((level, i) => (level - means[i]) ** 3)) <= 0;
}
