// From logits to what is said, as in judge.py: probabilities, and whether there is anything to read.

import { SIZE } from "./normalize.js";

const DOT = 8; // pixels

/** The softmax of the logits over a temperature. */
export function probabilities(logits, temperature) {
  const scaled = Array.from(logits, (logit) => logit / temperature);
  const most = Math.max(...scaled);
  const weights = scaled.map((value) => Math.exp(value - most));
  const sum = weights.reduce((one, other) => one + other, 0);
  return weights.map((weight) => weight / sum);
}

/** Say whether the 28×28 hold any ink, and whether that is a digit; a lone dot is none. */
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
