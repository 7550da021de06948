// A thread: messages are sent without leaving the page, @ offers who may be named, a pasted picture is attached. Without
// this file the form is an ordinary one, and a name that is typed in full tells its person just the same.
import { csrf } from "./net.js";
import { refresh, regions } from "./region.js";

// --- sending: the key of the form goes along until it was taken, so a second press or a lost answer writes nothing twice
const part = (form, name) => form.querySelector(`#thread-${name}`);
const made = (tag, className, textContent) => Object.assign(document.createElement(tag), { className, textContent });
function say(form, error, notes = []) {
  part(form, "error").textContent = error;
  part(form, "text").toggleAttribute("aria-invalid", Boolean(error));
  part(form, "notes").replaceChildren(...notes.map(text => made("p", "note warn", text)));
}

document.addEventListener("submit", async event => {
  const form = event.target;
  if (!form.matches?.("[data-thread-form]")) return;
  event.preventDefault();
  event.stopPropagation();
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  const button = form.querySelector("button[type=submit]"), text = part(form, "text");
  button.setAttribute("aria-busy", "true");
  let said = null;
  try {
    const answer = await fetch(form.action, { method: "POST", credentials: "same-origin", body: new FormData(form), headers: { Accept: "application/json", "X-CSRFToken": csrf() } });
    if (answer.redirected) said = { error: "You are signed out. Sign in in another window, then send it again." };
    else if (answer.headers.get("Content-Type")?.startsWith("application/json")) said = await answer.json();
  } catch { /* no answer: below */ }
  delete form.dataset.sending;
  button.removeAttribute("aria-busy");
  said ??= { error: "The server did not answer. What you wrote is kept here; send it again." };
  say(form, said.error ?? "", said.notes);
  if (said.error) return text.focus();
  const inside = form.querySelector("[value=internal]");
  if (inside) inside.checked = true; // each note to a customer is meant anew
  text.value = part(form, "pick").value = "";
  form.elements.key.value = said.key;
  files(form);
  text.dispatchEvent(new Event("input", { bubbles: true })); // the draft is empty too
  text.focus();
  const region = form.closest(".thread").querySelector("[data-live]");
  if (regions().includes(region)) await refresh(region, [region.dataset.liveIds]);
}, { capture: true });

// --- files: chosen or pasted; each can be taken out again
function files(form) {
  const input = part(form, "pick");
  part(form, "files").replaceChildren(...[...input.files].map((file, at) => {
    const item = document.createElement("li"), out = made("button", "btn tiny quiet", "✕");
    out.type = "button";
    out.setAttribute("aria-label", `Leave out ${file.name}`);
    out.addEventListener("click", () => { put(input, [...input.files].filter((_, other) => other !== at)); files(form); });
    item.append(made("span", "clip small", file.name), out);
    return item;
  }));
}
function put(input, chosen) {
  const data = new DataTransfer();
  for (const file of chosen) data.items.add(file);
  input.files = data.files;
}
document.addEventListener("change", event => { if (event.target.id === "thread-pick") files(event.target.form); });
document.addEventListener("paste", event => {
  const form = event.target.closest?.("[data-thread-form]"), pasted = [...(event.clipboardData?.files ?? [])];
  if (!form || !pasted.length) return;
  event.preventDefault();
  put(part(form, "pick"), [...part(form, "pick").files, ...pasted]);
  files(form);
});

// --- naming: the list is asked for once a page, the choice is told by aria-activedescendant
const asked = new Map();
const people = url => asked.get(url) ?? asked.set(url, fetch(url, { credentials: "same-origin" }).then(answer => answer.ok ? answer.json() : { people: [] }).then(said => said.people, () => [])).get(url);
const named = /(?:^|[^\p{L}\p{N}_@.])@([\p{L}\p{N}'’-]*(?: [\p{L}\p{N}'’-]*)?)$/u;
const field = target => target.matches?.(".mentions textarea") ? target : null;
const list = text => text.parentElement.querySelector("[role=listbox]");
const picked = text => list(text).querySelector("[aria-selected=true]");

function close(text) {
  list(text).hidden = true;
  list(text).replaceChildren();
  text.removeAttribute("aria-activedescendant");
}
function mark(text, item) {
  picked(text)?.setAttribute("aria-selected", "false");
  item.setAttribute("aria-selected", "true");
  text.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}
async function offer(text) {
  const begun = named.exec(text.value.slice(0, text.selectionStart));
  if (!begun) return close(text);
  const everybody = await people(text.dataset.people ?? text.form.dataset.people), words = begun[1].toLowerCase();
  if (document.activeElement !== text || named.exec(text.value.slice(0, text.selectionStart))?.[1] !== begun[1]) return;
  const fit = everybody.filter(({ name }) => ` ${name.toLowerCase()}`.includes(` ${words}`));
  if (!fit.length || fit.some(({ name }) => name.toLowerCase() === words)) return close(text);
  list(text).replaceChildren(...fit.slice(0, 8).map(({ name, role }, at) => {
    const item = made("li", "", "");
    item.id = `${list(text).id}-${at}`;
    item.role = "option";
    item.setAttribute("aria-selected", "false");
    item.dataset.name = name;
    item.append(made("span", "", name), made("small", "", role));
    return item;
  }));
  list(text).hidden = false;
  mark(text, list(text).firstElementChild);
}
function take(text, item) {
  const at = text.selectionStart, begun = named.exec(text.value.slice(0, at));
  close(text);
  if (!begun) return;
  text.setRangeText(`@${item.dataset.name} `, at - begun[1].length - 1, at, "end");
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}
document.addEventListener("input", event => { const text = field(event.target); if (text) offer(text); });
document.addEventListener("focusout", event => { const text = field(event.target); if (text) close(text); });
document.addEventListener("pointerdown", event => { // before the field loses its focus
  const item = event.target.closest?.(".people [role=option]");
  if (!item) return;
  event.preventDefault();
  take(item.closest(".mentions").querySelector("textarea"), item);
});
document.addEventListener("keydown", event => {
  const text = field(event.target);
  if (!text || list(text).hidden) return;
  const items = [...list(text).children], at = items.indexOf(picked(text));
  if (event.key === "ArrowDown") mark(text, items[(at + 1) % items.length]);
  else if (event.key === "ArrowUp") mark(text, items[(at - 1 + items.length) % items.length]);
  else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(text, items[at]);
  else if (event.key === "Escape") close(text);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });
