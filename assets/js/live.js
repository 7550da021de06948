// The live channel: one stream a page, ids only. It says what changed; the ordinary view says what I may see of it.
import { post, signedOut } from "./net.js";
import { changed, regions, stale } from "./region.js";

const url = document.querySelector("meta[name=live]")?.content;
const GRACE_MS = 4000; // a glance at another tab does not end the stream
let source = null, clients = 1, tries = 0, timer = 0, hideTimer = 0, missed = false, ended = false;
const heard = new Map(), known = new WeakSet(); // noun → when it was last spoken of; the regions that hear

function show(state, words, why = "") {
  const dot = document.getElementById("live-state");
  if (!dot || dot.textContent === words) return;
  dot.dataset.state = state;
  dot.textContent = words;
  dot.title = why;
}

// Few screens answer at once; many spread over at most 1.5 s, so one change is not a thousand requests in one moment.
const jitter = () => Math.random() * Math.min(1500, 10 * clients);
const resync = noun => { for (const region of regions(noun)) stale(region, jitter()); };

function listen(noun) {
  if (!source || heard.has(noun)) return;
  heard.set(noun, -Infinity);
  source.addEventListener(noun, event => {
    heard.set(noun, performance.now());
    const { ids = [], bulk } = JSON.parse(event.data || "{}");
    if (bulk) return resync(noun);
    for (const region of regions(noun)) changed(region, ids, jitter());
  });
}
// A part that came after the page was drawn before it came: what was said on its way here it has not heard.
const listenAll = () => {
  for (const region of regions()) {
    for (const noun of region.dataset.live.split(" ")) {
      listen(noun);
      if (!known.has(region) && performance.now() - heard.get(noun) < 20000) stale(region);
    }
    known.add(region);
  }
};

// On HTTP/1.1 a browser opens six connections to one host for all its windows, and a stream keeps one: four may stream.
// A window that is used takes the place of another, which rests. (HTTP/2 needs none of this, nor can plain HTTP do it.)
const CROWDED = navigator.locks && performance.getEntriesByType("navigation")[0]?.nextHopProtocol === "http/1.1";
const PLACES = ["live-1", "live-2", "live-3", "live-4"];
let leave = null, asking = false; // leave() gives this window's place back
const sit = (name, how) => new Promise(answer => {
  navigator.locks.request(name, how, lock => { answer(Boolean(lock)); return lock && new Promise(done => { leave = done; }); })
    .catch(() => { leave = null; rest(); }); // taken by a window in use
});
async function seated() {
  if (!CROWDED || leave) return true;
  for (const name of PLACES) if (await sit(name, { ifAvailable: true })) return true;
  return document.hasFocus() && sit(PLACES[Math.floor(Math.random() * PLACES.length)], { steal: true });
}
function rest() {
  drop();
  show("off", "Paused", "This shop is open in many windows; this one rests until you use it again");
}

async function connect() {
  clearTimeout(timer);
  if (source || ended || asking || document.hidden) return;
  asking = true;
  const place = await seated();
  asking = false;
  if (!place) return rest();
  if (source || ended || document.hidden) return;
  source = new EventSource(url);
  heard.clear();
  source.addEventListener("hello", event => {
    const { clients: watching = 1, quiet_ms: quiet } = JSON.parse(event.data || "{}");
    clients = Math.max(1, watching);
    tries = 0;
    show("on", "Live", "Changes by others appear by themselves");
    // Whatever happened while nobody listened: in a gap, or between drawing this page and now. The second is known to
    // be nothing when the hub says that it has been quiet for longer than this page is old.
    if (missed || !(quiet > performance.now() + 1000)) resync();
    missed = false;
  });
  source.addEventListener("resync", () => resync());
  source.addEventListener("renew", event => {
    const { why } = JSON.parse(event.data || "{}");
    drop();
    if (why === "tabs") return rest();
    if (why === "ticket") return ticket();
    again(why === "stop" ? 500 + Math.random() * 1500 : Math.random() * 300);
  });
  source.addEventListener("error", () => {
    const refused = source?.readyState === EventSource.CLOSED;
    drop();
    refused ? ticket() : again();
  });
  listenAll();
}

function drop() {
  source?.close();
  source = null;
  missed = true;
  leave?.();
  leave = null;
}
// Each attempt waits longer, never more than 10 s, and never in step with the others.
function again(wait = Math.min(6700, 700 * 2 ** tries++) * (0.5 + Math.random())) {
  show("off", "Reconnecting", "Changes by others do not appear just now");
  clearTimeout(timer);
  timer = setTimeout(connect, wait);
}
// The ticket is too old, or there is none any more: a person still signed in gets a new one.
async function ticket() {
  show("off", "Reconnecting", "Changes by others do not appear just now");
  let answer;
  try { answer = await post("/live/ticket/"); } catch { return again(); }
  if (signedOut(answer) || answer.status === 403) { ended = true; return show("off", "Signed out", "Reload the page to sign in again"); }
  answer.ok && tries < 2 ? (tries++, connect()) : again();
}

function visibility() {
  clearTimeout(hideTimer);
  if (document.hidden) hideTimer = setTimeout(drop, GRACE_MS);
  else if (!source) { tries = 0; connect(); }
}

if (url) {
  document.addEventListener("visibilitychange", visibility);
  addEventListener("online", () => { tries = 0; if (!source) connect(); });
  addEventListener("focus", () => { if (!source) connect(); });
  addEventListener("pagehide", drop); // the back-forward cache must not keep a stream
  addEventListener("pageshow", event => { if (event.persisted) connect(); });
  document.addEventListener("htmx:after:swap", listenAll);
  connect();
}
