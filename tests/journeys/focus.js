// Elements that take the keyboard's focus without showing it. A key was pressed before, so focus() counts as the keyboard's.
() => {
  const able = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])";
  const lost = new Set();
  const still = new CSSStyleSheet();
  still.replaceSync("* { transition: none !important }"); // a style read in the middle of a transition is the old one
  document.adoptedStyleSheets = [still];
  for (const element of document.querySelectorAll(able)) {
    if (element.disabled || !element.checkVisibility({ visibilityProperty: true })) continue;
    element.focus({ preventScroll: true });
    if (document.activeElement !== element) continue;
    const target = element.matches("svg a") ? element.querySelector("path") : element;
    const style = getComputedStyle(target), box = element.getBoundingClientRect();
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const border = target !== element && parseFloat(style.strokeWidth) >= 3;
    const name = `${element.tagName.toLowerCase()} “${(element.textContent || element.name || "").trim().slice(0, 24)}”`;
    if (!(ring || border) || box.width < 2 || box.height < 2) lost.add(name);
  }
  return [...lost];
}
