// One key for each thing to do with a pair; the page works without. Single keys can be switched off, and what was chosen
// is remembered on this device.
"use strict";

(() => {
  const label = document.querySelector(".link-keys");
  const control = label?.querySelector("[data-keys-switch]");
  if (!control) return;
  const KEPT = "haihe.linkage.keys";
  const show = () => document.body.classList.toggle("link-keys-on", control.checked);

  control.checked = localStorage.getItem(KEPT) !== "off";
  label.hidden = false;
  show();
  control.addEventListener("change", () => {
    localStorage.setItem(KEPT, control.checked ? "on" : "off");
    show();
  });

  const isWriting = (element) => element.isContentEditable || /^(TEXTAREA|SELECT)$/.test(element.tagName)
    || (element.tagName === "INPUT" && element.type !== "checkbox");
  document.addEventListener("keydown", (event) => {
    if (!control.checked || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isWriting(event.target)) return;
    const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
  });
})();
