// The map of keys is the list behind "?" (ops/keys.py): what it does not show for this page does nothing here.
// Nothing fires while someone types; the jumps are those of the side bar, so they follow the role.
import { openPalette, paletteKey } from "./palette.js";
import { flipTheme } from "./theme.js";
import { undoLast } from "./toasts.js";

const find = selector => document.querySelector(selector);
const open = id => { const dialog = document.getElementById(id); if (dialog && !dialog.open) dialog.showModal(); return dialog; };
const isHere = line => !line.dataset.needs || Boolean(find(line.dataset.needs));
function keys() {
  for (const line of document.querySelectorAll("#keys [data-needs]")) line.hidden = !isHere(line);
  open("keys");
}

const actions = {
  palette: openPalette,
  keys,
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

const types = target => target.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");

// Rows: j and k walk, Enter opens, x picks.
function walk(step) {
  const row = document.activeElement?.closest?.("tr[id]");
  const rows = [...document.querySelectorAll(".grid tbody tr[id]")];
  const next = rows[row ? rows.indexOf(row) + step : 0];
  next?.querySelector("a[href]")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
const acts = {
  palette: openPalette, keys, flip: flipTheme, undo: undoLast,
  fresh: () => find("[data-new]").click(),
  walk: key => walk(key === "j" ? 1 : -1),
  pick: () => document.activeElement?.closest?.("tr[id]")?.querySelector("[data-pick=row]")?.click(),
  turn: key => find(key === "ArrowLeft" ? "a[rel=prev]" : "a[rel=next]")?.click(),
};

let jump = 0;
document.addEventListener("keydown", event => {
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); return; }
  if (find("#palette")?.open) { paletteKey(event); return; }
  if (event.defaultPrevented || types(event.target) || event.metaKey || event.ctrlKey || event.altKey || find("dialog[open]")) return;
  if (Date.now() - jump < 900) {
    const link = find(`.nav a[data-key="${CSS.escape(event.key)}"]`);
    jump = 0;
    if (link) { event.preventDefault(); location.href = link.href; }
    return;
  }
  if (event.key === "g") { jump = Date.now(); return; }
  const line = [...document.querySelectorAll("#keys [data-press]")].find(one => one.dataset.press.split(" ").includes(event.key));
  if (!line || !isHere(line)) return;
  if (!event.key.startsWith("Arrow")) event.preventDefault();
  acts[line.dataset.act](event.key);
});
