import htmx from "./htmx.js";
import { csrf } from "./net.js";
import "./morph.js";
import "./toasts.js";
import "./theme.js";
import "./menus.js";
import "./keys.js";
import "./bulk.js";
import "./forms.js";
import "./board.js";
import "./files.js";
import "./thread.js";
import "./ask.js";
import "./here.js";
import "./live.js";

// Every write by htmx carries the page's CSRF token, whatever element sent it.
htmx.on("htmx:config:request", event => { event.detail.ctx.request.headers["X-CSRFToken"] = csrf(); });

// A page that fails to load says so in the bar; what is on screen stays.
const offline = () => { const bar = document.getElementById("offbar"); if (bar) bar.hidden = navigator.onLine; };
addEventListener("online", offline);
addEventListener("offline", offline);
offline();
