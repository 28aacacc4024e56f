// A form's page: fields that don't apply are hidden as one answers; what is typed without a network is kept on the phone
// and saved once there is one. Without this file the pages work as they are.
"use strict";

const form = document.getElementById("forms-section");
document.documentElement.classList.add("forms-script");

// Conditions come as the JSON Schema that the server checks by; these are the few words they use.
const given = (name) => {
  const fields = [...form.elements].filter((one) => one.name === name);
  const chosen = fields.filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked).map((one) => one.value);
  const yesNo = fields.some((one) => ["yes", "no"].includes(one.value) && ["radio", "checkbox"].includes(one.type));
  const text = (chosen[0] || "").trim();
  if (!text) return undefined;
  if (yesNo && ["yes", "no"].includes(text)) return text === "yes";
  return /^-?[0-9][0-9,]*(\.[0-9]+)?$/.test(text) && fields[0].inputMode === "decimal" ? Number(text.replaceAll(",", "")) : text;
};
const fits = (schema, value) =>
  Object.entries(schema).every(([word, said]) => {
    if (word === "enum") return said.includes(value);
    if (word === "not") return !fits(said, value);
    if (word === "type") return typeof value === said;
    if (word === "minimum") return value >= said;
    if (word === "maximum") return value <= said;
    if (word === "exclusiveMinimum") return value > said;
    if (word === "exclusiveMaximum") return value < said;
    return false;
  });
const applies = (schema, shown) => {
  const value = (name) => (shown(name) ? given(name) : undefined);
  return Object.entries(schema).every(([word, said]) => {
    if (word === "allOf") return said.every((one) => applies(one, shown));
    if (word === "anyOf") return said.some((one) => applies(one, shown));
    if (word === "not") return !applies(said, shown);
    if (word === "required") return said.every((name) => value(name) !== undefined);
    if (word === "properties")
      return Object.entries(said).every(([name, one]) => value(name) === undefined || fits(one, value(name)));
    return false;
  });
};
const show = () => {
  const hidden = new Set();
  for (const part of form.querySelectorAll("[data-when]")) {
    const isHidden = !applies(JSON.parse(part.dataset.when), (name) => !hidden.has(name));
    part.classList.toggle("d-none", isHidden);
    if (!isHidden) continue;
    const inside = part.dataset.field ? [part] : part.querySelectorAll("[data-field]");
    for (const one of inside) hidden.add(one.dataset.field);
  }
};
form.addEventListener("input", show);
form.addEventListener("change", show);
show();

const told = form.dataset;
const line = document.getElementById("forms-line");
const STORE = "sections";

const opened = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open("haihe-forms", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "sync" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
const within = async (mode, act) => {
  const store = (await opened()).transaction(STORE, mode).objectStore(STORE);
  return new Promise((resolve, reject) => {
    const asked = act(store);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
};

const say = (words) => {
  line.textContent = words;
  line.hidden = false;
};

const written = () => {
  const values = new FormData(form);
  for (const name of ["csrfmiddlewaretoken", "revision"]) values.delete(name);
  const texts = [...values].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(texts).toString();
};

const bring = async () => {
  const token = form.elements.csrfmiddlewaretoken.value;
  let last = "";
  // One section after the other: each moves the draft's revision on.
  for (const step of (await within("readonly", (store) => store.getAll())).sort((a, b) => a.at - b.at)) {
    const answer = await fetch(step.sync, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ said: step.said, revision: step.revision }),
      redirect: "error",
    });
    if (!answer.ok && answer.status !== 400 && answer.status !== 413) return last;
    const { became, told: why } = await answer.json();
    await within("readwrite", (store) => store.delete(step.sync));
    if (became === "changed" && step.sync === told.sync) {
      fill(step.said);
      say(told.changed);
      return "";
    }
    if (became === "refused") say(why);
    else last = became;
  }
  return last;
};

const fill = (said) => {
  for (const [name, value] of new URLSearchParams(said)) {
    for (const one of [...form.elements].filter((each) => each.name === name && each.type !== "hidden")) {
      if (["radio", "checkbox"].includes(one.type)) one.checked = one.value === value;
      else if (one.type !== "file" && one.type !== "submit") one.value = value;
    }
  }
  show();
};

const begin = async () => {
  try {
    const became = await bring();
    if (!became) return;
    sessionStorage.setItem("haihe-forms-saved", "1");
    location.assign(told.resume);
  } catch {
    // No network: it waits.
  }
};

if (told.sync) {
  form.addEventListener("submit", async (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    const revision = Number(form.elements.revision.value);
    await within("readwrite", (store) => store.put({ sync: told.sync, said: written(), revision, at: Date.now() }));
    const hasFiles = [...form.querySelectorAll("input[type=file]")].some((one) => one.files.length);
    say(hasFiles ? `${told.waiting} ${told.leaving}` : told.waiting);
    line.scrollIntoView({ block: "center" });
  });
  addEventListener("online", begin);
  if (sessionStorage.getItem("haihe-forms-saved")) {
    sessionStorage.removeItem("haihe-forms-saved");
    say(told.saved);
  }
  begin();
  // What waits on this phone for this page is shown again, also where the page itself was kept.
  within("readonly", (store) => store.get(told.sync)).then((step) => {
    if (!step) return;
    fill(step.said);
    say(told.waiting);
  });
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(told.worker).then(async () => {
      const ready = await navigator.serviceWorker.ready;
      const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.href || one.src);
      ready.active.postMessage({ pages: [location.pathname], parts });
    });
  }
}
