// Strokes in, a prediction out, as in recognizer.py: all in the browser, with ONNX Runtime Web.

import * as ort from "./onnxruntime.js";
import { probabilities, status } from "./rejection.js";
import { SIZE, normalize } from "./normalize.js";

ort.env.wasm.numThreads = 1; // more would ask the host for headers that few static hosts send
ort.env.logLevel = "error";

export class Recognizer {
  constructor(session, { temperature, outlier_threshold }) {
    this.session = session;
    this.temperature = temperature;
    this.threshold = outlier_threshold;
  }

  /** Fetch the network, and its metadata, which ONNX Runtime Web does not hand on. */
  static async load() {
    const response = await fetch(beside("model.json"));
    if (!response.ok) throw new Error("model.json: " + response.status);
    const metadata = await response.json();
    const session = await ort.InferenceSession.create(beside(metadata.file), { executionProviders: ["wasm"] });
    const recognizer = new Recognizer(session, metadata);
    await recognizer.read({ strokes: [[[0, 0]]] }); // the first reading takes longer
    return recognizer;
  }

  /** Read one digit of `{ strokes: [[[x, y], …], …] }`: what Python's `Prediction` holds, and the time it took. */
  async read({ strokes }) {
    const started = performance.now();
    const input = normalize(strokes);
    const image = new ort.Tensor("float32", Float32Array.from(input, (level) => level / 255), [1, SIZE, SIZE, 1]);
    const { logits, outlier_score } = await this.session.run({ image }, ["logits", "outlier_score"]);
    const prediction = this.#calibrated(input, logits.data, outlier_score.data[0]);
    return { ...prediction, input, milliseconds: performance.now() - started };
  }

  #calibrated(input, logits, score) {
    const verdict = status(input, score, this.threshold);
    if (verdict === "blank")
      return { status: verdict, digit: null, confidence: 0, probabilities: Array(10).fill(0.1), outlier_score: score };
    const row = probabilities(logits, this.temperature);
    const confidence = Math.max(...row);
    const digit = verdict === "digit" ? row.indexOf(confidence) : null;
    return { status: verdict, digit, confidence, probabilities: row, outlier_score: score };
  }
}

function beside(name) {
  return new URL(name, import.meta.url).href;
}
