// Tables: where a wide one begins, filters that answer while one types, and boxes that choose every row.
export function showFirstColumns(fragment) {
  for (const scroll of fragment.querySelectorAll?.("[data-first-column]") ?? []) {
    const [label, ...columns] = scroll.querySelectorAll("thead tr > *");
    const column = columns[Number(scroll.dataset.firstColumn)];
    if (column) scroll.scrollLeft = column.offsetLeft - label.offsetWidth;
  }
}

export function startTables() {
  document.addEventListener("change", (event) => {
    const all = event.target.closest("[data-bulk-all]");
    if (all) for (const box of all.closest("table").querySelectorAll("[data-bulk]")) box.checked = all.checked;
  });
  document.addEventListener("toggle", focusFirstField, true);
}

// A form that opens inside a menu takes the focus, so that it is one key away.
function focusFirstField(event) {
  if (event.target.matches?.("details.menu[open][data-focus]")) event.target.querySelector("input:not([type=hidden])")?.focus();
}
