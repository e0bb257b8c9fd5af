// The one digit that a picture is of: its ink, and where the detector found it what that says of it, as in locate.py.

import { counted, detect, grey } from "./detect.js";
import { allInk, inkIn, isEven, isOffTheEdge, plainInk } from "./ink.js";
import { DIGITS } from "./networks.js";
import { argmax, clip } from "./arithmetic.js";
import { probabilities } from "./rejection.js";

/** The ink of the digit in the colours of a picture: `{ ink, verdict, whole }`, see `Located` in Python. */
export async function located(colours, detector) {
  const plain = plainInk(colours);
  if (plain) return { ink: plain };
  const candidates = await detect(detector, grey(colours));
  const found = mainDigit(candidates, colours[0]);
  const ink = found && inkIn(colours, found.box);
  if (!ink?.values) return { ink: allInk(colours), verdict: { probabilities: null, sure: false } };
  const row = probabilities(found.logits.subarray(0, DIGITS), detector.temperature);
  const read = counted(candidates, detector).some(({ kind }) => kind < DIGITS);
  const verdict = { probabilities: row, sure: read && found.certainty >= detector.threshold };
  const whole = allInk(colours);
  return { ink, verdict, whole: isEven(colours) && isOffTheEdge(whole.box, colours[0]) ? whole : null };
}

/** The digit that a picture is of: probable, large, and in the middle. */
function mainDigit(found, { height, width }) {
  const digits = found.filter(({ kind }) => kind < DIGITS);
  const merits = digits.map(({ box: [x0, y0, x1, y1], certainty }) => {
    const off = Math.max(Math.abs((x0 + x1) / width - 1), Math.abs((y0 + y1) / height - 1));
    return (certainty * (y1 - y0) * (1 - clip(off, 0, 1))) / height;
  });
  return digits.length ? digits[argmax(merits)] : null;
}
