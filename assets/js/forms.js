// Forms: sent once, what was typed is kept, Enter and Esc do what people expect.
const PRIVATE = "input[type=password], input[type=file], input[type=hidden], [data-private]";

// A second press while the first is on its way does nothing. The button is shut one tick later, or its name is not sent.
function shut(form, on) {
  for (const button of form.querySelectorAll("button:not([type=button]), input[type=submit]")) {
    button.disabled = on;
    on ? button.setAttribute("aria-busy", "true") : button.removeAttribute("aria-busy");
  }
}
document.addEventListener("submit", event => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (event.submitter?.dataset.ask && !event.submitter.dataset.asked) return;
  if (form.matches("[data-keep]")) sessionStorage.setItem(`${key(form)}:sent`, "1");
  if (form.matches("[data-signout]")) sessionStorage.clear();
  if (form.matches("[hx-post], [hx-get], [hx-put], [hx-delete]") || form.method === "dialog" || form.target === "_blank") return;
  form.dataset.sent = "1";
  setTimeout(() => shut(form, true));
  // A download answers without leaving the page.
  if (form.matches("[data-download]")) setTimeout(() => { delete form.dataset.sent; shut(form, false); }, 2000);
});
document.addEventListener("htmx:before:request", event => { const form = event.detail.ctx.sourceElement; if (form?.matches?.("form")) shut(form, true); });
document.addEventListener("htmx:finally:request", event => { const form = event.detail.ctx.sourceElement; if (form?.matches?.("form")) shut(form, false); });
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) { delete form.dataset.sent; shut(form, false); } });

// Drafts: a form with data-keep="name" survives a lost network, a closed sign-in, a stray Back. This tab only.
const key = form => `draft:${document.body.dataset.user ?? ""}:${location.pathname}:${form.dataset.keep}`;
const fields = form => [...form.elements].filter(field => field.name && !field.matches(PRIVATE) && !field.matches("button, fieldset, output"));
function save(form) {
  const draft = {};
  for (const field of fields(form)) if (field.type === "checkbox" || field.type === "radio") { if (field.checked) (draft[field.name] ??= []).push(field.value); } else draft[field.name] = [field.value];
  sessionStorage.setItem(key(form), JSON.stringify({ draft, rows: form.querySelectorAll("[data-rows] > *").length }));
}
function forget(form) { sessionStorage.removeItem(key(form)); sessionStorage.removeItem(`${key(form)}:sent`); }
function restore(form) {
  const kept = sessionStorage.getItem(key(form));
  form.dataset.restored = "1";
  // The server drew it again with what was sent: its words are newer than ours.
  if (!kept || form.querySelector("[aria-invalid=true], .note.bad, .conflict")) return;
  const { draft, rows } = JSON.parse(kept);
  for (let more = form.querySelectorAll("[data-rows] > *").length; more < rows; more++) form.querySelector("[data-do=add-line]")?.click();
  let back = false;
  for (const field of fields(form)) {
    const values = draft[field.name] ?? [];
    if (field.type === "checkbox" || field.type === "radio") { const on = values.includes(field.value); back ||= field.checked !== on; field.checked = on; }
    else if (field.name in draft && field.value !== values[0]) { field.value = values[0]; back = true; }
  }
  if (!back) return;
  const note = Object.assign(document.createElement("p"), { className: "note" });
  note.append(Object.assign(document.createElement("span"), { textContent: "What you typed before is back." }));
  const drop = Object.assign(document.createElement("button"), { type: "button", className: "btn tiny", textContent: "Start afresh" });
  drop.addEventListener("click", () => { forget(form); form.reset(); location.reload(); });
  note.append(drop);
  form.prepend(note);
}
document.addEventListener("input", event => { const form = event.target.form; if (form?.matches("[data-keep]")) save(form); });
const restoreAll = () => { for (const form of document.querySelectorAll("form[data-keep]:not([data-restored])")) restore(form); };
restoreAll();
document.addEventListener("htmx:after:swap", restoreAll); // a part of the page that came later
// A form that was sent and is no longer on the page was saved: its draft may go.
for (const name of Object.keys(sessionStorage)) {
  if (!name.startsWith("draft:") || !name.endsWith(":sent")) continue;
  const own = name.slice(0, -5), here = [...document.querySelectorAll("form[data-keep]")].some(form => key(form) === own);
  if (!here) sessionStorage.removeItem(own);
  sessionStorage.removeItem(name);
}

// The first thing that is wrong gets the focus.
document.querySelector("form:not([data-calm]) [aria-invalid=true]")?.focus();
document.addEventListener("htmx:after:swap", event => {
  const target = event.detail.ctx?.target;
  if (target?.isConnected) (target.querySelector?.("[aria-invalid=true]") ?? target.querySelector?.("[autofocus]"))?.focus();
});

document.addEventListener("keydown", event => {
  const form = event.target.form;
  if (!form) return;
  if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) { event.preventDefault(); form.requestSubmit(); }
  if (event.key === "Escape") form.querySelector("[data-cancel]")?.click();
});

// Something hard to undo asks first, in a dialog that names the thing: <button data-ask="dialog-id">.
document.addEventListener("click", event => {
  const button = event.target.closest("[data-ask]");
  if (!button) return;
  event.preventDefault();
  document.getElementById(button.dataset.ask)?.showModal();
});

// A filter is sent as it is changed.
document.addEventListener("change", event => { const form = event.target.closest?.("form[data-auto]"); if (form) form.requestSubmit(); });

// Lines of an order: Django's formset, with rows added and dropped here. <div data-formset="lines"><div data-rows>…
document.addEventListener("click", event => {
  const button = event.target.closest("[data-do=add-line], [data-do=drop-line]"), set = button?.closest("[data-formset]");
  if (!set) return;
  const total = set.querySelector(`[name="${set.dataset.formset}-TOTAL_FORMS"]`), rows = set.querySelector("[data-rows]");
  if (button.dataset.do === "add-line") {
    const template = set.querySelector("template"), box = document.createElement("div");
    box.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    total.value = Number(total.value) + 1;
    const row = box.firstElementChild;
    rows.append(row);
    row.querySelector("input:not([type=hidden]), select")?.focus();
  } else {
    const row = button.closest("[data-rows] > *"), mark = row.querySelector("[name$=-DELETE]");
    if (mark) { mark.checked = true; mark.value = "on"; row.hidden = true; } else row.remove();
  }
  set.closest("form")?.dispatchEvent(new Event("input", { bubbles: true }));
});
