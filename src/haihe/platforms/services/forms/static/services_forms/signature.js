// A signature by finger, pen or mouse. What is sent is points on a sheet, never a picture; without this file, and for
// keyboards and screen readers, the name is typed instead.

const [WIDTH, HEIGHT, MOST_STROKES, MOST_POINTS, STEP, PEN] = [1000, 400, 120, 3000, 5, 8];
const DRAWN = /^drawn:(\d+,\d+)([ ;]\d+,\d+)*$/;

const written = (strokes) =>
  strokes.length ? `drawn:${strokes.map((stroke) => stroke.map((point) => point.join(",")).join(" ")).join(";")}` : "";

const read = (text) =>
  DRAWN.test(text)
    ? text
        .slice("drawn:".length)
        .split(";")
        .map((stroke) => stroke.split(" ").map((point) => point.split(",").map(Number)))
    : [];

const paint = (canvas, strokes) => {
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, WIDTH, HEIGHT);
  Object.assign(pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  pen.strokeStyle = getComputedStyle(canvas).color;
  for (const [first, ...rest] of strokes) {
    pen.beginPath();
    pen.moveTo(...first);
    for (const point of rest.length ? rest : [first]) pen.lineTo(...point);
    pen.stroke();
  }
};

const begin = (pad) => {
  const [field, told] = [pad.closest("[data-field]"), pad.dataset];
  const [kept, name] = [field.querySelector("[data-drawn]"), field.querySelector(`input[name="${CSS.escape(told.pad)}"]`)];
  const [canvas, status] = [pad.querySelector("canvas"), pad.querySelector("[role=status]")];
  const [undo, clear] = [pad.querySelector("[data-undo]"), pad.querySelector("[data-clear]")];
  let strokes = [];
  let drawing = null;

  const show = () => {
    paint(canvas, strokes);
    undo.disabled = clear.disabled = !strokes.length;
  };
  const keep = () => {
    kept.value = written(strokes);
    show();
  };
  const load = () => {
    strokes = read(kept.value);
    show();
  };
  const empty = () => {
    strokes = [];
    keep();
  };

  const place = ({ clientX, clientY }) => {
    const sheet = canvas.getBoundingClientRect();
    const within = (part, most) => Math.min(most, Math.max(0, Math.round(part * most)));
    return [within((clientX - sheet.left) / sheet.width, WIDTH), within((clientY - sheet.top) / sheet.height, HEIGHT)];
  };
  const isFull = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0) >= MOST_POINTS;
  const add = (event) => {
    const [point, last] = [place(event), drawing.at(-1)];
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) >= STEP && !isFull()) drawing.push(point);
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0 || drawing) return;
    event.preventDefault();
    if (strokes.length >= MOST_STROKES || isFull()) {
      status.textContent = told.full;
      return;
    }
    canvas.setPointerCapture(event.pointerId);
    if (name.value) {
      name.value = "";
      status.textContent = told.byHand;
    }
    drawing = [place(event)];
    strokes.push(drawing);
    show();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing || !event.isPrimary) return;
    const all = event.getCoalescedEvents?.() || [];
    for (const one of all.length ? all : [event]) add(one);
    show();
  });
  for (const end of ["pointerup", "pointercancel"])
    canvas.addEventListener(end, (event) => {
      if (!drawing || !event.isPrimary) return;
      drawing = null;
      if (isFull()) status.textContent = told.full;
      keep();
    });

  undo.addEventListener("click", () => {
    strokes.pop();
    keep();
    status.textContent = strokes.length ? "" : told.empty;
  });
  clear.addEventListener("click", () => {
    empty();
    status.textContent = told.empty;
  });
  name.addEventListener("input", () => {
    if (!strokes.length || !name.value.trim()) return;
    empty();
    status.textContent = told.byName;
  });
  // What a phone kept without a network is put back into the page.
  name.form.addEventListener("filled", load);

  field.querySelector(".forms-signed")?.remove();
  pad.hidden = false;
  load();
};

for (const pad of document.querySelectorAll("[data-pad]")) begin(pad);
