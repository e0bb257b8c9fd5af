// What the sketchpads ask in place of a server: a worker, which reads beside the page.

const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
const asked = new Map(); // what is to be called with each answer
let [count, state] = [0, "loading"];

/** Is kept once the networks are there, or can't be had. */
export const loaded = new Promise((resolve) => {
  const become = (next) => {
    state = next;
    resolve();
  };
  worker.addEventListener("error", () => become("lost"));
  worker.addEventListener("message", ({ data }) => {
    if (data.ready) become("ready");
    if (data.lost) become("lost");
  });
});

worker.addEventListener("message", ({ data: { number, answer } }) => {
  asked.get(number)?.(answer);
  asked.delete(number);
});

const ask = (name) => async (question) => {
  if (state === "lost") return { error: "The network could not be loaded. Reload the page to try again." };
  if (state === "loading") return { pending: "Loading the network …" };
  return new Promise((resolve) => {
    asked.set(++count, resolve);
    worker.postMessage({ number: count, name, question });
  });
};

export const server = {
  read: ask("read"),
  read_all: ask("read_all"),
  explain: ask("explain"),
  patience: 2 ** 31 - 1, // ms, the longest that timers wait: a worker is never gone
};
