// Toasts: my own results, at most three, with undo. Errors stay longer and are announced at once.
import { post } from "./net.js";

let lastUndo = null;

export function toast({ text, value, undo, values, kind }) {
  const box = document.getElementById("toasts");
  const words = text ?? value;
  if (!box || !words) return;
  const bad = kind === "err" || kind === "bad" || kind === "error";
  const toast = document.createElement("div");
  toast.className = bad ? "toast err" : "toast";
  toast.setAttribute("role", bad ? "alert" : "status");
  toast.append(Object.assign(document.createElement("span"), { textContent: words }));
  if (undo) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Undo" });
    lastUndo = () => { lastUndo = null; toast.remove(); return post(undo, values).then(said, unreachable); };
    const mine = lastUndo;
    button.addEventListener("click", () => mine());
    toast.append(button);
  }
  const close = Object.assign(document.createElement("button"), { type: "button", className: "x", textContent: "✕" });
  close.setAttribute("aria-label", "Dismiss");
  close.dataset.do = "drop-toast";
  toast.append(close);
  box.append(toast);
  while (box.children.length > 3) box.firstElementChild.remove();
  expire(toast, bad ? 9000 : undo ? 10000 : 6000);
}

// A refused undo that brings no sentence of its own still says something.
function said(response) {
  if (!response.ok && !response.headers.get("HX-Trigger")) toast({ text: "That could not be undone any more.", kind: "err" });
}
export function unreachable() { toast({ text: "The server did not answer. Nothing was changed.", kind: "err" }); }
export const undoLast = () => lastUndo?.();

// The clock stops while somebody reads (pointer or focus on it).
function expire(toast, after) {
  let timer = setTimeout(() => toast.remove(), after);
  const hold = () => clearTimeout(timer), go = () => { timer = setTimeout(() => toast.remove(), 3000); };
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, hold);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, go);
}

document.addEventListener("toast", event => toast(event.detail ?? {}));
document.addEventListener("click", event => event.target.closest("[data-do=drop-toast]")?.closest(".toast").remove());
for (const left of document.querySelectorAll("#toasts .toast")) {
  const back = left.querySelector("form");
  if (back) lastUndo = () => { lastUndo = null; back.requestSubmit(); };
  expire(left, back ? 10000 : 8000);
}
// An answer that htmx does not swap (5xx) must not pass in silence.
document.addEventListener("htmx:response:error", event => {
  const { response, hx } = event.detail.ctx;
  if (response.status >= 500 && !hx?.trigger) toast({ text: "Something broke on our side. Nothing was saved.", kind: "err" });
});
document.addEventListener("htmx:error", event => { if (event.detail.error?.name !== "AbortError") unreachable(); });
