// Sets light or dark before the first paint; loaded in the head, blocking, and small for that reason.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function apply() {
  const choice = root.dataset.theme ?? "auto";
  const theme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
  if (root.dataset.bsTheme === theme) return;
  root.dataset.bsTheme = theme;
  document.dispatchEvent(new CustomEvent("onegoal:theme", { detail: theme }));
}

apply();
dark.addEventListener("change", apply);
document.addEventListener("onegoal:theme-choice", apply);
