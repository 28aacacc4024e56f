// Files go up in parts as they are chosen (tus 1.0): a photo is made smaller first and loses what it knows of its place
// and camera; a line that breaks costs the last part only. Without this file they go with the form.

const [EDGE, QUALITY, PART, TRIES, LONGEST_PAUSE_MS, WITHIN_MS] = [2000, 0.85, 128 * 1024, 8, 30000, 60000];
const TUS = { "Tus-Resumable": "1.0.0" };
const form = document.getElementById("forms-section");
const row = document.getElementById("forms-uploading");
const words = row.dataset;
const line = document.getElementById("forms-line");

class Refused extends Error {}

// Only what a browser can read as a picture; whatever else it is goes as it is, and the server judges it.
const smaller = async (file, kinds) => {
  if (!file.type.startsWith("image/") || !kinds.includes("JPEG")) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
    // A drawing of few colours, such as a scan, is sharper and smaller as it is.
    if (scale === 1 && file.type === "image/png") return file;
    const sheet = document.createElement("canvas");
    [sheet.width, sheet.height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
    const pen = sheet.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.drawImage(picture, 0, 0, sheet.width, sheet.height);
    picture.close();
    const made = await new Promise((resolve) => sheet.toBlob(resolve, "image/jpeg", QUALITY));
    return made ? new File([made], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
};

const asked = async (url, method, headers = {}, body = undefined) => {
  const answer = await fetch(url, {
    method,
    headers: { ...TUS, "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, ...headers },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(WITHIN_MS),
  });
  if (answer.ok || answer.status === 409) return answer;
  if (answer.status >= 500) throw new Error(`status ${answer.status}`);
  const told = await answer.json().catch(() => ({}));
  throw new Refused(told.told || words.failed);
};

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const announce = async (file, field) => {
  const said = `field ${base64(field)},filename ${base64(file.name.slice(0, 120))}`;
  const answer = await asked(form.dataset.uploads, "POST", { "Upload-Length": String(file.size), "Upload-Metadata": said });
  return answer.headers.get("Location");
};

// The same content for the same field goes on where it was left, also after the page was loaded again.
const nameOf = async (file, field) => {
  if (!crypto.subtle) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return `haihe-upload:${form.dataset.uploads}${field}:${[...digest].map((one) => one.toString(16).padStart(2, "0")).join("")}`;
};

const noteRevision = (answer) => {
  // The page may only take over a revision that this very upload made.
  const [now, shown] = [Number(answer.headers.get("Haihe-Revision")), Number(form.elements.revision.value)];
  if (now === shown + 1) form.elements.revision.value = String(now);
};

const standing = async (place) => {
  const answer = await asked(place, "HEAD");
  const isTaken = answer.headers.get("Upload-Complete") === "?1";
  if (isTaken) noteRevision(answer);
  return { offset: Number(answer.headers.get("Upload-Offset")), isTaken };
};

const pause = (tries, stop) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** tries));
    for (const [where, what] of [[window, "online"], [stop, "abort"]])
      where.addEventListener(what, () => (clearTimeout(timer), resolve()), { once: true });
  });

const sendParts = async (file, place, show, stop) => {
  let { offset, isTaken } = await standing(place);
  while (!isTaken && !stop.aborted) {
    show(offset);
    if (offset >= file.size) {
      // All is there and another request of ours has it judged.
      await pause(1, stop);
      ({ offset, isTaken } = await standing(place));
      continue;
    }
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) };
    const answer = await asked(place, "PATCH", headers, file.slice(offset, offset + PART));
    offset = Number(answer.headers.get("Upload-Offset"));
    isTaken = answer.headers.get("Upload-Complete") === "?1";
    if (isTaken) noteRevision(answer);
  }
};

