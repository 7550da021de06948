// One map of keys. Nothing fires while someone types; the jumps are those of the side bar, so they follow the role.
import htmx from "./htmx.js";
import { flipTheme } from "./theme.js";
import { undoLast } from "./toasts.js";

const find = selector => document.querySelector(selector);
const open = id => { const dialog = document.getElementById(id); if (dialog && !dialog.open) dialog.showModal(); return dialog; };

function palette() {
  const dialog = open("palette"), input = dialog?.querySelector("input");
  if (!input) return;
  input.value = "";
  input.focus();
  htmx.trigger(input, "open");
}

const actions = {
  palette,
  keys: () => open("keys"),
  more: () => open("more"),
  close: button => button.closest("dialog")?.close(),
  print: () => print(),
  dialog: button => open(button.dataset.dialog),
  theme: () => {}, // theme.js
  flip: flipTheme,
};
document.addEventListener("click", event => {
  const button = event.target.closest("[data-do]");
  if (button && actions[button.dataset.do]) actions[button.dataset.do](button);
  // A press on the veil closes: the dialog itself is only hit outside its content.
  if (event.target.tagName === "DIALOG") {
    const box = event.target.getBoundingClientRect();
    if (event.clientY < box.top || event.clientY > box.bottom || event.clientX < box.left || event.clientX > box.right) event.target.close();
  }
  // Palette entries that are actions of this page, not addresses: #theme, #keys.
  const action = event.target.closest("#palette a")?.hash?.slice(1);
  if (action && { theme: 1, keys: 1, print: 1 }[action]) {
    event.preventDefault();
    find("#palette").close();
    action === "theme" ? flipTheme() : actions[action]();
  }
});

// In the palette: arrows choose, Enter opens. The input keeps the focus; the choice is told by aria-activedescendant.
function choose(item) {
  const input = find("#palette input");
  for (const other of document.querySelectorAll("#palette [aria-selected=true]")) other.setAttribute("aria-selected", "false");
  if (!item) return input.removeAttribute("aria-activedescendant");
  item.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}
document.addEventListener("htmx:after:swap", event => {
  if (event.detail.ctx?.target?.id === "palette-list" || event.target.closest?.("#palette")) choose(find("#palette li a"));
});
function paletteKey(event) {
  const items = [...document.querySelectorAll("#palette li a")];
  const at = items.findIndex(item => item.getAttribute("aria-selected") === "true");
  if (event.key === "Enter") { event.preventDefault(); items[Math.max(at, 0)]?.click(); return; }
  // A search field keeps the first Esc for emptying itself; here it closes.
  if (event.key === "Escape") { event.preventDefault(); find("#palette").close(); return; }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  if (items.length) choose(items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length]);
}

const types = target => target.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");

// Rows: j and k walk, Enter opens, x picks.
function rowKey(event) {
  const row = document.activeElement?.closest?.("tr[id]");
  if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll(".grid tbody tr[id]")];
    const next = rows[row ? rows.indexOf(row) + (event.key === "j" ? 1 : -1) : 0];
    if (!next) return false;
    next.querySelector("a[href]")?.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }
  if (event.key === "x" && row) { row.querySelector("[data-pick=row]")?.click(); return true; }
  return false;
}

let jump = 0;
document.addEventListener("keydown", event => {
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") { event.preventDefault(); palette(); return; }
  if (find("#palette")?.open) { paletteKey(event); return; }
  if (types(event.target) || event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (Date.now() - jump < 900) {
    const link = find(`.nav a[data-key="${CSS.escape(event.key)}"]`);
    jump = 0;
    if (link) { event.preventDefault(); location.href = link.href; }
    return;
  }
  if (event.key === "g") jump = Date.now();
  else if (event.key === "/") { event.preventDefault(); palette(); }
  else if (event.key === "?") open("keys");
  else if (event.key === "D") flipTheme();
  else if (event.key === "z") undoLast();
  else if (event.key === "n") find("[data-new]")?.click();
  else if (event.key === "ArrowLeft") find("a[rel=prev]")?.click();
  else if (event.key === "ArrowRight") find("a[rel=next]")?.click();
  else if (rowKey(event)) event.preventDefault();
});
