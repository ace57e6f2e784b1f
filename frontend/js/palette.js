// The palette: any room, what was opened lately, and what the server finds, from one field.
import { icon, make } from "./elements.js";
import { announce, word } from "./words.js";

const recentKey = "onegoal.recent";
const recentKept = 8;
const pauseBeforeSearch = 180;
const usual = { icon: "arrow-right" };
let timer;
let asked = 0;

const box = () => document.getElementById("palette");
const field = () => document.getElementById("palette-field");
const list = () => document.getElementById("palette-list");

export function startPalette() {
  rememberPage();
  if (!box()) return;
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-opens-palette]")) openPalette();
    const option = event.target.closest(".palette-option");
    if (option) location.assign(option.dataset.url);
  });
  field().addEventListener("input", onInput);
  field().addEventListener("keydown", onKey);
}

export function openPalette() {
  if (!box() || box().open) return;
  field().value = "";
  box().showModal();
  show(local(""), []);
}

function recent() {
  try {
    return JSON.parse(localStorage.getItem(recentKey)) ?? [];
  } catch {
    return [];
  }
}

function rememberPage() {
  const label = document.body.dataset.remember;
  if (!label) return;
  const page = { label, url: location.pathname + location.search };
  const others = recent().filter((entry) => entry.label !== label);
  try {
    localStorage.setItem(recentKey, JSON.stringify([page, ...others].slice(0, recentKept)));
  } catch {
    // A full or forbidden store only costs the list of recent pages.
  }
}

function rooms() {
  return [...document.querySelectorAll(".rail .room")].map((room) => ({
    label: room.dataset.label,
    url: room.href,
    icon: room.dataset.icon,
    note: room.dataset.letter ? `g ${room.dataset.letter}` : "",
  }));
}

const matches = (entry, text) => entry.label.toLocaleLowerCase().includes(text.toLocaleLowerCase());

function local(text) {
  const groups = [{ label: word("rooms"), hits: rooms().filter((room) => matches(room, text)) }];
  const lately = recent().filter((page) => page.url !== location.pathname + location.search && matches(page, text));
  groups.push({ label: word("recent"), hits: lately.slice(0, 5).map((page) => ({ ...page, icon: "history" })) });
  return text ? groups : groups.reverse();
}

function onInput() {
  const text = field().value.trim();
  const here = local(text);
  show(here, []);
  clearTimeout(timer);
  if (text.length < 2) return;
  timer = setTimeout(() => search(text, here), pauseBeforeSearch);
}

async function search(text, here) {
  const question = ++asked;
  const answer = await fetch(`${box().dataset.search}?q=${encodeURIComponent(text)}`).catch(() => null);
  if (question !== asked || !box().open) return;
  show(here, answer?.ok ? (await answer.json()).groups : []);
}

function show(here, found) {
  const groups = [...here, ...found].filter((group) => group.hits.length);
  let number = 0;
  const lines = groups.flatMap((group) => [
    make("li", { className: "palette-group", role: "presentation", textContent: group.label }),
    ...group.hits.map((hit) => option(hit, number++)),
  ]);
  if (!lines.length) lines.push(make("li", { className: "palette-none", textContent: word("nothing_found") }));
  list().replaceChildren(...lines);
  choose(list().querySelector(".palette-option"));
  if (field().value) announce(word("found_count").replace("{count}", String(number)));
}

function option(hit, number) {
  const line = make("li", { className: "palette-option", id: `palette-${number}`, role: "option" });
  line.dataset.url = hit.url;
  line.append(icon(hit.icon || usual.icon), make("span", { textContent: hit.label }));
  if (hit.note) line.append(make("small", { textContent: hit.note }));
  return line;
}

function choose(line) {
  for (const other of list().querySelectorAll("[aria-selected]")) other.removeAttribute("aria-selected");
  line?.setAttribute("aria-selected", "true");
  line?.scrollIntoView({ block: "nearest" });
  if (line) field().setAttribute("aria-activedescendant", line.id);
  else field().removeAttribute("aria-activedescendant");
}

function onKey(event) {
  const options = [...list().querySelectorAll(".palette-option")];
  const at = options.findIndex((line) => line.getAttribute("aria-selected"));
  if (event.key === "Enter" && at >= 0) location.assign(options[at].dataset.url);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && options.length) choose(options[(at + step + options.length) % options.length]);
  if (step || event.key === "Enter") event.preventDefault();
}
