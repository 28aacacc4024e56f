// The desk's form: a card reader types the number and Enter; bystanders see only its ends.
(() => {
  "use strict";
  const form = document.getElementById("desk-form");
  const number = document.getElementById("id_id_number");
  const echo = document.getElementById("id-number-echo");
  if (!form || !number || !echo) return;

  const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const hint = echo.textContent;

  const compact = (text) => text.normalize("NFKC").replace(/\s+/g, "").toUpperCase();
  const isSound = (value) =>
    /^\d{17}[\dX]$/.test(value) &&
    "10X98765432"[WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(value[at]), 0) % 11] === value[17];
  const mask = (value) => value.slice(0, 3) + "*".repeat(Math.max(value.length - 7, 0)) + value.slice(-4);

  const show = () => {
    const value = compact(number.value);
    if (value.length < 8) {
      echo.textContent = hint;
      return;
    }
    echo.textContent = `${mask(value)} · ${isSound(value) ? echo.dataset.good : echo.dataset.bad}`;
  };

  number.addEventListener("input", show);
  number.addEventListener("blur", () => {
    show();
    number.type = "password";
  });
  number.addEventListener("focus", () => {
    number.type = "text";
  });
  number.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey) {
      event.preventDefault();
      document.getElementById("id_name").focus();
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    // A second press does no harm (the form bears a token); it only looks as if nothing happened.
    form.querySelector("button[type=submit]").disabled = true;
  });
  window.addEventListener("pageshow", () => {
    form.querySelector("button[type=submit]").disabled = false;
  });

  const item = document.getElementById("id_item");
  const choose = () => {
    for (const part of form.querySelectorAll("[data-item]")) part.hidden = part.dataset.item !== item.value;
  };
  item.addEventListener("change", choose);
  choose();
})();
