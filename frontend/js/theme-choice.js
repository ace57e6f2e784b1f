// Changes the theme at once and lets the server remember it.
export function startThemeChoice() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-theme-form]");
    if (!form) return;
    event.preventDefault();
    choose(form, event.submitter.value);
  });
}

function choose(form, theme) {
  document.documentElement.dataset.theme = theme;
  document.dispatchEvent(new CustomEvent("onegoal:theme-choice"));
  for (const button of document.querySelectorAll("[data-theme-form] button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  const body = new FormData(form);
  body.set("theme", theme);
  fetch(form.action, { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } });
}
