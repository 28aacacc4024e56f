// Keeps the pages of the visits that are this person's now, so that they can be read where there is no network. A page
// is always asked for first; what the server doesn't give any more is forgotten, and everything once one has signed out.
"use strict";

const KEPT = "haihe-visits RELEASE";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("haihe-visits ") && name !== KEPT) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

const fresh = async (request) => {
  const cache = await caches.open(KEPT);
  const answer = await fetch(request);
  if (answer.redirected || answer.type === "opaqueredirect") await caches.delete(KEPT);
  else if (answer.ok) await cache.put(new URL(request.url || request, location).pathname, answer.clone());
  else if (answer.status === 403 || answer.status === 404) await cache.delete(new URL(request.url, location).pathname);
  return answer;
};

const page = async (request) => {
  try {
    return await fresh(request);
  } catch (trouble) {
    const cache = await caches.open(KEPT);
    const found =
      (await cache.match(new URL(request.url).pathname)) || (await cache.match(new URL("./", self.location).pathname));
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
  else if (address.pathname.startsWith("/static/")) event.respondWith(part(request));
});

self.addEventListener("message", (event) => {
  const { pages, parts } = event.data;
  event.waitUntil(
    (async () => {
      const cache = await caches.open(KEPT);
      for (const request of await cache.keys()) {
        const { pathname } = new URL(request.url);
        if (!pathname.startsWith("/static/") && !pages.includes(pathname)) await cache.delete(request);
      }
      for (const path of pages) {
        try {
          await fresh(new Request(path, { credentials: "same-origin" }));
        } catch {
          return; // No network now; what is kept stays.
        }
      }
      for (const address of parts) await part(new Request(address));
    })(),
  );
});
