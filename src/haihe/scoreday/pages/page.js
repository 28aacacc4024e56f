"use strict";
// Without this file the pages say when to press the button; with it, nobody has to.
const ahead = (element) => Date.now() - Number(element.dataset.now);
for (const form of document.querySelectorAll("form[data-at]")) {
  const offset = ahead(form);
  setTimeout(() => form.requestSubmit(), Math.max(0, Number(form.dataset.at) + offset - Date.now()) + 50);
}
for (const bar of document.querySelectorAll("progress[data-until]")) {
  const from = Number(bar.dataset.from), until = Number(bar.dataset.until), offset = Date.now() - from;
  setInterval(() => { bar.value = Math.min(1, (Date.now() - offset - from) / (until - from)); }, 500);
}
for (const timer of document.querySelectorAll("[data-countdown]")) {
  const offset = ahead(timer), until = Number(timer.dataset.countdown) + offset;
  const tick = () => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    const two = (number) => String(number).padStart(2, "0");
    timer.textContent = `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
    // Not all at once: the page is opened again within three seconds.
    if (left === 0) { clearInterval(ticking); setTimeout(() => location.reload(), Math.random() * 3000); }
  };
  const ticking = setInterval(tick, 1000);
  tick();
}
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
