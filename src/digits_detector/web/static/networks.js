// The two networks in ONNX Runtime Web.

import * as ort from "./onnxruntime.js";
import { SIZE } from "./normalize.js";
import { floats } from "./arithmetic.js";

export const CLASSES = "0123456789.,-/:";
export const DIGITS = 10; // the first classes
export const SLASH = CLASSES.indexOf("/");
export const STRIDE = 4; // pixels to a cell of the detector's maps
export const MULTIPLE = 8; // pixels: the sides of the detector's images are multiples of this

// Several threads share memory, which browsers allow where the host's headers isolate the page.
export const THREADS = crossOriginIsolated ? Math.min(4, navigator.hardwareConcurrency) : 1;

ort.env.wasm.numThreads = THREADS;
ort.env.logLevel = "error";

/** The classifier: 28×28 levels in, logits and outlier scores out. */
export class Classifier {
  constructor(session, { temperature, outlier_threshold, lattice }) {
    this.session = session;
    this.temperature = temperature;
    this.threshold = outlier_threshold;
    this.lattice = lattice; // weights
  }

  static async load(metadata) {
    return new Classifier(await loaded(metadata), metadata);
  }

  /** The logits (ten values) and the outlier score of each image, a Uint8Array of 28×28 levels. */
  async run(images) {
    const input = new Float32Array(images.length * SIZE * SIZE);
    images.forEach((image, n) => input.set(floats(image, (level) => level / 255), n * SIZE * SIZE));
    const image = new ort.Tensor("float32", input, [images.length, SIZE, SIZE, 1]);
    const { logits, outlier_score } = await this.session.run({ image }, ["logits", "outlier_score"]);
    return images.map((_, n) => ({
      logits: logits.data.slice(n * DIGITS, (n + 1) * DIGITS),
      outlierScore: outlier_score.data[n],
    }));
  }
}

/** The detector: a grey picture in, heat maps and boxes out. */
export class Detector {
  constructor(session, metadata) {
    this.session = session;
    this.temperature = metadata.temperature;
    this.certainty = metadata.certainty; // weights of two logits, and the bias
    this.threshold = metadata.threshold;
    this.markThreshold = metadata.mark_threshold;
    this.finerThreshold = metadata.finer_threshold;
    this.pictureOdds = metadata.picture_odds;
    this.heights = metadata.heights;
  }

  static async load(metadata) {
    return new Detector(await loaded(metadata), metadata);
  }

  /** The maps of a picture whose sides are multiples of 8: for each cell of 4×4 pixels 16 logits, and four numbers. */
  async run({ data, height, width }) {
    const image = new ort.Tensor("float32", data, [1, height, width, 1]);
    const { heat, box } = await this.session.run({ image }, ["heat", "box"]);
    return { heat: heat.data, box: box.data, columns: width / STRIDE };
  }
}

function loaded({ file }) {
  return ort.InferenceSession.create(new URL(file, import.meta.url).href, { executionProviders: ["wasm"] });
}
