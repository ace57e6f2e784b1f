// The grid of the plan: walked and typed into like a spreadsheet. Every edit is sent at once with the revision it was made
// on; the answer is the grid anew, and whatever is being typed meanwhile stays under the hands.
import htmx from "htmx.org/dist/htmx.esm.js";

const state = { url: "", at: null, anchor: null, editing: null, queue: [], isBusy: false, undo: [], redo: [], sent: "" };
const gridOf = () => document.getElementById("plan-grid");
const columnsOf = (grid) => [...grid.querySelectorAll("thead th[data-column]")].map((head) => head.dataset.column);
const rowsOf = (grid) => [...grid.querySelectorAll("tr[data-row]")];

export function startPlanGrid() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", onPointer);
  document.addEventListener("dblclick", (event) => cellOf(event.target) && edit(cellOf(event.target)));
  document.addEventListener("focusin", (event) => cellOf(event.target) && note(cellOf(event.target)));
  document.addEventListener("click", onClick);
  document.addEventListener("change", (event) => event.target.matches?.("[data-plan-month]") && showMonth(event.target.value));
  document.addEventListener("copy", onCopy);
  document.addEventListener("paste", onPaste);
  document.addEventListener("htmx:afterRequest", onAnswered);
}

export function showPlanGrid(fragment) {
  const grid = fragment.id === "plan-grid" ? fragment : fragment.querySelector?.("#plan-grid");
  if (!grid) return;
  if (state.url !== grid.dataset.url) Object.assign(state, { url: grid.dataset.url, at: null, anchor: null, editing: null, queue: [], isBusy: false, undo: [], redo: [], month: "" });
  remember(grid.dataset.batch);
  showMonth(state.month || thisMonth(grid));
  const first = grid.querySelector("td[data-plain]");
  if (first) first.tabIndex = 0;
  const cell = state.at && find(grid, state.at);
  if (cell && state.hadFocus) focus(cell, state.anchor);
  if (state.editing) resume(grid);
  showSteps(grid);
}

// What has just been done can be undone; an undo answers with the batch that does it again.
function remember(batch) {
  if (!batch) return;
  (state.sent === "undo" ? state.redo : state.undo).push(batch);
  if (!["undo", "redo"].includes(state.sent)) state.redo.length = 0;
  state.sent = "";
}

function showSteps(grid) {
  for (const [name, batches] of [["Undo", state.undo], ["Redo", state.redo]]) {
    const button = grid.querySelector(`[data-plan-${name.toLowerCase()}]`);
    if (button) button.disabled = !batches.length;
  }
}

// On a narrow screen one column is shown at a time.
function thisMonth(grid) {
  const columns = columnsOf(grid);
  const today = new Date().toISOString().slice(0, 7);
  return columns.includes(today) ? today : columns[0];
}

function showMonth(key) {
  const grid = gridOf();
  const place = grid ? columnsOf(grid).indexOf(key) : -1;
  if (place < 0) return;
  state.month = key;
  const choice = grid.querySelector("[data-plan-month]");
  if (choice) choice.value = key;
  for (const row of grid.querySelectorAll("tr")) {
    [...row.children].slice(1).forEach((cell, at) => cell.classList.toggle("is-shown", at === place));
  }
}

function cellOf(target) {
  return target?.closest?.("#plan-grid td[data-plain]");
}

function keysOf(cell) {
  return { row: cell.parentElement.dataset.row, column: columnsOf(gridOf())[cell.cellIndex - 1] };
}

function find(grid, { row, column }) {
  const line = grid.querySelector(`tr[data-row="${CSS.escape(row)}"]`);
  return line?.children[columnsOf(grid).indexOf(column) + 1];
}

const mayEdit = () => gridOf()?.hasAttribute("data-may-edit");
const isShown = (cell) => Boolean(cell) && cell.getClientRects().length > 0;

