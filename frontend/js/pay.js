// The builder of a pay scheme: a name of the list goes where the cursor was last, the list is searched; a statement prints.
let last = null;

export function startPay() {
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches?.("[data-takes-names]")) last = target;
  });
  document.addEventListener("click", ({ target }) => {
    const choice = target.closest?.("[data-inserts]");
    if (choice) insert(choice.dataset.inserts);
    if (target.closest?.("[data-prints]")) window.print();
  });
  document.addEventListener("input", ({ target }) => {
    if (target.matches?.("[data-filters-names]")) filter(target.value.trim().toLowerCase());
  });
}

function insert(text) {
  const field = last?.isConnected ? last : document.querySelector(".pay-part:last-of-type textarea[data-takes-names]");
  if (!field) return;
  const before = field.value.slice(0, field.selectionStart);
  const gap = before && !/[\s(]$/.test(before) ? " " : "";
  field.focus();
  field.setRangeText(gap + text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function filter(wanted) {
  for (const name of document.querySelectorAll(".pay-palette [data-name]")) {
    name.hidden = !name.dataset.name.toLowerCase().includes(wanted);
  }
  if (wanted) for (const group of document.querySelectorAll(".pay-palette details")) group.open = true;
}
