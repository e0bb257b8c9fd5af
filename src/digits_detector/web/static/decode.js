// A picture becomes channels of grey, one a colour, with transparency laid on paper, as in image/decode.py.

import { floats, median } from "./arithmetic.js";

/** The channels of a picture in a data URL, upright, as the browser decodes it. */
export async function channels(url) {
  const [head, body] = url.split(";base64,");
  const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: head.slice("data:".length) }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return split(context.getImageData(0, 0, canvas.width, canvas.height));
}

/** The channels of pixels, RGBA. */
export function split({ data, height, width }) {
  const bands = [0, 1, 2, 3].map((band) => {
    const levels = new Uint8Array(height * width);
    for (let i = 0; i < levels.length; i++) levels[i] = data[4 * i + band];
    return { data: levels, height, width };
  });
  return onPaper(bands.slice(0, 3), bands[3]);
}

/** The distance from black to white. */
export function fullRange({ data }) {
  return data instanceof Uint8Array ? 255 : 1;
}

/** Lay a transparent picture on paper: where most of it is transparent, on what the ink stands out from; else on its own. */
function onPaper(colours, alpha) {
  if (alpha.data.every((level) => level === 255)) return colours;
  const opaque = (_, i) => alpha.data[i] > 127.5;
  const share = alpha.data.filter(opaque).length / alpha.data.length;
  return colours.map(({ data, height, width }) => {
    const tone = share > 0 ? median(data.filter(opaque)) : 0;
    const paper = share === 0 ? 255 : share > 0.5 ? tone : 255 * (tone < 127.5);
    const laid = floats(data, (level, i) => (paper + (alpha.data[i] / 255) * (level - paper)) / 255);
    return { data: laid, height, width };
  });
}
