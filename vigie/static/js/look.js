/**
 * Markdown as it will look. `[data-look="url"]` holds a textarea, a button `look` and `#look`; the button shows the preview, which
 * then follows what is typed, and hides it again. The server renders, so that what is shown is what is sent.
 */

import { ask } from "./ask.js";
import { show } from "./refresh.js";
import { _ } from "./words.js";

/** @type {WeakMap<Element, number>} */
const timers = new WeakMap();

/** @param {HTMLElement} place */
async function look(place) {
  const into = /** @type {HTMLElement | null} */ (place.querySelector("#look"));
  const text = place.querySelector("textarea");
  if (!into || !text) return;
  const body = new FormData();
  body.set("body", text.value);
  try {
    const answer = await ask(place.dataset["look"] || "", { method: "POST", body });
    show(into, await answer.text());
  } catch {
    into.textContent = _("The preview needs the connection, which is lost for the moment.");
  }
}

/** Begin listening. */
export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[name=look]") : null;
    const place = button?.closest("[data-look]");
    if (!button || !(place instanceof HTMLElement)) return;
    event.preventDefault();
    const open = button.getAttribute("aria-pressed") === "true";
    button.setAttribute("aria-pressed", String(!open));
    if (open) place.querySelector("#look")?.replaceChildren(); else void look(place);
  });
  document.addEventListener("input", (event) => {
    const place = event.target instanceof HTMLTextAreaElement ? event.target.closest("[data-look]") : null;
    if (!(place instanceof HTMLElement) || !place.querySelector("[aria-pressed=true]")) return;
    clearTimeout(timers.get(place));
    timers.set(place, window.setTimeout(() => void look(place), 400));
  });
}
