// Reads a page aloud where the device can; without it nothing is missing, and the button stays hidden.
"use strict";

(() => {
  const button = document.querySelector("[data-items-speak]");
  if (!button || !("speechSynthesis" in window)) return;
  const words = button.querySelector("span");
  const start = words.textContent;
  const silent = () => {
    words.textContent = start;
    button.setAttribute("aria-pressed", "false");
  };
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      silent();
      return;
    }
    const text = [...document.querySelectorAll("main h1, main .hh-lead, main .items-glance, main #papers, main .items-papers > li")]
      .map((part) => part.innerText.trim())
      .join("。");
    const said = new SpeechSynthesisUtterance(text);
    said.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
    said.rate = 0.9;
    said.addEventListener("end", silent);
    speechSynthesis.speak(said);
    words.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
  });
  addEventListener("pagehide", () => speechSynthesis.cancel());
})();
