// Keeps pages that are gone on with where there is no network. Which ones, and for whom, is said by whoever gives this
// file (`haihe.base.offline`): the words in capitals. A page is always asked for first; what the server doesn't give any
// more is forgotten, and everything once one is asked to sign in.
"use strict";

const NAME = "NAME OF APPLICATION";
const KEPT = `haihe-${NAME} RELEASE`;
const KEEPS = new RegExp("KEPT PATHS");
const FALLBACK = "PATH OF FALLBACK";

// The fallback is nobody's: it can be had before anybody signed in, with what it is drawn with.
const prepare = async () => {
  const answer = await fetch(FALLBACK);
  if (!answer.ok || answer.redirected) return;
  const drawn = [...(await answer.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+\.(?:css|js))"/g)];
  const cache = await caches.open(KEPT);
  await cache.put(FALLBACK, answer);
  await cache.addAll(drawn.map(([, address]) => address));
};
self.addEventListener("install", (event) => {
  const first = FALLBACK_IS_PUBLIC ? prepare() : Promise.resolve();
  event.waitUntil(first.catch(() => undefined).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith(`haihe-${NAME} `) && name !== KEPT) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

const pathOf = (request) => new URL(request.url || request, location).pathname;
const isPart = (path) => path.startsWith("/static/");
const isSignIn = (answer) => answer.redirected && pathOf(answer).startsWith("/sign-in/");

const forget = async (cache) => {
  for (const request of await cache.keys()) {
    const path = pathOf(request);
    if (!isPart(path) && path !== FALLBACK) await cache.delete(request);
  }
};

const fresh = async (request) => {
  const path = pathOf(request);
  const answer = await fetch(request);
  const cache = await caches.open(KEPT);
  // Where a navigation is sent to can't be seen from here. A page that is kept leads elsewhere only once it is over with.
  if (answer.type === "opaqueredirect" ? KEEPS.test(path) : isSignIn(answer)) await forget(cache);
  else if (answer.type === "opaqueredirect") return answer;
  else if (answer.ok && !answer.redirected && KEEPS.test(path)) await cache.put(path, answer.clone());
  else if (answer.ok && answer.redirected && KEEPS.test(pathOf(answer))) await keepWhereItLed(cache, answer);
  else if (answer.status === 403 || answer.status === 404 || answer.redirected) await cache.delete(path);
  return answer;
};

// A response that came by a redirect can't answer a navigation later; its content can.
const keepWhereItLed = async (cache, answer) => {
  const { status, headers } = answer;
  const body = await answer.clone().blob();
  await cache.put(pathOf(answer), new Response(body, { status, headers }));
};

const kept = async (path) => {
  const cache = await caches.open(KEPT);
  const found = await cache.match(path);
  if (found) return found;
  // The folder of a thing stands for the first of its pages that is kept.
  const within = (await cache.keys()).map(pathOf).find((one) => path !== "/" && one !== FALLBACK && one.startsWith(path));
  return (within && path.split("/").length > 4 && (await cache.match(within))) || cache.match(FALLBACK);
};

const page = async (request) => {
  try {
    return await fresh(request);
  } catch (trouble) {
    const found = await kept(pathOf(request));
    if (found) return found;
    throw trouble;
  }
};

const part = async (request) => {
  const cache = await caches.open(KEPT);
  const found = await cache.match(request.url);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (isPart(address.pathname)) event.respondWith(part(request));
});

// `pages` are wanted now, `parts` is what they are drawn with. `only`: nothing else is kept any more.
self.addEventListener("message", (event) => {
  const { pages, parts, only } = event.data;
  event.waitUntil(
    (async () => {
      const cache = await caches.open(KEPT);
      for (const request of await cache.keys()) {
        const path = pathOf(request);
        if (only && !isPart(path) && path !== FALLBACK && !pages.includes(path)) await cache.delete(request);
      }
      try {
        for (const path of pages) await fresh(new Request(path, { credentials: "same-origin" }));
        for (const address of parts) await part(new Request(address));
      } catch {
        // No network now; what is kept stays.
      }
    })(),
  );
});
