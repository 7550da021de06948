// Native popovers know how to open and close; only their place is ours (anchor positioning is not everywhere yet).
function place(menu, by) {
  const at = by.getBoundingClientRect(), box = menu.getBoundingClientRect();
  const below = at.bottom + 4, above = at.top - box.height - 4;
  const fits = below + box.height < innerHeight - 8;
  const top = by.dataset.place === "above" || !fits ? Math.max(above, 8) : below;
  const left = at.left + box.width > innerWidth - 8 ? at.right - box.width : at.left;
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(8, left)}px`;
}

document.addEventListener("toggle", event => {
  const menu = event.target;
  if (!menu.matches?.(".menu[popover]") || event.newState !== "open") return;
  const by = event.source ?? [...document.querySelectorAll(`[popovertarget="${menu.id}"]`)].find(button => button.offsetParent);
  if (by) place(menu, by);
  menu.querySelector("[autofocus], input:not([type=hidden]), select")?.focus();
}, true);

// Arrows walk a menu of verbs, as everywhere else on the desktop.
document.addEventListener("keydown", event => {
  const menu = event.target.closest?.(".menu");
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key) || event.target.matches("input, select, textarea")) return;
  const items = [...menu.querySelectorAll("a[href], button:not(:disabled)")];
  const next = items[(items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length];
  next?.focus();
  event.preventDefault();
});
// A verb chosen closes its menu; a switch inside it (theme) does not.
document.addEventListener("click", event => {
  const verb = event.target.closest(".menu[popover] :is(a, button)");
  if (verb && !verb.closest(".seg, form.filters")) verb.closest(".menu").hidePopover();
});
