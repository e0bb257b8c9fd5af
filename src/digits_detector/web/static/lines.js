// Characters become lines and numbers, as in lines.py. A character is { box: [x0, y0, x1, y1], kind }, `kind` a place in
// CLASSES.

import { argmin, median, most } from "./arithmetic.js";
import { heightOf, middleX, middleY } from "./geometry.js";
import { CLASSES, DIGITS, SLASH } from "./networks.js";

const BESIDE = 3; // heights of a digit: as far to the right the next digit is looked for when the tilt is estimated
const OFF_LINE = 0.6; // heights: as far off the line a digit may be
const SPACE = 0.9; // heights: a gap between two numbers, at least
const WIDER = 2; // than the line's median gap, at least the same
const REACH = 0.8; // heights: from a mark to its digit, at most
const DOUBT = 3; // of logits: a slash that is surer than its likeliest digit by more is one, whatever stands beside it

const isDigit = ({ kind }) => kind < DIGITS;
const from = (key) => (one, other) => key(one) - key(other);

/** The lines of a page from top to bottom, each with its numbers from left to right: lists of characters. */
export function grouped(characters) {
  const digits = characters.filter(isDigit);
  if (!digits.length) return [];
  const angle = -tilt(digits.map(({ box }) => box));
  const upright = characters.map((character) => ({ ...character, upright: turned(character.box, angle) }));
  const lines = linesOf(upright.filter(isDigit));
  return withMarks(lines, upright.filter((character) => !isDigit(character))).map(numbers);
}

/** What each detection is: the likeliest, but for slashes without a digit on each side, which may be slanted ones. */
export function kinds(found) {
  const digits = found.filter(isDigit);
  return found.map(({ box, logits, kind }) => {
    if (kind !== SLASH) return kind;
    const size = heightOf(box);
    const near = digits.filter(
      (digit) =>
        Math.abs(middleY(digit.box) - middleY(box)) < size / 2 &&
        Math.max(digit.box[0] - box[2], box[0] - digit.box[2]) < REACH * size,
    );
    const [before, after] = [-1, 1].map((side) =>
      near.some((digit) => side * (middleX(digit.box) - middleX(box)) > 0),
    );
    const likeliest = most(logits.subarray(0, DIGITS));
    return !(before && after) && likeliest > logits[SLASH] - DOUBT ? logits.indexOf(likeliest) : kind;
  });
}

/** A box of the same size whose centre is turned about the origin. */
function turned(box, angle) {
  const [x, y] = [middleX(box), middleY(box)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [u, v] = [x * cos - y * sin, x * sin + y * cos];
  const [half, high] = [(box[2] - box[0]) / 2, heightOf(box) / 2];
  return [u - half, v - high, u + half, v + high];
}

/** The angle of the lines: the median of those from each digit to the next on its right. */
function tilt(boxes) {
  const ordered = boxes.toSorted(from(middleX));
  const angles = [];
  ordered.forEach((box, place) => {
    const steps = ordered
      .slice(place + 1)
      .map((other) => [middleX(other) - middleX(box), middleY(other) - middleY(box)])
      .filter(([x, y]) => x < BESIDE * heightOf(box) && Math.abs(y) < Math.min(0.6 * x, 0.8 * heightOf(box)));
    if (!steps.length) return;
    const [x, y] = steps[argmin(steps.map(([x, y]) => Math.hypot(x, y)))];
    angles.push(Math.atan2(y, x));
  });
  return angles.length > 1 ? median(angles) : 0;
}

/** The lines of digits, from top to bottom: each digit joins the line whose last one is least off it. */
function linesOf(digits) {
  const lines = [];
  for (const digit of digits.toSorted(from(({ upright }) => middleX(upright)))) {
    const off = lines.map((line) => Math.abs(middleY(line.at(-1).upright) - middleY(digit.upright)));
    const isNear = (line, i) => off[i] < OFF_LINE * Math.max(heightOf(line.at(-1).upright), heightOf(digit.upright));
    const near = lines.filter(isNear);
    if (near.length) near[argmin(off.filter((_, i) => isNear(lines[i], i)))].push(digit);
    else lines.push([digit]);
  }
  return lines.toSorted(from((line) => median(line.map(({ upright }) => middleY(upright)))));
}

/** The lines with the marks that stand beside one of their digits. */
function withMarks(lines, marks) {
  const joined = lines.map((line) => [...line]);
  const digits = lines.flatMap((line, owner) => line.map(({ upright }) => ({ box: upright, owner })));
  for (const mark of marks) {
    const box = mark.upright;
    const low = ".,".includes(CLASSES[mark.kind]) ? -0.1 : 0.1; // points stand on the baseline or under it
    const gap = (digit) => Math.max(digit.box[0] - box[2], box[0] - digit.box[2], 0);
    const beside = digits.filter((digit) => {
      const over = (digit.box[3] - middleY(box)) / heightOf(digit.box);
      return gap(digit) <= REACH * heightOf(digit.box) && over >= low - 0.4 && over <= 1.1;
    });
    if (beside.length) joined[beside[argmin(beside.map(gap))].owner].push(mark);
  }
  return joined.map((line) => line.toSorted(from(({ upright }) => middleX(upright))));
}

/** Cut a line into numbers at the gaps that are wide, and wider than usual. */
function numbers(line) {
  let right = -Infinity;
  const gaps = line.slice(1).map(({ upright }, i) => {
    right = Math.max(right, line[i].upright[2]);
    return upright[0] - right;
  });
  const size = median(line.filter(isDigit).map(({ upright }) => heightOf(upright)));
  const usual = gaps.length > 1 ? median(gaps) : 0;
  const groups = [[line[0]]];
  gaps.forEach((gap, i) => {
    if (gap > Math.max(SPACE * size, WIDER * usual)) groups.push([]);
    groups.at(-1).push(line[i + 1]);
  });
  return groups.filter((group) => group.some(isDigit));
}

/** A number with its marks, without those that do not belong to a number. */
export function spelled(group) {
  const text = group.map(({ kind }) => CLASSES[kind]);
  const numeral = (character) => /^\d$/.test(character ?? "");
  return text
    .filter((character, i) => {
      const [before, after] = [numeral(text[i - 1]), numeral(text[i + 1])];
      return numeral(character) || (after && (before || ".,-".includes(character)));
    })
    .join("");
}
