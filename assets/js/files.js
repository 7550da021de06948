// Files of a row: sent one by one with progress (chosen, dropped or shot), a viewer with arrow keys. Without this file the
// form sends everything at once and pictures open by themselves.
import { csrf } from "./net.js";
import { refresh, regions } from "./region.js";
import { toast } from "./toasts.js";

// --- the page asks anew after a change of ours, whether or not the stream is there
function asked(noun, id) {
  const region = regions(noun).find(one => !one.dataset.liveIds || one.dataset.liveIds.split(",").includes(String(id)));
  return region ? refresh(region, [id]) : location.reload();
}
document.addEventListener("subject:changed", event => asked(event.detail.noun, event.detail.id));

// --- sending
const panelOf = element => element.closest?.("[data-files]");
const line = (list, name) => {
  const item = document.createElement("li"), words = Object.assign(document.createElement("span"), { textContent: name, className: "clip" });
  const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
  bar.setAttribute("aria-label", name);
  item.append(words, bar);
  list.append(item);
  return { bar, done: () => item.remove(), refuse: sentence => refuse(item, sentence) };
};
function refuse(item, sentence) {
  item.className = "note bad";
  const close = Object.assign(document.createElement("button"), { type: "button", className: "btn tiny quiet", textContent: "✕" });
  close.setAttribute("aria-label", "Dismiss");
  close.addEventListener("click", () => item.remove());
  item.replaceChildren(Object.assign(document.createElement("span"), { textContent: sentence }), close);
}

const gone = "The server did not answer. Send it again when you are online.";
function send(panel, file, bar) {
  return new Promise(done => {
    const form = new FormData(), request = new XMLHttpRequest();
    const seen = panel.querySelector("[name=visibility]");
    if (seen) form.append("visibility", seen.value);
    form.append("files", file, file.name);
    request.upload.addEventListener("progress", event => { if (event.lengthComputable) bar.value = 100 * event.loaded / event.total; });
    request.addEventListener("load", () => {
      let said = null;
      try { said = JSON.parse(request.responseText); } catch { /* a page: signed out, or a fault */ }
      done(said ?? { kept: [], refused: [{ name: file.name, sentence: request.status < 400 ? "You are signed out. Sign in and send it again." : gone }] });
    });
    for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => done({ kept: [], refused: [{ name: file.name, sentence: `${file.name} was not sent. ${gone}` }] }));
    request.open("POST", panel.dataset.files);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrf());
    request.send(form);
  });
}

async function take(panel, files) {
  const list = panel.querySelector(".ups");
  const waiting = [...files].map(file => ({ file, row: line(list, file.name) }));
  let kept = 0;
  for (const { file, row } of waiting) {
    if (file.size > Number(panel.dataset.max)) { row.refuse(`${file.name} is larger than ${panel.dataset.maxMb} MB, which is the most for one file. Send it smaller, or in parts.`); continue; }
    const said = await send(panel, file, row.bar);
    kept += said.kept.length;
    if (said.refused.length) row.refuse(said.refused[0].sentence); else row.done();
  }
  if (!kept) return;
  toast({ text: kept === 1 ? "Kept 1 file." : `Kept ${kept} files.` });
  asked(panel.dataset.noun, panel.dataset.subject);
}

document.addEventListener("change", event => {
  const panel = event.target.matches?.("#file-pick, #file-shoot") && panelOf(event.target);
  if (!panel || !event.target.files.length) return;
  take(panel, event.target.files);
  event.target.value = "";
});

let over = 0; // a drag passes over the children of the panel too
const carries = event => event.dataTransfer?.types.includes("Files") && panelOf(event.target);
document.addEventListener("dragover", event => {
  const panel = carries(event);
  if (!panel) return;
  event.preventDefault();
  panel.classList.add("over");
  clearTimeout(over);
  over = setTimeout(() => panel.classList.remove("over"), 200);
});
document.addEventListener("drop", event => {
  const panel = carries(event);
  if (!panel) return;
  event.preventDefault();
  panel.classList.remove("over");
  take(panel, event.dataTransfer.files);
});

// --- looking
let viewer = null, shown = 0;
const shots = () => [...document.querySelectorAll("[data-shot]")];
function made() {
  const dialog = Object.assign(document.createElement("dialog"), { className: "viewer" });
  dialog.setAttribute("aria-label", "Photo");
  const part = (tag, className, label, step) => {
    const element = Object.assign(document.createElement(tag), { className });
    if (tag === "button") { element.type = "button"; element.setAttribute("aria-label", label); element.textContent = { "-1": "‹", 1: "›", 0: "✕" }[step]; element.addEventListener("click", () => step ? look(shown + step) : dialog.close()); }
    dialog.append(element);
    return element;
  };
  const parts = { image: part("img", ""), words: part("p", "small"), back: part("button", "btn icon prev", "Photo before", -1), on: part("button", "btn icon next", "Next photo", 1), save: part("a", "btn"), shut: part("button", "btn icon shut", "Close", 0) };
  parts.save.textContent = "Download";
  dialog.addEventListener("keydown", event => {
    if (event.key === "ArrowRight") look(shown + 1);
    if (event.key === "ArrowLeft") look(shown - 1);
  });
  document.body.append(dialog);
  return { dialog, ...parts };
}
function look(at) {
  const all = shots(), shot = all[(at + all.length) % all.length];
  if (!shot) return;
  shown = all.indexOf(shot);
  viewer ??= made();
  viewer.image.src = shot.href;
  viewer.image.alt = shot.dataset.name;
  viewer.words.textContent = `${shown + 1} of ${all.length} · ${shot.dataset.name} · ${shot.dataset.about}`;
  viewer.save.href = `${shot.href}?save=1`;
  viewer.back.hidden = viewer.on.hidden = all.length < 2;
  if (!viewer.dialog.open) viewer.dialog.showModal();
}
document.addEventListener("click", event => {
  const shot = event.target.closest?.("[data-shot]");
  if (!shot || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  look(shots().indexOf(shot));
});
document.documentElement.classList.add("js-files");
