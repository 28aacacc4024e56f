// Keeps the page of the section that is being filled in, so that it can be gone on with where there is no network. A page
// is always asked for first; what the server doesn't give any more is forgotten, and everything once one has signed out.
"use strict";

const KEPT = "haihe-forms RELEASE";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("haihe-forms ") && name !== KEPT) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

const isSection = (path) => /\/drafts\/[0-9a-f-]{36}\/sections\/[a-z0-9-]+\/$/.test(path);

const fresh = async (request) => {
  const path = new URL(request.url).pathname;
  const answer = await fetch(request);
  const cache = await caches.open(KEPT);
  const leftUs = answer.redirected && !new URL(answer.url).pathname.startsWith("/services/");
  if (leftUs) await caches.delete(KEPT);
  else if (answer.ok && !answer.redirected && isSection(path)) await cache.put(path, answer.clone());
  else if (answer.status === 403 || answer.status === 404 || answer.redirected) await cache.delete(path);
  return answer;
};

const page = async (request) => {
  try {
    return request.method === "GET" ? await fresh(request) : await fetch(request);
  } catch (trouble) {
    const found = await (await caches.open(KEPT)).match(new URL(request.url).pathname);
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
      try {
        for (const path of pages) await fresh(new Request(path, { credentials: "same-origin" }));
        for (const address of parts) await part(new Request(address));
      } catch {
        return; // No network now; what is kept stays.
      }
      const wanted = new Set(parts);
      for (const request of await cache.keys()) {
        const isPart = new URL(request.url).pathname.startsWith("/static/");
        if (isPart && !wanted.has(request.url) && wanted.size) await cache.delete(request);
      }
    })(),
  );
});
