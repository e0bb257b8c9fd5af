// Ink: light on dark, in [0, 1], cropped to what is written, as in image/ink.py. An ink is
// { values: { data, height, width }, box: [x0, y0, x1, y1] }, or BLANK.

import { Even, FAINTEST, INK_LEVEL, lifted } from "./background.js";
import { averaged, bounds, components, cropped, grown, scaled } from "./filters.js";
import { argmax, clip, roundEven } from "./arithmetic.js";

export const DETAIL = 64; // pixels of the longer side: as fine as a hair line needs
export const BLANK = { values: null, box: [0, 0, 0, 0] };

const MIN_CONTRAST = 0.08; // of the full range: what differs less from an even background may be its own noise
const CORNER = 0.15; // of the sides of what is written
const LARGE = 256; // pixels of the longer side: from here on reduced while ink still has 8 bits, as that is fast
const AROUND = 0.3; // of a box's longer side: what is looked at around it to know the background
const WHOLE = 0.8; // of a component within the box: it is taken whole
const MINE = 0.5; // of a component within the box: what has less is a neighbour's

/** All that is written in the colours of a picture. */
export function allInk(colours) {
  const { channel, background } = clearest(colours);
  if (background.contrast < FAINTEST) return BLANK;
  if (background.contrast >= MIN_CONTRAST && background.fits(channel))
    return cutOut(channel, background, boxOf(channel, background));
  const { image, scale } = reduced(channel);
  const found = lifted(image);
  return found ? masked(found.ink, writtenIn(found.ink, found.threshold), [0, 0], scale, channel) : BLANK;
}

/** Whether ink stands out from an even background. */
export function isEven(colours) {
  const { channel, background } = clearest(colours);
  return background.contrast >= MIN_CONTRAST && background.fits(channel);
}

/** What is written if it is of one piece on an even background, and no frame; or else null. */
export function plainInk(colours) {
  const { channel, background } = clearest(colours);
  if (background.contrast < FAINTEST) return BLANK;
  if (background.contrast < MIN_CONTRAST || !background.fits(channel)) return null;
  const box = boxOf(channel, background);
  return isOfOnePiece(channel, background, box) ? cutOut(channel, background, box) : null;
}

/** What is written inside a box, without what reaches into it from outside. */
export function inkIn(colours, box) {
  const side = Math.max(box[2] - box[0], box[3] - box[1]);
  const around = grownBox(box, AROUND * side, colours[0]);
  const { channel, background } = clearest(colours.map((colour) => cropped(colour, around)));
  if (background.contrast < FAINTEST) return BLANK;
  const { image, scale } = reduced(channel);
  const even = background.contrast >= MIN_CONTRAST && background.fits(channel);
  const found = even ? { ink: background.strength(image), threshold: INK_LEVEL } : lifted(image);
  if (!found) return BLANK;
  const within = box.map((edge, i) => (edge - around[i % 2]) / scale);
  const written = belonging(writtenIn(found.ink, found.threshold), grownBox(within, 0, found.ink));
  return masked(found.ink, written, around, scale, channel);
}

function grownBox([x0, y0, x1, y1], margin, { height, width }) {
  const [left, top] = [Math.max(0, Math.floor(x0 - margin)), Math.max(0, Math.floor(y0 - margin))];
  const [right, bottom] = [Math.min(width, Math.ceil(x1 + margin)), Math.min(height, Math.ceil(y1 + margin))];
  return [left, top, Math.max(right, left + 1), Math.max(bottom, top + 1)];
}

/** A mask of the pixels of which something is true. */
function marked({ data, height, width }, is) {
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < mask.length; i++) mask[i] = is(data[i]);
  return { data: mask, height, width };
}

function writtenIn({ data, height, width }, threshold) {
  return marked({ data, height, width }, (value) => value > threshold);
}

