// The words of the interface in the page's language, sent by the server.
const element = document.getElementById("shell-words");
const words = element ? JSON.parse(element.textContent) : {};

export const word = (key) => words[key] ?? key;

export function announce(text) {
  const region = document.getElementById("live-region");
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = text));
}
