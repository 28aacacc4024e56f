// Look every few seconds whether somebody else is served at the window now; the screen changes then.
"use strict";
(() => {
  const screen = document.querySelector("[data-look]");
  const EVERY_MS = 4000;
  const look = async () => {
    try {
      const answer = await fetch(screen.dataset.look, { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).stamp !== screen.dataset.stamp) {
        window.location.assign(window.location.pathname);
        return;
      }
    } catch {
      // The line is away: look again.
    }
    window.setTimeout(look, EVERY_MS);
  };
  if (screen) window.setTimeout(look, EVERY_MS);
})();
