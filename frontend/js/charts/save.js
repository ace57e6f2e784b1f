// Saves a plot as a picture or its numbers as a file.
import { make } from "../elements.js";

export function savePng({ chart, figure }, drawForPaper, drawAgain) {
  drawForPaper();
  chart.setOption({ animation: false });
  save(chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#ffffff" }), `${nameOf(figure)}.png`);
  drawAgain();
}

export function saveCsv({ figure }) {
  const lines = [...figure.querySelectorAll(".chart-table tr")].map((row) => [...row.cells].map(cellText).join(","));
  const file = new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/csv;charset=utf-8" });
  const url = URL.createObjectURL(file);
  save(url, `${nameOf(figure)}.csv`);
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

const nameOf = (figure) => figure.dataset.name || "chart";

// A cell carries its exact value beside the text that people read; a formula in a name must stay a text.
function cellText(cell) {
  const exact = cell.dataset.value;
  const text = exact ?? cell.textContent.trim().replace(/^[=+\-@\t\r]/, "'$&");
  return /[",\r\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function save(url, name) {
  make("a", { href: url, download: name }).click();
}