function focus(cell, anchor = null) {
  const grid = gridOf();
  grid.querySelector('td[tabindex="0"]')?.setAttribute("tabindex", "-1");
  cell.tabIndex = 0;
  state.anchor = anchor;
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  showRange();
}

function note(cell) {
  state.at = keysOf(cell);
  state.hadFocus = true;
}

function move(cell, down, right, isExtending = false) {
  const grid = gridOf();
  const rows = rowsOf(grid);
  let row = rows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  let next = null;
  do {
    row += down;
    column += right;
    next = rows[row]?.children[column];
    if (!next || next.tagName !== "TD") return;
  } while (!isShown(next));
  focus(next, isExtending ? (state.anchor ?? keysOf(cell)) : null);
}

// The chosen block: all cells between where it was begun and where the focus is.
function range() {
  const grid = gridOf();
  const rows = rowsOf(grid);
  const columns = columnsOf(grid);
  const ends = [state.at, state.anchor ?? state.at].map(({ row, column }) => [
    rows.findIndex((one) => one.dataset.row === row),
    columns.indexOf(column),
  ]);
  const [top, bottom] = ends.map(([row]) => row).sort((a, b) => a - b);
  const [left, right] = ends.map(([, column]) => column).sort((a, b) => a - b);
  return rows.slice(Math.max(0, top), bottom + 1).map((row) => [...row.children].slice(left + 1, right + 2));
}

function showRange() {
  for (const cell of gridOf().querySelectorAll("td.is-chosen")) cell.classList.remove("is-chosen");
  if (state.anchor) for (const cell of range().flat()) cell.classList.add("is-chosen");
}

const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function onKey(event) {
  const input = event.target.closest?.("#plan-grid input[data-plan-input]");
  if (input) return onEditorKey(event, input);
  const cell = cellOf(event.target);
  if (!cell) return;
  if (event.ctrlKey || event.metaKey) return onControl(event);
  if (event.altKey) return;
  if (steps[event.key]) {
    event.preventDefault();
    event.stopPropagation();
    return move(cell, ...steps[event.key], event.shiftKey);
  }
  if (!mayEdit()) return;
  if (event.key === "Enter" || event.key === "F2") {
    event.preventDefault();
    edit(cell);
  } else if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    send(range().flat().map((one) => [keysOf(one).row, keysOf(one).column, ""]));
  } else if (/^[\d.,+-]$/.test(event.key)) {
    event.preventDefault();
    event.stopPropagation();
    edit(cell, event.key);
  }
}

function onControl(event) {
  const letter = event.code.replace("Key", "").toLowerCase();
  if (!mayEdit() || !["z", "y"].includes(letter)) return;
  event.preventDefault();
  step(letter === "y" || event.shiftKey ? "redo" : "undo");
}

function onEditorKey(event, input) {
  event.stopPropagation();
  const cell = input.closest("td");
  if (event.key === "Escape") {
    event.preventDefault();
    leave(cell);
    focus(cell);
  } else if (event.key === "Enter" || event.key === "Tab") {
    event.preventDefault();
    const keys = keysOf(cell);
    take(cell, input.value);
    const here = find(gridOf(), keys) ?? cell;
    focus(here);
    const back = event.shiftKey ? -1 : 1;
    move(here, event.key === "Enter" ? back : 0, event.key === "Tab" ? back : 0);
  }
}

function onPointer(event) {
  const cell = cellOf(event.target);
  if (event.target.closest?.("[data-plan-input]")) return;
  const open = document.querySelector("#plan-grid [data-plan-input]");
  if (open && open.closest("td") !== cell) take(open.closest("td"), open.value);
  if (!cell) return;
  event.preventDefault();
  focus(cell, event.shiftKey && state.at ? (state.anchor ?? state.at) : null);
  if (event.pointerType === "touch") edit(cell);
}

function onClick(event) {
  if (event.target.closest("[data-plan-undo]")) step("undo");
  if (event.target.closest("[data-plan-redo]")) step("redo");
  if (event.target.closest(".plan-menu [hx-post]")) event.target.closest("details").open = false;
}

