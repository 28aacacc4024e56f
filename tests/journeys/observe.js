// What a camera sees badly: run in the page by screenshots.py, gives a list of sentences.
() => {
  const seen = [];
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) {
    const worst = [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".table-responsive, .hh-nav"))
      .slice(0, 3)
      .map((e) => `${e.tagName.toLowerCase()}.${e.className}`);
    seen.push(`wider than the window by ${wide} px: ${worst.join(", ")}`);
  }

  // Fingers need 44 px; a link inside a sentence is as high as its line.
  const least = innerWidth < 768 ? 44 : 24;
  const targets = "button, summary, input:not([type=hidden]), select, nav a, .btn, td > a, li > a";
  const small = [...document.querySelectorAll(targets)].filter((e) => {
    const label = e.closest("label") ?? (e.id && document.querySelector(`label[for="${e.id}"]`));
    const box = (["checkbox", "radio", "file"].includes(e.type) && label ? label : e).getBoundingClientRect();
    const shown = !e.closest("[aria-hidden=true]") && box.width > 1 && box.height > 1 && getComputedStyle(e).visibility === "visible";
    return shown && (box.height < least - 0.5 || box.width < Math.min(least, 32));
  });
  const named = small.map((e) => `${(e.textContent || e.name || "").trim().slice(0, 16)} ${Math.round(e.offsetHeight)}px`);
  if (small.length) seen.push(`${small.length} small targets: ${named.slice(0, 6).join(" | ")}`);

  const cut = [...document.querySelectorAll("main *")].filter((e) => {
    const style = getComputedStyle(e);
    return e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 && ["hidden", "clip"].includes(style.overflowX)
      // A long value scrolls within its field, as an address does.
      && !e.closest("svg, .visually-hidden, input, [aria-hidden=true]");
  });
  if (cut.length) seen.push(`cut: ${cut.slice(0, 4).map((e) => `${e.tagName}.${e.className}`).join(" | ")}`);

  const english = document.documentElement.lang === "en";
  const foreign = english ? /[\u4e00-\u9fff]{2,}/ : /\b[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}/;
  const half = /[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]/;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = new Set(), points = new Set();
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
    if (!parent || parent.closest("script, style, code, .hh-code, [lang]") !== document.documentElement) continue;
    if (foreign.test(text)) words.add(text.slice(0, 40));
    if (half.test(text)) points.add(text.slice(0, 40));
  }
  if (words.size) seen.push(`other language: ${[...words].slice(0, 12).join(" | ")}`);
  if (points.size && !english) seen.push(`half-width: ${[...points].slice(0, 12).join(" | ")}`);
  return seen;
}
