// htmx's own morph, for the live regions too, and what a morph may never touch: what somebody is typing or has picked.
import htmx from "./htmx.js";

let morphInto = null;
const typed = element => element.matches?.("input, textarea") && !["checkbox", "radio", "hidden"].includes(element.type)
  && (element === document.activeElement || element.value !== element.defaultValue);
// Set by the page, unknown to the server: its absence from an answer means nothing.
const OURS = new Set(["aria-selected", "open", "style", "aria-busy"]);

htmx.registerExtension("ops-morph", {
  init: api => { morphInto = api.morph; },
  htmx_before_morph_node: (element, detail) => {
    if (typed(element)) return false;
    if (element.classList?.contains("flash")) detail.newNode.classList?.add("flash");
    // An open menu or a select in use stays as it is until it is closed.
    return !(element.matches?.("[popover]:popover-open, select:focus"));
  },
  htmx_before_morph_attr: (element, detail) => !(detail.newValue === null
    && (OURS.has(detail.attrName) || (detail.attrName === "aria-current" && element.closest(".lane-tabs")))),
});

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function wrap(node) {
  const box = document.createDocumentFragment();
  box.append(node);
  return box;
}

// Only what can be sent by somebody is worth a second look: new links and forms of htmx.
const powered = "[hx-get], [hx-post], [hx-trigger]";
function process(element) {
  if (element.matches?.(powered) || element.querySelector?.(powered)) htmx.process(element);
}

// What somebody has opened here (a form asked for) is not in an answer drawn for everybody. The answer gets an empty
// stand-in of the same id in the same place, so the morph finds it, skips it, and it keeps its focus and its words.
const KEPT = "[hx-morph-skip]";
let stands = 0;
function spare(existing, root) {
  // What stands inside something that is kept is kept with it.
  const kept = [...existing.querySelectorAll(KEPT)].filter(one => !existing.contains(one.parentElement.closest(KEPT)));
  if (!kept.length || root.querySelectorAll(KEPT).length >= kept.length) return;
  const plain = node => [...node.children].filter(child => !child.matches(KEPT));
  for (const element of kept) {
    if (element.id && root.querySelector(`[id="${CSS.escape(element.id)}"]`)) continue;
    element.id ||= `kept-${++stands}`;
    const path = [];
    for (let at = element; at !== existing; at = at.parentElement) {
      const before = [...at.parentElement.children].slice(0, [...at.parentElement.children].indexOf(at));
      path.unshift(before.filter(child => !child.matches(KEPT)).length);
    }
    let home = root;
    for (const step of path.slice(0, -1)) home = plain(home)[step] ?? home;
    home.insertBefore(element.cloneNode(false), plain(home)[path.at(-1)] ?? null);
  }
}

export function morphOne(existing, fresh) { spare(existing, fresh); morphInto(existing, wrap(fresh), false); process(existing); }
export function morphInside(region, content) { spare(region, content); morphInto(region, content, true); process(region); }
export { process };
