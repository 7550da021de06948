// A live region: the part of a page that shows rows of one noun. Asks the ordinary view for the rows that changed and
// puts each where it belongs, without moving what is under somebody's pointer.
import { fragment, morphInside, morphOne, process } from "./morph.js";
import { get, signedOut } from "./net.js";

const ITEM = /^(card|row)-(.+)$/;
const MOST_IDS = 100; // more than this and asking for the whole region is cheaper
const STILL_MS = 1500; // a pointer that has not moved for so long does not aim at anything
let movedAt = 0;
addEventListener("pointermove", () => { movedAt = performance.now(); }, { passive: true });

const state = new WeakMap();
const of = region => state.get(region) ?? state.set(region, { ids: new Set(), whole: false, busy: false, timer: 0, until: 0, tries: 0 }).get(region);
export const regions = noun => [...document.querySelectorAll(noun ? `[data-live="${CSS.escape(noun)}"]` : "[data-live]")];

// While a card is held, nothing under the hand may change. Let go calls whatever waited.
let held = false;
export function hold() { held = true; }
export function release() { held = false; for (const region of regions()) flush(region); }

export const mine = new Map(); // id → when I moved it: my own move does not flash

export function changed(region, ids, wait) {
  const said = of(region), only = region.dataset.liveIds?.split(",");
  if (only && !ids.some(id => only.includes(String(id)))) return;
  if (region.dataset.liveEvery) return stale(region, wait);
  for (const id of ids) if (!only || only.includes(String(id))) said.ids.add(String(id));
  if (said.ids.size > MOST_IDS) said.whole = true;
  if (said.ids.size || said.whole) schedule(region, wait);
}
// What is counted over everything (data-live-every, in ms) is asked for whole, and no oftener than that.
export function stale(region, wait = 0) {
  const said = of(region), every = Number(region.dataset.liveEvery ?? 0);
  said.whole = true;
  schedule(region, Math.max(wait, (said.asked ?? 0) + every - performance.now()));
}
// After my own move: now, and whoever waits for it goes on once it is on screen.
export async function refresh(region, ids) {
  for (const id of ids) of(region).ids.add(String(id));
  await flush(region);
}

// The first wait counts: a stream of changes must not push the answer away for ever.
function schedule(region, wait) {
  const said = of(region), at = performance.now() + wait;
  if (said.timer && said.until <= at) return;
  clearTimeout(said.timer);
  said.until = at;
  said.timer = setTimeout(() => flush(region), wait);
}

async function flush(region) {
  const said = of(region);
  clearTimeout(said.timer);
  said.timer = 0;
  if (held || !region.isConnected || !(said.ids.size || said.whole)) return;
  if (said.busy) { said.again = true; return said.busy; }
  said.busy = ask(region, said).finally(() => { said.busy = false; if (said.again) { said.again = false; return flush(region); } });
  return said.busy;
}

async function ask(region, said) {
  const asked = [...said.ids], whole = said.whole;
  said.asked = performance.now();
  said.ids.clear();
  said.whole = false;
  const url = new URL(region.dataset.liveUrl || location.href, location.href);
  if (!whole) url.searchParams.set("ids", asked.join(","));
  let answer;
  try { answer = await get(url, { "Ops-Live": "1" }); } catch { return later(region, said); }
  if (signedOut(answer) || answer.status === 403) return;
  if (answer.status >= 500 || answer.status === 429) return later(region, said);
  if (!answer.ok) return;
  said.tries = 0;
  const content = fragment(answer.status === 204 ? "" : await answer.text());
  if (content.querySelector("[data-gone]")) { // not this person's any more: the answer says so, and that is the end
    delete region.dataset.live;
    return region.replaceChildren(content);
  }
  if (held) { whole ? said.whole = true : asked.forEach(id => said.ids.add(id)); return; }
  if (whole) replace(region, content); else apply(region, content, asked);
  performance.mark("live:applied");
  region.dispatchEvent(new CustomEvent("live:applied", { bubbles: true }));
}

