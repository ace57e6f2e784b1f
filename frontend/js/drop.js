// The place to drop files: shows what was chosen and marks itself while a file hovers over it.
import { make } from "./elements.js";
import { announce } from "./words.js";

export function startDrops() {
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.target.closest?.(".drop")?.classList.toggle("is-over", name === "dragover");
    });
  }
  document.addEventListener("change", (event) => {
    const drop = event.target.type === "file" && event.target.closest(".drop");
    if (drop) showNames(drop, event.target.files);
  });
}

function showNames(drop, files) {
  drop.querySelector(".drop-names")?.remove();
  const lines = [...files].map((file) => make("li", { textContent: `${file.name} (${size(file.size)})` }));
  drop.append(make("ul", { className: "drop-names" }, ...lines));
  announce([...files].map((file) => file.name).join(", "));
}

function size(bytes) {
  const [unit, divisor] = bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  const options = { style: "unit", unit, maximumFractionDigits: bytes < 1e7 ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang, options).format(bytes / divisor);
}
