// A form's page: fields that don't apply are hidden as one answers. Without this file the pages work as they are.
"use strict";

const form = document.getElementById("forms-section");
document.documentElement.classList.add("forms-script");

// Conditions come as the JSON Schema that the server checks by; these are the few words they use.
const given = (name) => {
  const fields = [...form.elements].filter((one) => one.name === name);
  const chosen = fields.filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked).map((one) => one.value);
  const yesNo = fields.some((one) => ["yes", "no"].includes(one.value) && ["radio", "checkbox"].includes(one.type));
  const text = (chosen[0] || "").trim();
  if (!text) return undefined;
  if (yesNo && ["yes", "no"].includes(text)) return text === "yes";
  return /^-?[0-9][0-9,]*(\.[0-9]+)?$/.test(text) && fields[0].inputMode === "decimal" ? Number(text.replaceAll(",", "")) : text;
};
const fits = (schema, value) =>
  Object.entries(schema).every(([word, said]) => {
    if (word === "enum") return said.includes(value);
    if (word === "not") return !fits(said, value);
    if (word === "type") return typeof value === said;
    if (word === "minimum") return value >= said;
    if (word === "maximum") return value <= said;
    if (word === "exclusiveMinimum") return value > said;
    if (word === "exclusiveMaximum") return value < said;
    return false;
  });
const applies = (schema, shown) => {
  const value = (name) => (shown(name) ? given(name) : undefined);
  return Object.entries(schema).every(([word, said]) => {
    if (word === "allOf") return said.every((one) => applies(one, shown));
    if (word === "anyOf") return said.some((one) => applies(one, shown));
    if (word === "not") return !applies(said, shown);
    if (word === "required") return said.every((name) => value(name) !== undefined);
    if (word === "properties")
      return Object.entries(said).every(([name, one]) => value(name) === undefined || fits(one, value(name)));
    return false;
  });
};
const show = () => {
  const hidden = new Set();
  for (const part of form.querySelectorAll("[data-when]")) {
    const isHidden = !applies(JSON.parse(part.dataset.when), (name) => !hidden.has(name));
    part.classList.toggle("d-none", isHidden);
    if (!isHidden) continue;
    const inside = part.dataset.field ? [part] : part.querySelectorAll("[data-field]");
    for (const one of inside) hidden.add(one.dataset.field);
  }
};
form.addEventListener("input", show);
form.addEventListener("change", show);
show();
