// The few requests that no element sends: moves, undo, the live ticket. Same headers as htmx, same answers.
export const csrf = () => document.querySelector("meta[name=csrf]")?.content ?? "";

export async function post(url, values = {}) {
  const response = await fetch(url, {
    method: "POST", credentials: "same-origin", redirect: "follow",
    headers: { "X-CSRFToken": csrf(), "HX-Request": "true" },
    body: new URLSearchParams(values),
  });
  hear(response);
  return response;
}

export const get = (url, headers = {}, signal) =>
  fetch(url, { credentials: "same-origin", headers: { "HX-Request": "true", ...headers }, signal });

// HX-Trigger carries events for the page: {"toast": {…}}. htmx reads it for its own requests; this is for ours.
function hear(response) {
  const said = response.headers.get("HX-Trigger");
  if (!said) return;
  let events = {};
  try { events = JSON.parse(said); } catch { for (const name of said.split(",")) events[name.trim()] = {}; }
  for (const [name, detail] of Object.entries(events)) document.dispatchEvent(new CustomEvent(name, { detail }));
}

export const signedOut = response => response.status === 401 || (response.redirected && /\/accounts\/login/.test(response.url));
