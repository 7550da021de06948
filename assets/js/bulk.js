// Picking rows. The bar shows how many; "all matching" sends the filter instead of ids, so 20,000 rows cost nothing.
const bar = () => document.getElementById("bulk");
const rows = () => [...document.querySelectorAll("[data-pick=row]")];
const grouped = number => number.toLocaleString(document.documentElement.dataset.numbers || "en");
let anchor = null;

function show() {
  const box = bar();
  const all = rows(), picked = all.filter(row => row.checked);
  for (const row of all) row.closest("tr, .card")?.setAttribute("aria-selected", String(row.checked));
  const head = document.querySelector("[data-pick=all]");
  if (head) { head.checked = picked.length > 0 && picked.length === all.length; head.indeterminate = picked.length > 0 && picked.length < all.length; }
  if (!box) return;
  const total = Number(box.dataset.total ?? all.length), every = box.querySelector("[name=all]");
  if (every && picked.length < all.length) every.value = "";
  const matching = every?.value === "1";
  box.hidden = picked.length === 0;
  box.querySelector("[data-n]").textContent = matching ? `All ${grouped(total)} matching` : `${picked.length} selected`;
  const offer = box.querySelector("[data-all]");
  if (offer) {
    offer.hidden = matching || picked.length < all.length || total <= all.length;
    offer.textContent = `Select all ${grouped(total)} matching`;
  }
}

document.addEventListener("change", event => {
  const pick = event.target;
  if (!pick.matches?.("[data-pick]")) return;
  if (pick.dataset.pick === "all") for (const row of rows()) row.checked = pick.checked;
  show();
});
// Shift picks everything between the last row picked and this one.
document.addEventListener("click", event => {
  const pick = event.target;
  if (pick.matches?.("[data-pick=row]")) {
    const all = rows(), here = all.indexOf(pick), from = all.indexOf(anchor);
    if (event.shiftKey && from >= 0) for (const row of all.slice(Math.min(here, from), Math.max(here, from) + 1)) row.checked = pick.checked;
    anchor = pick;
    show();
  }
  if (pick.closest?.("#bulk [data-all]")) { bar().querySelector("[name=all]").value = "1"; show(); }
  if (pick.closest?.("#bulk [data-none]")) { for (const row of rows()) row.checked = false; show(); }
});
document.addEventListener("htmx:after:swap", show);
document.addEventListener("live:applied", show);
addEventListener("pageshow", show);