// Goes on over broken lines; throws Refused where going on is no use, or another error once it has tried enough.
const send = async (file, field, show, stop) => {
  const name = await nameOf(file, field);
  let place = name && sessionStorage.getItem(name);
  let last = -1;
  for (let tries = 0; !stop.aborted; ) {
    try {
      place = place || (await announce(file, field));
      if (name) sessionStorage.setItem(name, place);
      await sendParts(file, place, (offset) => {
        if (offset > last) [last, tries] = [offset, 0];
        show(offset);
      }, stop);
      break;
    } catch (broken) {
      if (broken instanceof Refused) {
        const wasKept = name && sessionStorage.getItem(name) === place && last < 0;
        if (name) sessionStorage.removeItem(name);
        // What was left lies there no more: once from the beginning.
        if (!wasKept || tries++) throw broken;
        place = "";
        continue;
      }
      if (++tries > TRIES) throw broken;
      show(-1);
      await pause(tries, stop);
    }
  }
  if (stop.aborted && place) asked(place, "DELETE").catch(() => undefined);
  if (name) sessionStorage.removeItem(name);
};

const refresh = async (group) => {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const fresh = page.getElementById(group.id)?.querySelector(".forms-files");
  if (fresh) group.querySelector(".forms-files").replaceWith(fresh);
};

let underWay = 0;
let held = null;
const count = (more) => {
  underWay += more;
  if (underWay) form.dataset.underWay = "1";
  else delete form.dataset.underWay;
  if (underWay || !held) return;
  const button = held;
  held = null;
  form.requestSubmit(button.form ? button : undefined);
};

// Whoever goes on is held until all has come; without a network they go on without.
document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== form || !underWay || !navigator.onLine || event.submitter?.name === "remove") return;
    event.preventDefault();
    event.stopPropagation();
    held = event.submitter || form.querySelector("button[type=submit]");
    if (line) [line.textContent, line.hidden] = [words.held, false];
  },
  true,
);

const begin = async (chosen, input, list) => {
  const group = input.closest("fieldset");
  const item = row.content.firstElementChild.cloneNode(true);
  const part = (name) => item.querySelector(`[data-${name}]`);
  const [bar, told] = [item.querySelector("progress"), part("told")];
  const stopper = new AbortController();
  part("name").textContent = chosen.name;
  bar.setAttribute("aria-label", `${words.sending} ${chosen.name}`);
  list.append(item);
  let file = null;

  const end = (text) => {
    told.textContent = text;
    bar.hidden = true;
  };
  const show = (offset) => {
    if (offset >= 0) bar.value = Math.round((100 * offset) / file.size);
    told.textContent = offset < 0 ? words.waiting : offset + PART >= file.size && offset ? words.checking : `${words.sending} ${bar.value}%`;
  };
  const go = async () => {
    [bar.hidden, part("again").hidden] = [false, true];
    try {
      if (!file) {
        told.textContent = words.smaller;
        file = await smaller(chosen, input.dataset.kinds.split(" "));
      }
      await send(file, input.name, show, stopper.signal);
      if (!stopper.signal.aborted) {
        item.remove();
        await refresh(group).catch(() => undefined);
        group.querySelector("[data-became]").textContent = words.done + chosen.name;
      }
    } catch (broken) {
      end(broken instanceof Refused ? broken.message : words.stopped);
      part("again").hidden = broken instanceof Refused;
      // Whoever was held sees first why it didn't come.
      held = null;
    } finally {
      count(-1);
    }
  };
  part("again").addEventListener("click", () => {
    count(1);
    go();
  });
  part("cancel").addEventListener("click", () => {
    stopper.abort();
    item.remove();
  });
  await go();
};

for (const input of form.querySelectorAll("input[type=file]")) {
  const [list, became] = [document.createElement("ul"), document.createElement("p")];
  list.className = "forms-files";
  became.className = "form-hint";
  became.dataset.became = "";
  became.setAttribute("role", "status");
  input.after(list, became);
  const button = input.closest("fieldset").querySelector("[data-upload]");
  if (button) button.hidden = true;
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    input.value = "";
    count(chosen.length);
    // One after another: a slow line isn't shared.
    for (const one of chosen) await begin(one, input, list);
  });
}
