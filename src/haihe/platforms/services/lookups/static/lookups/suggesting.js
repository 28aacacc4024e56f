// The search box suggests while one types. Without this file it is a form that finds everything on a page.
"use strict";

// What is found while one types, below the box. Arrow down goes into it, Escape closes it.
for (const box of document.querySelectorAll("form[data-suggest] input[type=search]")) {
  const shown = document.createElement("div");
  let waiting = 0;
  let asked = "";
  box.form.append(shown);
  const ask = async () => {
    asked = box.value.trim();
    const wanted = asked;
    if (!wanted) return shown.replaceChildren();
    const answer = await fetch(`${box.form.dataset.suggest}?q=${encodeURIComponent(wanted)}`);
    if (answer.ok && wanted === asked) shown.innerHTML = await answer.text();
  };
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask().catch(() => shown.replaceChildren()), 150);
  });
  box.form.addEventListener("keydown", (event) => {
    const links = [...shown.querySelectorAll("a")];
    const here = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      shown.replaceChildren();
      box.focus();
    } else if (event.key === "ArrowDown" && here + 1 < links.length) {
      event.preventDefault();
      links[here + 1].focus();
    } else if (event.key === "ArrowUp" && here >= 0) {
      event.preventDefault();
      (here ? links[here - 1] : box).focus();
    }
  });
}
