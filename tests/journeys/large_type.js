// What is set smaller or tighter than large type is: 18 px, and lines of 1.3 times that.
() => {
  const texts = [...document.querySelectorAll("main :is(p, li, dt, dd, label, legend, input, select, button, a)")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height > 1)
    .filter((one) => one.value || [...one.childNodes].some((part) => part.nodeType === 3 && part.data.trim()));
  const tight = texts.filter((one) => {
    const { fontSize, lineHeight } = getComputedStyle(one);
    return parseFloat(fontSize) < 18 || parseFloat(lineHeight) < 1.3 * parseFloat(fontSize);
  });
  return [...new Set(tight.map((one) => {
    const { fontSize, lineHeight } = getComputedStyle(one);
    return `set ${fontSize}/${lineHeight}: ${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 16)}`;
  }))];
}
