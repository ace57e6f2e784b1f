// The card of a record: what is done in one panel changes others too, so they are fetched anew beside it.
import htmx from "htmx.org/dist/htmx.esm.js";

const panels = () => document.querySelectorAll("#record-bar, .record [id^='panel-']");

export function startRecord() {
  document.addEventListener("htmx:afterRequest", (event) => {
    const { requestConfig, target, xhr } = event.detail;
    const used = target?.closest?.(".record [id^='panel-']");
    if (used && requestConfig.verb === "post" && xhr.status >= 200 && xhr.status !== 422 && xhr.status < 500) refresh(used.id);
  });
}

async function refresh(used) {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const panel of panels()) {
    const fresh = page.getElementById(panel.id);
    if (panel.id === used || !fresh || isInUse(panel)) continue;
    if (fresh.querySelector("[hx-trigger=revealed]")) fetchLater(panel, fresh);
    else replace(panel, fresh);
  }
}

function replace(panel, fresh) {
  panel.replaceChildren(...fresh.childNodes);
  htmx.process(panel);
}

// A panel that comes after the page keeps the tab its reader chose.
function fetchLater(panel, fresh) {
  const chosen = panel.querySelector("[aria-current][hx-get]") ?? fresh.querySelector("[hx-get]");
  const isShown = !panel.querySelector("[hx-trigger=revealed]");
  if (isShown) htmx.ajax("GET", chosen.getAttribute("hx-get"), { target: panel, swap: "innerHTML" });
}

// Nothing is taken from under the hands of who types, chooses or listens.
function isInUse(panel) {
  if (panel.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return true;
  if (panel.querySelector("details[open] form")) return true;
  if ([...panel.querySelectorAll("audio")].some((sound) => !sound.paused)) return true;
  return [...panel.querySelectorAll("input:not([type=hidden]), textarea")].some((field) => field.value !== field.defaultValue);
}
