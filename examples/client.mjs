// Asks a server with fetch, in Node or in a browser: node examples/client.mjs http://localhost:7860 seven.png
import { readFile } from "node:fs/promises";

const [server, picture] = process.argv.slice(2);

async function predict(request) {
  const answer = await fetch(`${server}/api/predict`, { method: "POST", ...request });
  const document = await answer.json();
  if (!answer.ok) throw new Error(document.detail);
  return document;
}

const form = new FormData();
form.append("image", new Blob([await readFile(picture)]), picture);
console.log((await predict({ body: form })).digit);

const strokes = [[[60, 60], [220, 60], [120, 260]]];
const headers = { "Content-Type": "application/json" };
console.log((await predict({ body: JSON.stringify({ strokes }), headers })).digit);
