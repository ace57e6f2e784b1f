// Short messages at the foot of the page, with an undo where the server offers one.
import { icon, make } from "./elements.js";
import { announce, word } from "./words.js";

const secondsShown = 8;

export function startToasts() {
  for (const line of document.querySelectorAll(".toasts .toast-line")) keepForAWhile(line);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss-toast]")) event.target.closest(".toast-line").remove();
  });
  // htmx raises this event from the HX-Trigger header that the server adds to partial answers.
  document.addEventListener("onegoal:said", (event) => (event.detail.value ?? event.detail).forEach(say));
  document.addEventListener("htmx:responseError", () => say({ text: word("request_failed"), level: "error" }));
  document.addEventListener("htmx:sendError", () => say({ text: word("no_connection"), level: "error" }));
}

export function say({ text, level = "info", undo = "", undo_label = "" }) {
  const line = make("div", { className: `toast-line is-${level}` });
  if (level === "error" || level === "warning") line.append(icon("alert-circle"));
  line.append(make("span", { textContent: text }));
  if (undo) line.append(undoForm(undo, undo_label));
  const close = make("button", { type: "button", className: "btn-toast", textContent: word("close") });
  close.dataset.dismissToast = "";
  line.append(close);
  document.getElementById("toasts").append(line);
  announce(text);
  keepForAWhile(line);
}

function undoForm(action, label) {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  return make(
    "form",
    { method: "post", action },
    make("input", { type: "hidden", name: "csrfmiddlewaretoken", value: token }),
    make("input", { type: "hidden", name: "next", value: location.pathname + location.search }),
    make("button", { className: "btn-toast", textContent: label || word("undo") }),
  );
}

// A message with an action stays while it is pointed at or focused; errors stay until closed.
function keepForAWhile(line) {
  if (line.classList.contains("is-error")) return;
  let timer;
  const start = () => (timer = setTimeout(() => line.remove(), secondsShown * 1000));
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) line.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) line.addEventListener(name, () => (stop(), start()));
  start();
}