// What was asked about is not known any more: everything, a little later each time, whether or not the stream comes back.
function later(region, said) {
  said.whole = true;
  schedule(region, Math.min(20000, 500 * 2 ** said.tries++) * (0.5 + Math.random()));
}

function replace(region, content) {
  keepStill(region, () => morphInside(region, content));
  for (const pill of region.querySelectorAll(".new-pill")) pill.remove();
}

function apply(region, content, asked) {
  const answered = new Set(), fresh = [];
  const present = id => { const element = document.getElementById(id); return element && region.contains(element) ? element : null; };
  keepStill(region, () => {
    for (const element of [...content.children]) {
      if (!element.id) continue;
      const id = ITEM.exec(element.id)?.[2], existing = present(element.id);
      if (id) answered.add(id);
      if (existing) update(region, existing, element, id);
      // A row that this page of the list does not show is only answered so that it is not taken for gone.
      else if (id && !("elsewhere" in element.dataset)) fresh.push(element);
    }
    for (const id of asked) if (!answered.has(id)) for (const kind of ["card", "row"]) { const gone = present(`${kind}-${id}`); if (gone) leave(gone, () => gone.remove()); }
    for (const element of fresh) arrive(region, element);
  });
}

function update(region, existing, element, id) {
  const before = existing.textContent, { lane, sort } = element.dataset;
  const moves = lane !== existing.dataset.lane || sort !== existing.dataset.sort;
  morphOne(existing, element);
  if (id && moves) {
    const to = container(region, existing);
    if (to && !inPlace(to, existing)) leave(existing, () => put(to, existing), to);
  }
  if (id && (moves || before !== existing.textContent)) flash(existing, id);
}

function arrive(region, element) {
  const to = container(region, element);
  if (!to || region.dataset.liveInsert === "no") { pill(region, to ?? region, element.id, false); return; }
  put(to, element);
  process(element);
  flash(element, ITEM.exec(element.id)[2]);
  if (above(to, element)) pill(region, to, element.id, true);
}

function flash(element, id) {
  const at = mine.get(id);
  if (at && performance.now() - at < 4000) return;
  element.classList.remove("flash");
  requestAnimationFrame(() => element.classList.add("flash"));
}
document.addEventListener("animationend", event => { if (event.animationName.endsWith("flash")) event.target.classList.remove("flash"); });

// Where a row stands: its lane, at the place its data-sort gives (numbers as numbers).
function container(region, element) {
  const lane = element.dataset.lane;
  if (lane) return region.querySelector(`[data-lane-cards="${CSS.escape(lane)}"]`);
  return region.querySelector("[data-live-rows]") ?? region.querySelector("tbody") ?? null;
}
const number = text => (text !== "" && Number.isFinite(Number(text)) ? Number(text) : null);
function order(a = "", b = "") {
  const x = number(a), y = number(b);
  if (x !== null && y !== null) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}
const items = box => [...box.children].filter(child => ITEM.test(child.id));
function following(box, element) {
  const down = box.dataset.sortDir === "desc" ? -1 : 1, sort = element.dataset.sort;
  const others = items(box).filter(other => other !== element);
  if (sort === undefined) return others[0] ?? null;
  return others.find(other => order(other.dataset.sort, sort) * down > 0) ?? null;
}
function inPlace(box, element) {
  if (element.parentElement !== box) return false;
  const others = items(box), at = others.indexOf(element), down = box.dataset.sortDir === "desc" ? -1 : 1;
  const fits = (first, second) => !first || !second || order(first.dataset.sort, second.dataset.sort) * down <= 0;
  return fits(others[at - 1], element) && fits(element, others[at + 1]);
}
export function put(box, element, before = following(box, element)) {
  // Without a follower: after the last item, before what is not one ("show more").
  const spot = before ?? items(box).filter(other => other !== element).at(-1)?.nextSibling ?? box.firstChild;
  if (box.moveBefore && element.isConnected) box.moveBefore(element, spot === element ? element.nextSibling : spot);
  else box.insertBefore(element, spot);
}

