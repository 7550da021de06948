// The board: SortableJS or keys move a card, the server decides. A refusal puts it back and says why.
import Sortable from "sortablejs";
import { post } from "./net.js";
import { hold, mine, put, refresh, release } from "./region.js";
import { toast, unreachable } from "./toasts.js";

const board = () => document.querySelector("[data-move]");
const lanes = () => [...document.querySelectorAll("[data-lane-cards]")];
const id = card => card.id.replace(/^card-/, "");
// data-to lists the stages this person may move this card to; without it the server alone says no.
const allowed = (card, lane) => !card.dataset.to?.length ? card.dataset.to === undefined : card.dataset.to.split(" ").includes(lane);

const queue = new Map(); // one move after another for each card: the second needs the version the first made
export function move(card, to, back) {
  const before = queue.get(card.id) ?? Promise.resolve();
  const now = before.then(() => send(card, to, back)).finally(() => { if (queue.get(card.id) === now) queue.delete(card.id); });
  queue.set(card.id, now);
  return now;
}
async function send(card, to, back) {
  const region = card.closest("[data-live]"), key = id(card);
  card.classList.add("busy");
  mine.set(key, performance.now());
  let answer = null;
  try { answer = await post(`${board().dataset.move}${key}/move/`, { stage: to, version: card.dataset.version }); } catch { unreachable(); }
  card.classList.remove("busy");
  if (!answer?.ok || answer.redirected) {
    back();
    if (answer && !answer.headers.get("HX-Trigger")) toast({ text: "This order could not be moved.", kind: "err" });
  }
  // A conflict means that somebody was first: show what they did.
  if (answer && region) await refresh(region, [key]);
}

const place = card => { const box = card.parentElement, next = card.nextElementSibling; return () => { if (box.isConnected) put(box, card, next?.parentElement === box ? next : undefined); }; };

function shade(card) {
  for (const lane of lanes()) {
    const section = lane.closest(".lane"), here = card && lane === card.parentElement;
    section?.classList.toggle("shut", Boolean(card) && !here && !allowed(card, lane.dataset.laneCards));
    section?.classList.toggle("open", Boolean(card) && !here && allowed(card, lane.dataset.laneCards));
  }
}

// SortableJS looks where the pointer is every 50 ms; a quick hand has let go in another lane by then. Its place decides.
function dropped(card, from, to, event, back) {
  const at = event?.changedTouches?.[0] ?? event;
  const under = at && document.elementFromPoint(at.clientX, at.clientY)?.closest(".lane")?.querySelector("[data-lane-cards]");
  if (!under || under === to) return to;
  if (under === from || !allowed(card, under.dataset.laneCards)) {
    back();
    if (under !== from) toast({ text: card.dataset.why ?? "It cannot go there from here.", kind: "err" });
    return from;
  }
  put(under, card);
  return under;
}

function wire() {
  if (!board()) return;
  for (const lane of lanes()) {
    if (Sortable.get(lane)) continue;
    let back = null;
    new Sortable(lane, {
      draggable: ".card:not(.gone)", animation: 120, sort: false, // the order in a lane is the server's
      group: { name: "board", pull: true, put: (to, from, card) => allowed(card, to.el.dataset.laneCards) },
      delay: 180, delayOnTouchOnly: true, fallbackTolerance: 4, forceFallback: true, fallbackOnBody: true,
      filter: "a.btn, button, input", preventOnFilter: false, scroll: true,
      onStart: ({ item }) => { back = place(item); hold(); shade(item); },
      onEnd: async ({ item, from, to, originalEvent }) => {
        shade(null);
        const lane = dropped(item, from, to, originalEvent, back);
        const moved = from !== lane ? move(item, lane.dataset.laneCards, back) : null;
        release();
        await moved;
      },
    });
  }
}
wire();
document.addEventListener("htmx:after:swap", wire);
document.addEventListener("live:applied", wire);

// Keys: [ and ] move the focused card, arrows walk, Enter opens. The focus stays on the card.
function neighbour(card, key) {
  const all = lanes(), at = all.indexOf(card.parentElement);
  if (key === "ArrowDown") return card.nextElementSibling;
  if (key === "ArrowUp") return card.previousElementSibling;
  const step = key === "ArrowRight" ? 1 : -1, row = [...card.parentElement.querySelectorAll(".card")].indexOf(card);
  for (let lane = at + step; all[lane]; lane += step) {
    const cards = all[lane].querySelectorAll(".card");
    if (cards.length) return cards[Math.min(row, cards.length - 1)];
  }
  return null;
}
function shift(card, step) {
  const all = lanes(), from = all.indexOf(card.parentElement);
  let to = from + step;
  while (all[to] && card.dataset.to !== undefined && !allowed(card, all[to].dataset.laneCards)) to += step;
  if (!board() || !all[to]) return toast({ text: card.dataset.why ?? (step > 0 ? "You cannot move it on from here." : "You cannot move it back from here."), kind: "err" });
  const back = place(card);
  put(all[to], card, all[to].querySelector(".card"));
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  move(card, all[to].dataset.laneCards, () => { back(); card.focus({ preventScroll: true }); });
}
document.addEventListener("keydown", event => {
  const here = event.target, card = here === document.body && event.key.startsWith("Arrow") ? document.querySelector(".lane .card") : here;
  if (!card?.matches?.(".card") || event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.key === "]" || event.key === "[") { shift(card, event.key === "]" ? 1 : -1); event.preventDefault(); }
  else if (event.key.startsWith("Arrow")) { const next = card === here ? neighbour(card, event.key) : card; if (next?.matches(".card")) next.focus(); event.preventDefault(); }
  else if (event.key === "Enter") card.querySelector("a[href]")?.click();
});

// On a phone one lane fills the screen; the chip of the lane in view is marked.
const frame = document.querySelector(".board"), tabs = document.querySelector(".lane-tabs");
if (frame && tabs) {
  const seen = new IntersectionObserver(entries => {
    for (const entry of entries) if (entry.isIntersecting) for (const tab of tabs.children) {
      const on = tab.hash === `#${entry.target.id}`;
      on ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current");
      if (on && tab.offsetParent) tabs.scrollTo({ left: tab.offsetLeft - 16, behavior: "smooth" });
    }
  }, { root: frame, threshold: 0.6 });
  for (const lane of frame.querySelectorAll(".lane")) seen.observe(lane);
  tabs.addEventListener("click", event => {
    const tab = event.target.closest("a");
    if (!tab) return;
    event.preventDefault();
    document.querySelector(tab.hash)?.scrollIntoView({ behavior: "smooth", inline: "start", block: "nearest" });
  });
}
