// The card of a record knows the list it was opened from: next and previous follow that list, in its order.
const key = "onegoal:list";

export function startNeighbours() {
  document.addEventListener("click", (event) => {
    const list = event.target.closest?.("a")?.closest("[data-list]");
    if (list) sessionStorage.setItem(key, JSON.stringify(addressesOf(list)));
  });
  const links = document.querySelector("[data-neighbours]");
  if (links) follow(links);
}

function addressesOf(list) {
  const rows = list.querySelectorAll("tbody tr, :scope > li");
  return [...rows].map((row) => row.querySelector("a[href]")?.pathname).filter(Boolean);
}

function follow(links) {
  let addresses = [];
  try {
    addresses = JSON.parse(sessionStorage.getItem(key)) ?? [];
  } catch {
    return;
  }
  const at = addresses.indexOf(location.pathname);
  if (at < 0) return;
  for (const [name, step] of [["next", 1], ["previous", -1]]) {
    const link = links.querySelector(`[data-neighbour="${name}"]`);
    if (!link) continue;
    const address = addresses[at + step];
    if (address) link.href = address;
    else link.remove();
  }
}
