// From logits to predictions, as in networks/rejection.py: calibrated probabilities, and the status.

import { sum } from "./arithmetic.js";
import { SIZE } from "./normalize.js";

export const EVEN_ODDS = 0; // of an outlier score, the logarithm of the odds of an outlier
const DOT = 8; // pixels
const LEAST = 1e-9; // a probability, so that no product is 0

/** The softmax of the logits over a temperature. */
export function probabilities(logits, temperature) {
  const scaled = Array.from(logits, (logit) => logit / temperature);
  const most = Math.max(...scaled);
  return shares(scaled.map((value) => Math.exp(value - most)));
}

/** What two networks' probabilities of the same digit come to: their geometric mean. */
export function combined(one, other) {
  return shares(one.map((value, i) => Math.sqrt(Math.max(value, LEAST) * Math.max(other[i], LEAST))));
}

function shares(weights) {
  const all = sum(weights);
  return weights.map((weight) => weight / all);
}

/** Return the status of 28×28 pixels: blank, not a digit (as a lone dot), or a digit. */
export function status(image, outlierScore, threshold) {
  if (!image.some((level) => level > 0)) return "blank";
  return outlierScore > threshold || isDot(image) ? "not_a_digit" : "digit";
}

/** Whether all ink lies in DOT pixels: all but a pen's touch is scaled to twenty. */
function isDot(image) {
  const inked = Array.from(image.keys()).filter((i) => image[i] > 0);
  const spread = (places) => Math.max(...places) - Math.min(...places);
  return spread(inked.map((i) => i % SIZE)) < DOT && spread(inked.map((i) => Math.floor(i / SIZE))) < DOT;
}
