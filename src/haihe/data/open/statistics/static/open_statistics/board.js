// Loads the big screen anew each minute, once the city answers: a screen on a wall must not end on an error page.
"use strict";
(() => {
  const board = document.querySelector("[data-renew]");
  if (!board) return;
  const renew = async () => {
    try {
      const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
      if (answer.ok) location.reload();
    } catch {
      board.dataset.stale = "1";
    }
  };
  setInterval(renew, Number(board.dataset.renew) * 1000);
})();
