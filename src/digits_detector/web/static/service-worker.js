// Keeps the page's files, so that it loads without a network; a new version of the page has a new cache.
//
// It also sends two headers that static hosts don't: they isolate the page from others, and only then may the network
// run on several threads.

const SCOPE = "digits " + registration.scope + " ";
const CACHE = SCOPE + "$version";
const FILES = $files;

addEventListener("install", (event) => event.waitUntil(kept().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(forgotten().then(() => clients.claim())));
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(registration.scope)) event.respondWith(answered(event.request));
});

async function kept() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
}

async function forgotten() {
  const old = (await caches.keys()).filter((name) => name.startsWith(SCOPE) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function answered(request) {
  const cache = await caches.open(CACHE);
  return isolated((await cache.match(request, { ignoreSearch: true })) ?? (await fetch(request)));
}

function isolated({ body, status, statusText, headers }) {
  const more = new Headers(headers);
  more.set("Cross-Origin-Opener-Policy", "same-origin");
  more.set("Cross-Origin-Embedder-Policy", "require-corp");
  return new Response(body, { status, statusText, headers: more });
}
