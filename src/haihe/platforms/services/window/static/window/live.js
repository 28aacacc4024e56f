// A page that waits: ask now and then whether something changed, and show it. Without scripts one reloads it oneself.
(() => {
  "use strict";
  const mark = document.querySelector("[data-live-url]");
  if (!mark) return;
  const EVERY_MS = 3000;
  const isTyping = () =>
    [...document.querySelectorAll("main textarea, main input:not([type=hidden]):not([type=radio])")].some(
      (field) => field.value,
    );

  const look = async () => {
    if (document.hidden || isTyping()) return;
    try {
      const answer = await fetch(mark.dataset.liveUrl, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) return;
      const { stamp } = await answer.json();
      if (stamp !== mark.dataset.liveStamp) location.reload();
    } catch {
      // Off line for a moment; the next look will tell.
    }
  };
  setInterval(look, EVERY_MS);
})();
