// Starts every part of the interface on a page and on each fragment that arrives later.
import htmx from "htmx.org/dist/htmx.esm.js";
import { showBoards, startBoard } from "./board.js";
import { startConfirmations } from "./confirm.js";
import { startDrops } from "./drop.js";
import { startKeys } from "./keys.js";
import { startMenus } from "./menus.js";
import { startNeighbours } from "./neighbours.js";
import { startPalette } from "./palette.js";
import { startPay } from "./pay.js";
import { showPlanGrid, startPlanGrid } from "./plan-grid.js";
import { startPlayers } from "./player.js";
import { startRecord } from "./record.js";
import { showCharts, showColumnOrder, showSelects } from "./later.js";
import { showFirstColumns, startTables } from "./tables.js";
import { startThemeChoice } from "./theme-choice.js";
import { startToasts } from "./toasts.js";
import { startWorkingTime } from "./working.js";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
htmx.config.scrollIntoViewOnBoost = false;
// A form sent back with its faults (422), or because somebody was quicker (409), is shown like any other answer.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..|409|422", swap: true },
  { code: "[45]..", swap: false, error: true },
];
htmx.config.inlineScriptNonce = document.body.dataset.nonce ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  if (event.detail.verb === "get") dropEmpty(event.detail.formData);
});

// A field left empty says nothing: the address stays short and equal to the one without it.
function dropEmpty(fields) {
  for (const [name, value] of [...fields]) if (value === "") fields.delete(name);
}

function startFragment(fragment) {
  showCharts(fragment);
  showSelects(fragment);
  showColumnOrder(fragment);
  showFirstColumns(fragment);
  showBoards(fragment);
  showPlanGrid(fragment);
}

startToasts();
startMenus();
startThemeChoice();
startConfirmations();
startDrops();
startBoard();
startTables();
startKeys();
startNeighbours();
startPalette();
startPay();
startPlanGrid();
startPlayers();
startRecord();
startWorkingTime();
startFragment(document);
document.addEventListener("htmx:load", (event) => startFragment(event.detail.elt));
