// A move that needs something first: the server names the page that asks, it opens in a dialog over the board.
import htmx from "./htmx.js";
import { get } from "./net.js";
import { unreachable } from "./toasts.js";

document.addEventListener("ask", async event => {
  let answer;
  try { answer = await get(event.detail.url); } catch { return unreachable(); }
  if (!answer.ok) return;
  const box = Object.assign(document.createElement("dialog"), { className: "ask", id: "ask" });
  box.append(Object.assign(document.createElement("div"), { className: "body", innerHTML: await answer.text() }));
  box.setAttribute("aria-label", box.querySelector("h2")?.textContent ?? "One thing first");
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  htmx.process(box);
  box.showModal();
  box.querySelector("input:not([type=hidden]), select")?.focus();
});
document.addEventListener("answered", () => document.getElementById("ask")?.close());
document.addEventListener("click", event => {
  const cancel = event.target.closest("#ask [data-do=close]");
  if (cancel) { event.preventDefault(); document.getElementById("ask").close(); }
});