// Something goes away from over the pointer: a pale shape keeps the place until the pointer leaves or rests.
function leave(element, go, to) {
  const box = element.parentElement;
  const aimed = performance.now() - movedAt < STILL_MS && box !== to && items(box).find(other => other.matches(":hover"));
  if (!aimed || !(element === aimed || element.compareDocumentPosition(aimed) & Node.DOCUMENT_POSITION_FOLLOWING)) return go();
  const shape = element.cloneNode(true);
  for (const part of [shape, ...shape.querySelectorAll("[id]")]) part.removeAttribute("id");
  shape.classList.add("gone");
  shape.classList.remove("flash");
  shape.inert = true;
  box.insertBefore(shape, element);
  go();
  const sweep = () => { if (performance.now() - movedAt < STILL_MS && box.matches(":hover")) setTimeout(sweep, 300); else keepStill(box, () => shape.remove()); };
  setTimeout(sweep, STILL_MS);
}

// The row that is looked at (under the pointer, else the first in view of a scrolled list) stays where it is on screen.
function scroller(box) {
  for (let up = box; up && up !== document.body; up = up.parentElement)
    if (/auto|scroll/.test(getComputedStyle(up).overflowY) && up.scrollHeight > up.clientHeight) return up;
  return document.scrollingElement;
}
function keepStill(region, change) {
  const boxes = region.querySelectorAll("[data-lane-cards], [data-live-rows], tbody");
  const anchors = [];
  for (const box of boxes.length ? boxes : [region]) {
    const frame = scroller(box), all = items(box);
    const top = frame === document.scrollingElement ? 0 : frame.getBoundingClientRect().top;
    const pointed = all.find(item => item.matches(":hover"));
    const seen = pointed ?? (frame.scrollTop > 8 ? all.find(item => item.getBoundingClientRect().bottom > top) : null);
    if (seen) anchors.push([box, frame, seen, seen.getBoundingClientRect().top]);
  }
  change();
  const hold = frames => {
    for (const [box, frame, seen, was] of anchors) {
      if (!seen.isConnected || seen.parentElement !== box) continue;
      const by = seen.getBoundingClientRect().top - was;
      if (Math.abs(by) > 1) frame.scrollTop += by;
    }
    // A card that comes into view takes its true height a frame later (content-visibility).
    if (frames && anchors.length) requestAnimationFrame(() => hold(frames - 1));
  };
  hold(2);
}
function above(box, element) {
  const frame = scroller(box), top = frame === document.scrollingElement ? 56 : frame.getBoundingClientRect().top;
  return frame.scrollTop > 8 && element.getBoundingClientRect().bottom <= top + 1;
}

// "3 new": what came in out of sight, or what this list does not insert by itself.
function pill(region, box, id, inserted) {
  const home = box.closest("table") ?? box;
  let button = home.tagName === "TABLE" ? home.previousElementSibling : home.firstElementChild;
  if (!button?.matches(".new-pill")) {
    button = Object.assign(document.createElement("button"), { type: "button", className: `new-pill no-print${home.classList.contains("list") ? " list" : ""}` });
    button.ids = new Set();
    home.tagName === "TABLE" ? home.before(button) : home.prepend(button);
    const done = () => button.remove();
    button.addEventListener("click", () => { scroller(box).scrollTo({ top: 0, behavior: "smooth" }); inserted ? done() : stale(region); });
    if (inserted) scroller(box).addEventListener("scroll", function seen() { if (scroller(box).scrollTop < 8) { done(); this.removeEventListener("scroll", seen); } });
  }
  button.ids.add(id);
  button.textContent = `${button.ids.size} new`;
}
