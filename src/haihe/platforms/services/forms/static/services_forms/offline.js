// A section that is filled in where the network is slow or none: what is typed is kept on the phone first, then brought
// to the server, once. What another device changed meanwhile is shown beside it, and overwrites nothing.
"use strict";

const told = form.dataset;
const line = document.getElementById("forms-line");
const BRINGS_WITHIN_MS = 20000;

const say = (...words) => {
  line.replaceChildren(...words);
  line.hidden = false;
};

const written = () => {
  const values = new FormData(form);
  for (const name of ["csrfmiddlewaretoken", "revision"]) values.delete(name);
  return new URLSearchParams([...values].filter(([, value]) => typeof value === "string")).toString();
};

// For people, should the page be gone when they look for what they wrote.
const inWords = () =>
  [...form.querySelectorAll("[data-field]:not(.d-none)")].flatMap((part) => {
    const label = part.querySelector(".form-label");
    const chosen = [...part.querySelectorAll("input:checked")].map((one) => one.closest("label")?.textContent.trim());
    const typed = [...part.querySelectorAll("input, textarea, select")]
      .filter((one) => !["radio", "checkbox", "file", "hidden"].includes(one.type) && one.value)
      .map((one) => (one.selectedOptions ? one.selectedOptions[0].textContent.trim() : one.value));
    const drawn = part.querySelector("[data-drawn]");
    const said = [...chosen, ...typed, drawn?.value && drawn.dataset.drawn].filter(Boolean).join("、");
    return label && said ? [[label.firstChild.textContent.trim(), said]] : [];
  });

const keep = () =>
  keptOnPhone.put({
    sync: told.sync,
    at: Date.now(),
    draft: told.draft,
    page: location.pathname,
    title: `${told.item} · ${told.section}`,
    lines: inWords(),
    said: written(),
    revision: Number(form.elements.revision.value),
  });

const fill = (said) => {
  const values = new URLSearchParams(said);
  for (const one of form.elements) {
    if (!one.name || one.name in { csrfmiddlewaretoken: 0, revision: 0 } || ["file", "submit"].includes(one.type)) continue;
    if (["radio", "checkbox"].includes(one.type)) one.checked = values.getAll(one.name).includes(one.value);
    else if ((one.type !== "hidden" || one.dataset.drawn) && values.has(one.name)) one.value = values.get(one.name);
  }
  show();
  form.dispatchEvent(new Event("filled"));
};

const besides = (theirs, ours) => {
  for (const part of form.querySelectorAll("[data-field]")) {
    const name = part.dataset.field;
    const [there, here] = [theirs, ours].map((said) => new URLSearchParams(said).getAll(name).join("、"));
    if (there === here || part.querySelector(".forms-theirs")) continue;
    const chosen = part.querySelector(`input[value="${CSS.escape(there)}"]`)?.closest("label");
    const note = document.createElement("p");
    note.className = "forms-theirs";
    note.textContent = told.theirs + ((chosen && chosen.textContent.trim()) || there || told.empty);
    part.append(note);
  }
};

const showConflict = (step) => {
  besides(written(), step.said);
  fill(step.said);
  say(told.changed);
};

const sent = async (step) => {
  const answer = await fetch(step.sync, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    body: JSON.stringify({ said: step.said, revision: step.revision }),
    redirect: "error",
    signal: AbortSignal.timeout(BRINGS_WITHIN_MS),
  });
  if (![200, 400, 413].includes(answer.status)) throw new Error(`status ${answer.status}`);
  return answer.json();
};

const settle = async (step) => {
  const answer = await sent(step);
  if (answer.became === "done" || answer.became === "wrong") await keptOnPhone.drop(step.sync);
  else await keptOnPhone.put({ ...step, stopped: answer.became, told: answer.told });
  return answer;
};

// One tab at a time; what was stopped waits for a person. Throws where there is no network.
const bring = () =>
  navigator.locks.request("haihe-forms", async () => {
    const became = {};
    for (const step of await keptOnPhone.all()) if (!step.stopped) became[step.sync] = await settle(step);
    return became;
  });

const following = () =>
  JSON.parse(told.following).find(
    ({ when }) => !when || applies(when, () => true),
  );

// Without a network one goes on to the next page, where that is kept.
const goOn = async (words) => {
  const next = following();
  if (next && (await caches.match(next.url))) {
    sessionStorage.setItem("haihe-forms-waiting", "1");
    location.assign(next.url);
    return;
  }
  say(words);
  line.scrollIntoView({ block: "center" });
};

const arrive = async (answer) => {
  if (answer.became === "done" || answer.became === "wrong") {
    location.assign(answer.next);
    return;
  }
  const step = await keptOnPhone.get(told.sync);
  if (answer.became === "changed") location.reload();
  else say(answer.told || (step && step.told));
};

const submit = async (event) => {
  const button = event.submitter;
  const hasFiles = told.underWay || [...form.querySelectorAll("input[type=file]")].some((one) => one.files.length);
  const isStep = !button || ["next", "save"].includes(button.value);
  if (!isStep || button?.name === "remove" || (hasFiles && navigator.onLine)) return;
  if (button?.value === "save" && navigator.onLine) return;
  event.preventDefault();
  await keep();
  say(told.sending);
  try {
    const became = await bring();
    await arrive(became[told.sync]);
  } catch {
    await goOn(hasFiles ? `${told.waiting} ${told.leaving}` : told.waiting);
  }
};

const begin = async () => {
  const waiting = (await keptOnPhone.all()).filter((one) => !one.stopped);
  if (!waiting.length) return;
  const step = waiting.find((one) => one.sync === told.sync);
  try {
    const became = await bring();
    sessionStorage.setItem("haihe-forms-saved", "1");
    const mine = became[told.sync];
    if (mine && step && written() !== step.said) form.elements.revision.value = mine.revision ?? form.elements.revision.value;
    else if (mine) await arrive(mine);
    else say(told.saved);
  } catch {
    // No network: it waits.
  }
};

const greet = async () => {
  const step = await keptOnPhone.get(told.sync);
  if (step && step.stopped === "changed") showConflict(step);
  else if (step) {
    fill(step.said);
    say(step.told || told.waiting);
  } else if (sessionStorage.getItem("haihe-forms-saved")) say(told.saved);
  else if (sessionStorage.getItem("haihe-forms-waiting") && !navigator.onLine) say(told.waiting);
  for (const name of ["haihe-forms-saved", "haihe-forms-waiting"]) sessionStorage.removeItem(name);
};

const keepPages = async () => {
  const ready = await navigator.serviceWorker.ready;
  const { effectiveType, saveData } = navigator.connection || {};
  const isSlow = saveData || ["slow-2g", "2g"].includes(effectiveType);
  const pages = JSON.parse(told.following).map((one) => one.url);
  const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.href || one.src);
  ready.active.postMessage({ pages: [location.pathname, ...pages.slice(0, isSlow ? 1 : pages.length)], parts });
};

if (told.sync && keptOnPhone.isPossible) {
  form.addEventListener("submit", submit);
  addEventListener("online", begin);
  greet().then(begin);
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(told.worker, { scope: told.scope }).then(keepPages);
  }
}
