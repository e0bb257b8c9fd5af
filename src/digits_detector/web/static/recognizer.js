// Strokes and pictures in, readings out, as in recognizer.py: all in the browser. A question is what the pages ask a
// server: `{ strokes: [[[x, y], …], …] }` or `{ picture: "data:image/…;base64,…" }`.

import { channels } from "./decode.js";
import { explain } from "./explain.js";
import { fitted } from "./fit.js";
import { located } from "./locate.js";
import { Classifier, Detector } from "./networks.js";
import { normalize } from "./normalize.js";
import { argmax, most } from "./arithmetic.js";
import { readPicture, readStrokes } from "./read.js";
import { EVEN_ODDS, combined, probabilities, status } from "./rejection.js";

export class Recognizer {
  #metadata;
  #detector = null;

  constructor(classifier, metadata) {
    this.classifier = classifier;
    this.#metadata = metadata;
  }

  /** Fetch the classifier, and the networks' metadata, which ONNX Runtime Web does not hand on. */
  static async load() {
    const response = await fetch(new URL("model.json", import.meta.url));
    if (!response.ok) throw new Error("model.json: " + response.status);
    const metadata = await response.json();
    const recognizer = new Recognizer(await Classifier.load(metadata.classifier), metadata);
    await recognizer.predict({ strokes: [[[0, 0]]] }); // the first reading takes longer
    return recognizer;
  }

  /** The detector, fetched when it is first asked for. */
  detector() {
    this.#detector ??= Detector.load(this.#metadata.detector);
    return this.#detector;
  }

  /** Read one digit: what Python's `Prediction` holds. */
  async predict(question) {
    return this.#predicted(await this.#seen(question));
  }

  /** Read all digits: what Python's `Reading` holds. */
  async read(question) {
    const networks = { detector: await this.detector(), classifier: this.classifier };
    const marks = question.marks === true;
    if ("picture" in question) return readPicture(await channels(question.picture), networks, marks);
    return readStrokes(question.strokes, networks, marks);
  }

  /** Say where the network looked for the digit that it read, and for the runner-up. */
  async explain(question) {
    const { input } = await this.#seen(question);
    return { ...(await explain(this.classifier, input)), input };
  }

  /** What the classifier sees, Uint8Array of 28×28 levels, and where the detector was asked, what that says. */
  async #seen(question) {
    if (!("picture" in question)) return { input: normalize(question.strokes) };
    const colours = await channels(question.picture);
    const { ink, verdict, whole } = await located(colours, await this.detector());
    if (!whole) return { input: fitted(ink), verdict };
    const images = [fitted(ink), fitted(whole)];
    const [one, other] = await this.classifier.run(images);
    return other.outlierScore < one.outlierScore ? { input: images[1] } : { input: images[0], verdict };
  }

  async #predicted({ input, verdict }) {
    const [{ logits, outlierScore: outlier_score }] = await this.classifier.run([input]);
    const found = verdict?.probabilities;
    const unsure = verdict && !verdict.sure;
    const highest = unsure ? Math.min(this.classifier.threshold, EVEN_ODDS) : this.classifier.threshold;
    const judged = status(input, outlier_score, highest);
    if (judged === "blank")
      return { status: judged, digit: null, confidence: 0, probabilities: Array(10).fill(0.1), outlier_score, input };
    const own = probabilities(logits, this.classifier.temperature);
    const row = found ? combined(own, found) : own;
    const isDigit = judged === "digit" || verdict?.sure;
    return {
      status: isDigit ? "digit" : judged,
      digit: isDigit ? argmax(row) : null,
      confidence: most(row),
      probabilities: row,
      outlier_score,
      input,
    };
  }
}
