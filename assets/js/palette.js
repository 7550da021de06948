// The palette: the server answers with pages, records and verbs; arrows choose, Enter opens or does.
import htmx from "./htmx.js";
import { csrf } from "./net.js";

const find = selector => document.querySelector(selector);
const dialog = () => document.getElementById("palette");

// What was open lately is remembered here as addresses only, for each person; the server says what they are now.
const MOST = 20, shelf = `recent:${document.body.dataset.user}`;
const recent = () => (localStorage.getItem(shelf) ?? "").split(" ").filter(Boolean);
if (document.body.dataset.user && dialog()) {
  localStorage.setItem(shelf, [location.pathname, ...recent().filter(one => one !== location.pathname)].slice(0, MOST).join(" "));
}
document.addEventListener("submit", event => { if (event.target.matches("[data-signout]")) localStorage.removeItem(shelf); });

export function openPalette() {
  const box = dialog(), input = box?.querySelector("input");
  if (!input) return;
  if (!box.open) box.showModal();
  find("#palette-recent").value = recent().join(" ");
  input.value = "";
  input.focus();
  htmx.process(box); // a key may be faster than htmx, which starts after the page has loaded
  htmx.trigger(input, "open");
}

// The input keeps the focus; the choice is told by aria-activedescendant.
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
export function paletteKey(event) {
  const items = [...document.querySelectorAll("#palette li a")];
  const at = items.findIndex(item => item.getAttribute("aria-selected") === "true");
  if (event.key === "Enter") { event.preventDefault(); items[Math.max(at, 0)]?.click(); return; }
  // A search field keeps the first Esc for emptying itself; here it closes.
  if (event.key === "Escape") { event.preventDefault(); dialog().close(); return; }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  if (items.length) choose(items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length]);
}

// A verb that asks nothing is sent as the page's own button would send it: a form, the version that was seen, a new page.
document.addEventListener("click", event => {
  const verb = event.target.closest("#palette a[data-post]");
  if (!verb) return;
  event.preventDefault();
  const form = Object.assign(document.createElement("form"), { method: "post", action: verb.dataset.post, hidden: true });
  for (const [name, value] of [["csrfmiddlewaretoken", csrf()], ["version", verb.dataset.version]]) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  dialog().close();
  form.requestSubmit();
});
