// Asks before what cannot be undone, with the consequence in words: <form data-confirm="..." data-confirm-button="...">.
import { make } from "./elements.js";
import { word } from "./words.js";

export function startConfirmations() {
  document.addEventListener("submit", onSubmit, true);
}

function onSubmit(event) {
  const form = event.target;
  if (!form.dataset?.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  ask(form.dataset.confirm, form.dataset.confirmTitle, form.dataset.confirmButton).then((agreed) => {
    if (!agreed) return submitter?.focus();
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter ?? undefined);
    delete form.dataset.confirmed;
  });
}

function ask(consequence, title, button) {
  const stay = make("button", { type: "submit", value: "no", className: "btn", textContent: word("cancel"), autofocus: true });
  const go = make("button", { type: "submit", value: "yes", className: "btn btn-danger", textContent: button || word("continue") });
  const heading = make("h2", { id: "confirm-title", textContent: title || word("please_confirm") });
  const box = make(
    "dialog",
    { className: "box" },
    make(
      "form",
      { method: "dialog" },
      make("div", { className: "box-body" }, heading, make("p", { className: "soft mb-0", textContent: consequence })),
      make("div", { className: "box-foot" }, stay, go),
    ),
  );
  box.setAttribute("aria-labelledby", "confirm-title");
  document.body.append(box);
  box.showModal();
  return new Promise((resolve) =>
    box.addEventListener("close", () => {
      resolve(box.returnValue === "yes");
      box.remove();
    }),
  );
}
