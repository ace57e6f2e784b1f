// Tells a page whose time is counted that somebody is at work on it: at most twice a minute, never without a sign of life.
const signs = ["keydown", "pointerdown", "pointermove", "scroll", "timeupdate"];
const every = 30_000;
let last = performance.now();

export function startWorkingTime() {
  for (const sign of signs) document.addEventListener(sign, noteWork, { capture: true, passive: true });
}

function noteWork() {
  const now = performance.now();
  if (now - last < every || document.hidden || !document.querySelector("[data-counts-work]")) return;
  last = now;
  document.body.dispatchEvent(new Event("working"));
}
