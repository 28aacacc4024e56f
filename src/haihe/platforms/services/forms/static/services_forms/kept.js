// What was written down without a network, on this phone: sealed under a key that this browser made and doesn't give out.
// Signing out deletes both; what nobody brought for thirty days goes too.
"use strict";

const keptOnPhone = (() => {
  const [SECTIONS, KEYS, KEPT_FOR_MS] = ["sections", "keys", 30 * 24 * 3600 * 1000];

  const opened = () =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open("haihe-forms", 2);
      asked.onupgradeneeded = () => {
        const base = asked.result;
        for (const name of [...base.objectStoreNames]) base.deleteObjectStore(name);
        base.createObjectStore(SECTIONS, { keyPath: "sync" });
        base.createObjectStore(KEYS);
      };
      asked.onsuccess = () => {
        // Signing out in another tab must not wait for this one.
        asked.result.onversionchange = () => asked.result.close();
        resolve(asked.result);
      };
      asked.onerror = () => reject(asked.error);
    });

  const within = async (name, mode, act) => {
    const base = await opened();
    try {
      const asked = act(base.transaction(name, mode).objectStore(name));
      return await new Promise((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    } finally {
      base.close();
    }
  };

  const key = async () => {
    const found = await within(KEYS, "readonly", (store) => store.get("key"));
    if (found) return found;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    // Two tabs at once: the first one's counts.
    await within(KEYS, "readwrite", (store) => store.add(made, "key")).catch(() => undefined);
    return within(KEYS, "readonly", (store) => store.get("key"));
  };

  const put = async ({ sync, at, ...rest }) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(rest));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), plain);
    await within(SECTIONS, "readwrite", (store) => store.put({ sync, at, iv, sealed }));
  };

  const drop = (sync) => within(SECTIONS, "readwrite", (store) => store.delete(sync));

  const all = async () => {
    const rows = await within(SECTIONS, "readonly", (store) => store.getAll());
    const steps = [];
    for (const { sync, at, iv, sealed } of rows) {
      try {
        if (at < Date.now() - KEPT_FOR_MS) throw new Error("too old");
        const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(), sealed);
        steps.push({ sync, at, ...JSON.parse(new TextDecoder().decode(plain)) });
      } catch {
        await drop(sync);
      }
    }
    return steps.sort((one, other) => one.at - other.at);
  };

  const get = async (sync) => (await all()).find((step) => step.sync === sync);

  return { put, drop, all, get, isPossible: "indexedDB" in window && window.isSecureContext };
})();
