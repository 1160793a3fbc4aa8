/**
 * Sending a long form without ever losing it. `<form data-send>` goes out by fetch: a refusal comes back into the page beside
 * its fields, a lost connection is retried until it is back (the form's `client_key` makes that one sending), an ended
 * session asks to sign in over the page. Files under way are waited for. Without scripts the form is an ordinary one.
 */

import { ask, Refused } from "./ask.js";
import { forget, rest } from "./draft.js";
import { underWay } from "./upload.js";
import { _ } from "./words.js";

/** @type {WeakSet<HTMLFormElement>} */
const busy = new WeakSet();

/** @param {number} ms @returns {Promise<void>} done after `ms`, or as soon as the network returns or somebody presses again */
function pause(ms) {
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); removeEventListener("online", done); removeEventListener("vigie:again", done); resolve(); };
    const timer = window.setTimeout(done, ms);
    addEventListener("online", done);
    addEventListener("vigie:again", done);
  });
}

/** @param {HTMLFormElement} form @param {string} words @param {boolean} [failed] */
function tell(form, words, failed = false) {
  const place = form.querySelector("[data-saved]");
  if (!place) return;
  place.textContent = words;
  place.classList.toggle("failed", failed);
}

/** @param {HTMLFormElement} form @returns {Promise<void>} once every file has arrived, failed or was taken out */
async function filesIn(form) {
  while (underWay(form)) {
    tell(form, _("Sending as soon as the files are in…"));
    await new Promise((resolve) => { setTimeout(resolve, 150); });
  }
}

/** @param {HTMLFormElement} form @returns {Promise<void>} */
async function send(form) {
  const button = form.querySelector("button.primary");
  button?.setAttribute("aria-disabled", "true");
  form.setAttribute("aria-busy", "true");
  try {
    await filesIn(form);
    await rest(form);
    const answer = await untilThrough(form);
    const there = answer.headers.get("HX-Redirect");
    forget(form, true);
    location.assign(there || answer.url);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 422 && typeof error.body === "string") replaced(form, error.body);
    else tell(form, _("%(reason)s Nothing is lost: try again.", { reason: error.message }), true);
  } finally {
    button?.removeAttribute("aria-disabled");
    form.removeAttribute("aria-busy");
  }
}

/** @param {HTMLFormElement} form @returns {Promise<Response>} @throws {Refused} */
async function untilThrough(form) {
  for (let tries = 0; ; tries += 1) {
    const body = new FormData(form);
    body.delete("csrfmiddlewaretoken"); // the header carries the one of now
    tell(form, _("Sending…"));
    try {
      return await ask(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 0) throw error;
      tell(form, _("No connection. Everything is kept here, and goes out by itself when the connection is back."), true);
      await pause(Math.min(30, 2 ** tries) * 1000 * (0.75 + Math.random() / 2));
    }
  }
}

/** The form as the server drew it, with what was wrong; files that failed to arrive stay, with their retry. @param {HTMLFormElement} form @param {string} page */
function replaced(form, page) {
  const fresh = new DOMParser().parseFromString(page, "text/html").getElementById(form.id);
  if (!(fresh instanceof HTMLFormElement)) return;
  const failed = [...form.querySelectorAll(".up.failed")];
  form.replaceWith(fresh);
  fresh.querySelector(".ups")?.append(...failed);
  dispatchEvent(new CustomEvent("vigie:parts"));
  const problems = /** @type {HTMLElement | null} */ (fresh.querySelector(".form-errors"));
  problems?.focus();
  problems?.scrollIntoView({ block: "start" });
}

/** Begin listening. */
export function start() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-send]")) return;
    event.preventDefault();
    if (busy.has(form)) { dispatchEvent(new CustomEvent("vigie:again")); return; }
    busy.add(form);
    void send(form).finally(() => busy.delete(form));
  }, true); // before forms.js, which guards the ordinary forms
}
