// Small comforts. Every page works without this file.
"use strict";

// On a phone the menu is wider than the screen: show where one is.
const showPlace = () => {
  for (const menu of document.querySelectorAll(".hh-nav ul")) {
    const here = menu.querySelector("[aria-current]");
    if (here) menu.scrollLeft = here.offsetLeft - (menu.clientWidth - here.offsetWidth) / 2;
  }
};
showPlace();
addEventListener("resize", showPlace);

// A menu made of <details> closes when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.hh-me[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.hh-me[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Whoever signs out leaves nothing on the device that was kept for use without a network.
document.addEventListener("submit", (event) => {
  // A form's own `action` may be a field of that name.
  if (!(event.target.getAttribute("action") || "").endsWith("/sign-out/") || !("caches" in window)) return;
  caches.keys().then((names) => names.forEach((name) => caches.delete(name)));
  indexedDB.deleteDatabase("haihe-forms");
});

// A button beside lines to copy; where the browser lets nobody copy, it stays hidden.
for (const button of navigator.clipboard ? document.querySelectorAll("button[data-copies]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).innerText.trim());
    button.querySelector("span").textContent = button.dataset.copied;
  });
}
