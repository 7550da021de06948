// htmx, once, for every module; on window so that the browser tests can ask it things.
import htmx from "htmx.org/dist/htmx.esm.js";
window.htmx = htmx;
export default htmx;
