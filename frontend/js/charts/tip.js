// The note beside the pointer, built from elements so that no text is ever read as markup.
import { make } from "../elements.js";

export function tip(title, lines) {
  const rows = lines.map(({ colour, name, text }) => {
    const stroke = make("i");
    stroke.style.background = colour;
    return make("div", {}, stroke, make("span", { textContent: name }), make("span", { textContent: text }));
  });
  return make("div", { className: "chart-tip" }, make("b", { textContent: title }), ...rows);
}
