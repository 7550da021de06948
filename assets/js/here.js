// Who else has this row open: this page says that it is, every few seconds, and shows who answers. Nothing waits for it.
import { fragment, morphInside } from "./morph.js";
import { csrf, post } from "./net.js";

const place = document.querySelector("[data-here]");
// One window keeps its name from page to page, so that going to the next page of the row is not leaving.
function tab() {
  let name = sessionStorage.getItem("tab");
  if (!name) sessionStorage.setItem("tab", name = crypto.getRandomValues(new Uint32Array(2)).reduce((all, n) => all + n.toString(36), "t"));
  return name;
}
const edits = () => Boolean(document.querySelector("#asking form[data-keep]"));
let timer = 0, gone = false;

async function beat() {
  clearTimeout(timer);
  // Whoever has another window in front does not look at this one; what they had begun to edit they still edit.
  if (gone || (document.hidden && !edits())) return leave();
  try {
    const answer = await post(place.dataset.here, { tab: tab(), does: edits() ? "edit" : "look" });
    if (answer.status === 403 || answer.status === 404 || answer.redirected) return place.replaceChildren();
    if (answer.ok && !gone) morphInside(place, fragment(await answer.text()));
  } catch { /* the next beat tries again */ }
  clearTimeout(timer);
  if (!gone) timer = setTimeout(beat, Number(place.dataset.hereEvery) * 1000);
}
function leave() {
  clearTimeout(timer);
  const said = new FormData();
  for (const [name, value] of [["csrfmiddlewaretoken", csrf()], ["tab", tab()], ["does", "gone"]]) said.set(name, value);
  navigator.sendBeacon(place.dataset.here, said);
}
if (place) {
  document.addEventListener("visibilitychange", beat);
  addEventListener("pagehide", () => { gone = true; leave(); });
  addEventListener("pageshow", event => { if (event.persisted) { gone = false; beat(); } });
  beat();
}
