// What is still on this phone: pages that can be gone on with, and what was written down and not brought yet.
"use strict";

const list = document.getElementById("forms-kept");
const words = list.dataset;

const shown = (step) => {
  const item = document.createElement("li");
  const link = document.createElement("a");
  [link.href, link.textContent] = [step.page, step.title];
  const said = document.createElement("dl");
  for (const [label, value] of step.lines || []) {
    const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
    [term.textContent, detail.textContent] = [label, value];
    said.append(term, detail);
  }
  said.className = "hh-facts";
  const drop = document.createElement("button");
  Object.assign(drop, { type: "button", className: "btn btn-sm", textContent: words.drop });
  drop.addEventListener("click", async () => {
    await keptOnPhone.drop(step.sync);
    await draw();
  });
  const why = document.createElement("p");
  why.textContent = step.told || words.waiting;
  item.append(link, why, said, drop);
  return item;
};

const draw = async () => {
  const steps = await keptOnPhone.all();
  list.querySelector("ul").replaceChildren(...steps.map(shown));
  list.hidden = !steps.length;
};

if (keptOnPhone.isPossible) draw();
