// Draws each <div data-chart="id"> from the ECharts option in <script type="application/json" id="id">.
// One theme for all charts; without this file the table under the chart tells the same.
"use strict";
(() => {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--hh-${name}`).trim();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const font = style.getPropertyValue("--hh-font");
  const size = parseFloat(style.fontSize) * 0.8125;
  const words = { color: colour("ink-2"), fontFamily: font, fontSize: size };

  const theme = {
    animation: !still,
    animationDuration: 400,
    color: ["blue", "warm", "green", "ink-3"].map(colour),
    textStyle: words,
    grid: { left: 8, right: 8, top: 16, bottom: 40, containLabel: true },
    xAxis: {
      axisLine: { lineStyle: { color: colour("line") } },
      axisTick: { show: false },
      axisLabel: { ...words, hideOverlap: true },
    },
    yAxis: { splitLine: { lineStyle: { color: colour("line") } }, axisLabel: words },
    legend: { textStyle: words, itemWidth: 14, itemHeight: 10, icon: "roundRect" },
    tooltip: { textStyle: { fontFamily: font, fontSize: size }, confine: true },
  };

  const merged = (base, over) => {
    if (!over || typeof over !== "object" || Array.isArray(over)) return over === undefined ? base : over;
    const result = { ...(base || {}) };
    for (const [key, value] of Object.entries(over)) result[key] = merged(result[key], value);
    return result;
  };

  for (const place of document.querySelectorAll("[data-chart]")) {
    const source = document.getElementById(place.dataset.chart);
    if (!source || !window.echarts) continue;
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    chart.setOption(merged(theme, JSON.parse(source.textContent)));
    place.dataset.drawn = "1";
    new ResizeObserver(() => chart.resize()).observe(place);
  }
})();
