// The deal board: cards move by drag, by the left and right arrow keys and by a menu; a refused move springs back.
import { say } from "./toasts.js";
import { announce, word } from "./words.js";

const token = () => document.querySelector('meta[name="csrf-token"]').content;
const listOf = (stage) => document.querySelector(`[data-column="${stage}"]`);
const cardOf = (id) => document.getElementById(`deal-${id}`);
let menuCard = null;

export function startBoard() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
}

export async function showBoards(fragment) {
  const boards = [...(fragment.querySelectorAll?.("[data-board][data-may-move]:not([data-shown])") ?? [])];
  if (!boards.length) return;
  const { default: Sortable } = await import("sortablejs/modular/sortable.core.esm.js");
  for (const board of boards) {
    board.dataset.shown = "";
    for (const list of board.querySelectorAll("[data-column]")) makeSortable(Sortable, list);
  }
}

function makeSortable(Sortable, list) {
  Sortable.create(list, {
    group: { name: "deals", put: list.dataset.column !== "0" },
    draggable: "[data-deal]",
    filter: "button",
    preventOnFilter: false,
    delay: 180,
    delayOnTouchOnly: true,
    animation: 120,
    onEnd: ({ item, from, to }) => from !== to && send(item, to.dataset.column),
  });
}

function onKey(event) {
  const card = event.target.closest?.("[data-may-move] [data-deal]");
  if (!card || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    event.preventDefault();
    moveBeside(card, event.key === "ArrowRight" ? 1 : -1);
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const other = event.key === "ArrowDown" ? card.nextElementSibling : card.previousElementSibling;
    if (!other) return;
    event.preventDefault();
    other.querySelector("a, button")?.focus();
  }
}

function moveBeside(card, step) {
  const columns = [...document.querySelectorAll("[data-column]")].map((list) => list.dataset.column);
  const next = columns[columns.indexOf(card.dataset.stage) + step];
  if (!next || next === "0") return;
  listOf(next).prepend(card);
  send(card, next, { focus: true });
}

function onClick(event) {
  const opener = event.target.closest("[data-move-menu]");
  const menu = document.getElementById("board-move");
  if (opener && menu) {
    menuCard = opener.closest("[data-deal]");
    for (const choice of menu.querySelectorAll("[data-to-stage]")) choice.disabled = choice.dataset.toStage === menuCard.dataset.stage;
    return menu.showModal();
  }
  const choice = event.target.closest("[data-to-stage]");
  if (choice && menuCard) {
    menu.close();
    listOf(choice.dataset.toStage).prepend(menuCard);
    return send(menuCard, choice.dataset.toStage, { focus: true });
  }
  editSchedule(event);
}

function editSchedule(event) {
  const rows = event.target.closest("[data-schedule]")?.querySelectorAll("[data-row]");
  if (!rows) return;
  if (event.target.closest("[data-add-row]")) {
    const last = rows[rows.length - 1];
    const row = last.cloneNode(true);
    for (const input of row.querySelectorAll("input")) input.value = "";
    last.after(row);
    row.querySelector("input").focus();
  }
  const dropped = event.target.closest("[data-drop-row]")?.closest("[data-row]");
  if (!dropped) return;
  if (rows.length > 1) return dropped.remove();
  for (const input of dropped.querySelectorAll("input")) input.value = "";
}

function onSubmit(event) {
  const form = event.target.closest?.("dialog form[data-move-form]");
  if (!form) return;
  event.preventDefault();
  const card = cardOf(form.dataset.moveForm);
  const body = new FormData(form);
  form.closest("dialog").close();
  listOf(body.get("stage"))?.prepend(card);
  send(card, body.get("stage"), { focus: true, body });
}

// The card stands where it was put while the server is asked; it goes back when the answer says so.
async function send(card, stage, { focus = false, body = new FormData() } = {}) {
  const { deal, move } = card.dataset;
  card.classList.add("is-moving");
  body.set("stage", stage);
  if (!body.has("seen")) body.set("seen", card.dataset.stage);
  body.set("query", location.search);
  body.set("next", location.pathname + location.search);
  body.set("csrfmiddlewaretoken", token());
  let answer;
  try {
    const response = await fetch(move, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
    answer = await response.json();
  } catch {
    say({ text: word("request_failed"), level: "error" });
    return putBack(card, focus);
  }
  if (answer.go) return location.assign(answer.go);
  if (answer.ask) return ask(card, answer.ask, focus);
  take(deal, answer, focus);
}

function take(deal, answer, focus) {
  for (const [stage, html] of Object.entries(answer.heads)) {
    const head = document.getElementById(`head-${stage}`);
    if (head) head.innerHTML = html;
  }
  let card = cardOf(deal);
  card.outerHTML = answer.card;
  card = cardOf(deal);
  const list = listOf(answer.stage);
  if (list && card.parentElement !== list) list.prepend(card);
  if (focus) card.querySelector("a")?.focus();
  for (const message of answer.said) say(message);
  if (!answer.said.length) announce(card.dataset.name);
}

function putBack(card, focus) {
  card.classList.remove("is-moving");
  listOf(card.dataset.stage)?.prepend(card);
  if (focus) card.querySelector("a")?.focus();
}

function ask(card, html, focus) {
  putBack(card, focus);
  const dialog = document.getElementById("board-ask");
  dialog.innerHTML = html;
  dialog.setAttribute("aria-labelledby", "board-ask-title");
  dialog.showModal();
}
