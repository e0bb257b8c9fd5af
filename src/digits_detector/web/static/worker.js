// Reads beside the page, so that drawing never waits: a question in, an answer out, as web/answers.py gives them.

import { Recognizer } from "./recognizer.js";

const loading = Recognizer.load();
loading.then(
  (recognizer) => {
    postMessage({ ready: true });
    recognizer.detector().catch(() => {}); // fetched while nobody waits; whoever asks for it meets the error
  },
  () => postMessage({ lost: true }),
);

const ANSWERS = {
  read: async (recognizer, question) => withSeen(await recognizer.predict(question)),
  read_all: (recognizer, question) => recognizer.read(question),
  explain: async (recognizer, question) => withSeen(await recognizer.explain(question)),
};

addEventListener("message", async ({ data: { number, name, question } }) => {
  postMessage({ number, answer: await answered(name, question) });
});

async function answered(name, question) {
  const recognizer = await loading;
  const started = performance.now();
  try {
    const answer = await ANSWERS[name](recognizer, question);
    return { ...answer, milliseconds: performance.now() - started, here: true };
  } catch (error) {
    console.warn(error);
    return { error: "This could not be read here: " + error.message };
  }
}

function withSeen({ input, ...answer }) {
  return { ...answer, seen: btoa(String.fromCharCode(...input)) };
}
