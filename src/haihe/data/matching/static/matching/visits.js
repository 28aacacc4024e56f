// Visits on a phone: what is written down is kept on the phone first, then brought to the server, once. Without this
// file the forms are sent as they are.
"use strict";

const place = document.getElementById("visit-waiting");
const told = place.dataset;
const STORE = "steps";
const lines = document.createElement("ul");
place.append(lines);

const opened = new Promise((resolve, reject) => {
  const asked = indexedDB.open("haihe-visits", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "token" });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

const within = async (mode, act) => {
  const store = (await opened).transaction(STORE, mode).objectStore(STORE);
  return new Promise((resolve, reject) => {
    const asked = act(store);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
};
const keep = (step) => within("readwrite", (store) => store.put(step));
const drop = (token) => within("readwrite", (store) => store.delete(token));
const all = () => within("readonly", (store) => store.getAll());
const kept = async () => (await all()).filter((step) => !step.done);

const show = async () => {
  const steps = await kept();
  lines.replaceChildren();
  for (const step of steps) {
    const line = document.createElement("li");
    line.textContent = `${step.told ? told.kept : told.waiting}${step.label} · ${step.number} ${step.told || ""} `;
    if (step.told) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = told.drop;
      button.addEventListener("click", async () => {
        await drop(step.token);
        await show();
      });
      line.append(button);
    }
    lines.append(line);
  }
  place.hidden = !lines.childElementCount;
};

// Two tabs at once would bring the same step twice. That is harmless, and one lock saves the trouble.
const bring = () => (navigator.locks ? navigator.locks.request("haihe-visits", send) : send());

const send = async () => {
  const steps = (await kept()).filter((step) => !step.told).slice(0, 50);
  if (!steps.length) return [];
  const answer = await fetch(told.sync, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-CSRFToken": place.querySelector("[name=csrfmiddlewaretoken]").value,
    },
    body: JSON.stringify({ steps: steps.map(({ label, ...step }) => step) }),
    redirect: "error",
  });
  if (!answer.ok) return [];
  const { steps: became } = await answer.json();
  for (const one of became) {
    const step = steps.find((each) => each.token === one.token);
    if (!step) continue;
    // Somebody may be on the way to the next page while this is brought: that page learns of it here.
    if (one.became === "done") await keep({ token: step.token, done: Date.now() });
    else await keep({ ...step, told: one.told });
  }
  return became;
};

const tryToBring = async () => {
  try {
    return await bring();
  } catch {
    // No network: it waits.
    return [];
  }
};

for (const form of document.querySelectorAll("form[data-step]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    const values = new FormData(form);
    const token = values.get("token");
    await keep({
      token,
      number: form.dataset.step,
      revision: Number(values.get("revision")),
      name: button.value,
      label: button.textContent.trim(),
      words: values.get("words") || "",
      at: new Date().toISOString(),
    });
    for (const each of form.elements) each.disabled = true;
    const became = (await tryToBring()).find((one) => one.token === token);
    if (became?.became === "done") {
      location.assign(form.dataset.back);
      return;
    }
    await show();
    if (became) {
      // It was refused: another try is another step.
      for (const each of form.elements) each.disabled = false;
      form.elements.token.value = crypto.randomUUID();
    }
    place.scrollIntoView({ block: "center" });
  });
}

// A page asked for before a step was done, by this page or the one before it, does not show that step as done.
const isOutOfDate = async () => {
  const done = (await all()).filter((step) => step.done);
  const before = done.filter((step) => step.done < performance.timeOrigin);
  await Promise.all(before.map((step) => drop(step.token)));
  return before.length < done.length;
};

const begin = async () => {
  await tryToBring();
  await show();
  // What somebody is writing stays.
  const isWriting = [...document.querySelectorAll("textarea")].some((field) => field.value.trim());
  if (!isWriting && (await isOutOfDate())) location.reload();
};
addEventListener("online", begin);
begin();

// Keep the pages of those one goes to, and of nobody else.
const list = document.querySelector("[data-keep]");
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(told.worker).then(async () => {
    if (location.pathname !== new URL("./", new URL(told.worker, location.href)).pathname) return;
    const ready = await navigator.serviceWorker.ready;
    const pages = list ? list.dataset.keep.split(" ").filter(Boolean) : [];
    const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.href || one.src);
    ready.active.postMessage({ pages: [location.pathname, ...pages], parts, only: true });
  });
}
