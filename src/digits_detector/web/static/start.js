// What the sketchpad's scripts below find in place of Gradio: their questions are answered here, in the browser.

import { Recognizer } from "./recognizer.js";

const element = document.body;
const props = {};
const server = { read };
const network = { recognizer: null, lost: false };

Recognizer.load()
  .then((recognizer) => (network.recognizer = recognizer))
  .catch(() => (network.lost = true))
  .finally(() => board.read()); // what was drawn in the meantime

async function read(question) {
  if (network.lost) return { error: "The network could not be loaded. Reload the page to try again." };
  if (!network.recognizer) return { pending: "Loading the network …" };
  const { input, ...prediction } = await network.recognizer.read(question);
  return { ...prediction, seen: btoa(String.fromCharCode(...input)), here: true };
}
