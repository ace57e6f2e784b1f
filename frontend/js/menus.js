// Menus made of <details>: one open at a time, closed by Escape or a click elsewhere; sheets and dialogs by their buttons.
const openMenus = () => document.querySelectorAll("details.menu[open]");

export function startMenus() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("formdata", keepAddressShort);
  // A form that came into a dialog says that it is done.
  document.addEventListener("onegoal:done", () => document.querySelector("dialog[open]")?.close());
}

function onClick(event) {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  // What acts at once closes its menu; a form's button leaves the page or keeps the menu for more.
  const done = event.target.closest(".menu-item[type=button], .menu-item[download]");
  if (done) done.closest("details.menu").open = false;
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && isOutside(event)) event.target.close();
  if (event.target.closest("[data-prints]")) window.print();
}

// A chosen preset says it all: the days and empty fields beside it would only make the address longer.
function keepAddressShort(event) {
  if (!event.target.matches("form[data-period-form]") || !event.formData.get("period")) return;
  for (const name of ["from", "to"]) event.formData.delete(name);
}

function isOutside(event) {
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

function onKey(event) {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") moveWithin(menu, event);
}

function moveWithin(menu, event) {
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const items = [...menu.querySelectorAll(".menu-item")].filter((item) => item.offsetParent);
  if (!items.length) return;
  const at = items.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? at + 1 : at <= 0 ? items.length - 1 : at - 1;
  items[next % items.length].focus();
  event.preventDefault();
}