function edit(cell, text = null) {
  if (!mayEdit() || cell.querySelector("input")) return;
  const input = Object.assign(document.createElement("input"), { type: "text", inputMode: "decimal", autocomplete: "off" });
  input.dataset.planInput = "";
  input.setAttribute("aria-label", cell.parentElement.querySelector("th").textContent.trim());
  input.value = text ?? cell.dataset.plain;
  cell.dataset.shown = cell.textContent;
  cell.replaceChildren(input);
  cell.classList.add("is-edited");
  state.editing = { ...keysOf(cell), text: input.value };
  input.addEventListener("input", () => state.editing && (state.editing.text = input.value));
  input.focus();
  if (text === null) input.select();
}

function leave(cell) {
  state.editing = null;
  cell.classList.remove("is-edited");
  cell.replaceChildren(cell.dataset.shown ?? "");
}

function take(cell, text) {
  const keys = keysOf(cell);
  const isSame = text.trim() === cell.dataset.plain;
  leave(cell);
  if (isSame) return;
  cell.replaceChildren(text.trim());
  cell.classList.add("is-waiting");
  send([[keys.row, keys.column, text]]);
}

// The grid was written anew while somebody typed: the cell is opened again with what was typed so far.
function resume(grid) {
  const { text, ...keys } = state.editing;
  const cell = find(grid, keys);
  if (cell?.dataset.plain === undefined) return (state.editing = null);
  edit(cell, text);
}

function onCopy(event) {
  if (!cellOf(document.activeElement) || !state.at) return;
  const text = range().map((row) => row.map((cell) => cell.dataset.plain).join("\t")).join("\n");
  event.clipboardData.setData("text/plain", text);
  event.preventDefault();
}

function onPaste(event) {
  const cell = cellOf(document.activeElement);
  if (!cell || !mayEdit() || document.activeElement.matches("input")) return;
  event.preventDefault();
  const block = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "").split("\n");
  const grid = gridOf();
  const rows = rowsOf(grid);
  const columns = columnsOf(grid);
  const top = rows.indexOf(cell.parentElement);
  const left = cell.cellIndex - 1;
  const edits = [];
  block.forEach((line, down) =>
    line.split("\t").forEach((text, right) => {
      const row = rows[top + down]?.dataset.row;
      const column = columns[left + right];
      if (row && column) edits.push([row, column, text]);
    }),
  );
  send(edits);
}

function send(edits) {
  if (!edits.length) return;
  state.queue.push(...edits);
  sendNext();
}

function sendNext() {
  const grid = gridOf();
  if (state.isBusy || !state.queue.length || !grid) return;
  const edits = JSON.stringify(state.queue.splice(0));
  post(grid, grid.dataset.url, { edits, revision: grid.dataset.revision }, "edit");
}

function step(which) {
  const grid = gridOf();
  const batch = !state.isBusy && state[which].pop();
  if (batch) post(grid, grid.dataset.undoUrl, { batch }, which);
}

function post(grid, url, values, what) {
  state.isBusy = true;
  state.sent = what;
  grid.setAttribute("aria-busy", "true");
  const shown = { open: grid.dataset.open, by: grid.dataset.by };
  htmx.ajax("POST", url, { target: "#plan-grid", swap: "outerHTML", values: { ...values, ...shown } });
}

function onAnswered(event) {
  const path = event.detail.requestConfig?.path;
  const grid = gridOf();
  if (!grid || ![grid.dataset.url, grid.dataset.undoUrl].includes(path)) return;
  state.isBusy = false;
  grid.removeAttribute("aria-busy");
  if (!event.detail.successful) state.queue = [];
  if (event.detail.xhr?.status >= 500 || !event.detail.xhr?.status) {
    for (const cell of grid.querySelectorAll(".is-waiting")) cell.replaceChildren(cell.dataset.shown ?? "");
  }
  setTimeout(sendNext);
}