/** What is written inside a box: components that lie in it are taken whole, of others what is inside, or nothing. */
function belonging(written, [x0, y0, x1, y1]) {
  const { data, width } = written;
  const isInside = (i) => i % width >= x0 && i % width < x1 && i >= y0 * width && i < y1 * width;
  const { labels, count } = components(written);
  const [all, inside] = [new Uint32Array(count), new Uint32Array(count)];
  labels.forEach((label, i) => {
    if (label < 0) return;
    all[label]++;
    if (isInside(i)) inside[label]++;
  });
  const share = Array.from(all, (n, label) => inside[label] / n);
  const kept = data.map((on, i) => on && (share[labels[i]] >= WHOLE || (isInside(i) && share[labels[i]] >= MINE)));
  return { ...written, data: kept.some((on) => on) ? kept : data.map((on, i) => on && isInside(i)) };
}

/** The colour in which the ink stands out most: coloured ink can vanish in grey, red on green. */
function clearest(colours) {
  const pairs = colours.map((channel) => ({ channel, background: new Even(channel) }));
  return pairs[argmax(pairs.map(({ background }) => background.contrast))];
}

function reduced(channel) {
  const scale = Math.ceil(Math.max(channel.height, channel.width) / LARGE);
  return { image: averaged(channel, scale), scale };
}

/** Cut out the ink under a mask, with its soft edge; both are of a channel reduced by `scale`. */
function masked(ink, mask, [left, top], scale, { height, width }) {
  const box = bounds(mask);
  if (!box) return BLANK;
  const near = grown(mask).data;
  const values = cropped({ ...ink, data: ink.data.map((value, i) => (near[i] ? value : 0)) }, box);
  const [x0, y0, x1, y1] = box.map((edge) => edge * scale);
  return { values, box: [left + x0, top + y0, left + Math.min(x1, width), top + Math.min(y1, height)] };
}

// ── an even background ──────────────────────────────────────────────────────────────────────────

function boxOf(channel, background) {
  const isInk = background.beyond(INK_LEVEL);
  return bounds(marked(channel, isInk));
}

/** Whether ink has no gap from side to side or from top to bottom, is no frame, and is whole. */
function isOfOnePiece(channel, background, box) {
  const [x0, y0, x1, y1] = box;
  const isInk = background.beyond(INK_LEVEL);
  const cut = cropped(channel, box);
  const written = marked(cut, isInk);
  const [columns, rows] = [new Uint8Array(cut.width), new Uint8Array(cut.height)];
  written.data.forEach((on, i) => {
    if (on) columns[i % cut.width] = rows[Math.floor(i / cut.width)] = 1;
  });
  if (!columns.every(Boolean) || !rows.every(Boolean)) return false;
  if (corners(written).every((corner) => corner.data.some(Boolean))) return false;
  if (isOffTheEdge(box, channel)) return true;
  const fromEdgeToEdge = (x0 === 0 && x1 === channel.width) || (y0 === 0 && y1 === channel.height);
  return fromEdgeToEdge && isOneComponent(background.strength(reduced(cut).image));
}

/** Whether a box keeps off the edge of a picture, where what is written may be cut. */
export function isOffTheEdge([x0, y0, x1, y1], { height, width }) {
  return Math.min(x0, y0) > 0 && x1 < width && y1 < height;
}

function isOneComponent(strength) {
  return components(writtenIn(strength, INK_LEVEL)).count === 1;
}

/** The four corners of what was cut out; no digit has ink in all of them. */
function corners(cut) {
  const { height, width } = cut;
  const [high, wide] = [height, width].map((side) => clip(roundEven(CORNER * side), 1, side));
  const [tops, lefts] = [[0, height - high], [0, width - wide]];
  return tops.flatMap((y) => lefts.map((x) => cropped(cut, [x, y, x + wide, y + high])));
}

function cutOut(channel, background, box) {
  const cut = cropped(channel, box);
  const fine = Math.max(cut.height, cut.width) >= LARGE ? scaled(cut, DETAIL) : cut;
  return { values: background.strength(fine), box };
}
