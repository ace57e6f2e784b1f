// The list of shortcuts tells first what the keys do on this page: each button with a data-key says it by its own words.
export function fillKeys() {
  const group = document.querySelector("[data-keys-here]");
  if (!group) return;
  const told = new Map();
  for (const button of document.querySelectorAll("main [data-key], .frame-button[data-key]")) {
    if (!told.has(button.dataset.key) && button.getClientRects().length) told.set(button.dataset.key, wordsOf(button));
  }
  group.hidden = !told.size;
  group.querySelector("dl").replaceChildren(...[...told].map(([key, words]) => line(key, words)));
}

function wordsOf(button) {
  const copy = button.cloneNode(true);
  for (const one of copy.querySelectorAll("kbd, svg, [hidden]")) one.remove();
  const key = ` (${button.dataset.key})`;
  return (button.dataset.keyWords ?? button.title.replace(key, "")) || copy.textContent.trim() || button.ariaLabel || button.placeholder || "";
}

function line(key, words) {
  const [row, name, pressed, cap] = ["div", "dt", "dd", "kbd"].map((tag) => document.createElement(tag));
  name.textContent = words;
  cap.textContent = key.toUpperCase();
  pressed.append(cap);
  row.append(name, pressed);
  return row;
}
