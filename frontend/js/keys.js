// Keyboard: g + letter goes to a room, j and k walk a list, ? shows every shortcut. A button with data-key="q" is pressed
// by that key: the one in the row walked to, else the first on the page.
import { isTyping } from "./elements.js";
import { fillKeys } from "./key-help.js";
import { openPalette } from "./palette.js";

const secondKeyWithin = 1200;
let waitingForRoom = false;
let timer;

export function startKeys() {
  // Whoever opens the list, by key or from a menu, finds the keys of the page in it.
  document.addEventListener("click", (event) => event.target.closest("[data-opens=keys]") && fillKeys(), true);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyK") {
      event.preventDefault();
      return openPalette();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (onSingleKey(event)) event.preventDefault();
  });
}

// Letters are read by their place on the keyboard, so that they work while a Cyrillic layout is on.
function letterOf(event) {
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
}

function onSingleKey(event) {
  if (event.key === "?") return showKeys();
  if (event.key === "/" || event.code === "Slash") return openPalette() ?? true;
  const letter = letterOf(event);
  if (waitingForRoom) return goToRoom(letter);
  if (letter === "g") return waitForRoom();
  if (press(letter)) return true;
  return (letter === "j" || letter === "k") && walk(letter === "j" ? 1 : -1);
}

function showKeys() {
  fillKeys();
  document.getElementById("keys")?.showModal();
  return true;
}

function press(letter) {
  const wanted = `[data-key="${CSS.escape(letter)}"]`;
  const button = [document.querySelector(`.is-at ${wanted}`), ...document.querySelectorAll(wanted)].find(isThere);
  button?.focus();
  button?.click();
  return Boolean(button);
}

function isThere(button) {
  return Boolean(button) && !button.disabled && button.getClientRects().length > 0;
}

function waitForRoom() {
  waitingForRoom = true;
  clearTimeout(timer);
  timer = setTimeout(() => (waitingForRoom = false), secondKeyWithin);
  return true;
}

function goToRoom(letter) {
  waitingForRoom = false;
  const room = document.querySelector(`.rail [data-letter="${CSS.escape(letter)}"]`);
  if (room) location.assign(room.href);
  return Boolean(room);
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-list] tbody tr, [data-list] > li")];
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.classList.contains("is-at"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  rows[at]?.classList.remove("is-at");
  next.classList.add("is-at");
  // A link opens the row on Enter; a box to choose it only stands before it.
  const target = next.querySelector("a") ?? next.querySelector("button, input") ?? next;
  if (target === next) next.tabIndex = -1;
  target.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}
