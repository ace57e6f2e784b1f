// Parts that only some pages need: each is fetched when its element is on the page.
export async function showCharts(fragment) {
  const figures = fragment.querySelectorAll?.("[data-chart]:not([data-shown])") ?? [];
  if (!figures.length) return;
  const { showChart } = await import("./charts.js");
  for (const figure of figures) showChart(figure);
}

export async function showSelects(fragment) {
  const selects = fragment.querySelectorAll?.("select[data-select]:not(.tomselected)") ?? [];
  if (!selects.length) return;
  const { default: TomSelect } = await import("tom-select/base");
  for (const select of selects) new TomSelect(select, { create: select.dataset.select === "create", maxOptions: 500 });
}

export async function showColumnOrder(fragment) {
  const lists = fragment.querySelectorAll?.("[data-sortable]:not([data-shown])") ?? [];
  for (const list of lists) {
    list.dataset.shown = "";
    const menu = list.closest("details");
    // In a closed menu nothing is fetched before it is opened.
    if (menu) menu.addEventListener("toggle", () => makeSortable(list), { once: true });
    else makeSortable(list);
  }
}

async function makeSortable(list) {
  const { default: Sortable } = await import("sortablejs/modular/sortable.core.esm.js");
  // A list that names a form sends it as soon as it is in a new order.
  const onEnd = () => document.getElementById(list.dataset.sends ?? "")?.requestSubmit();
  Sortable.create(list, { handle: ".grip", animation: 120, onEnd });
}
