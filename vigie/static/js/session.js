/**
 * An expired session: a sign-in dialog over the page, nothing below it lost. The dialog shows the server's own
 * sign-in form, and what follows it (a second factor), until the session stands.
 */

import { _ } from "./words.js";

const LOGIN = "/account/login/";

/** @type {Promise<boolean> | null} one dialog at a time, however many requests found the session gone */
let pending = null;

/** @returns {Promise<boolean>} true once the same person is signed in again */
export function signInAgain() {
  pending ||= open().finally(() => { pending = null; });
  return pending;
}

/** @returns {Promise<boolean>} */
function open() {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", _("Sign in again"));
    dialog.innerHTML = '<div class="in"><h2></h2><p class="muted"></p><div class="again"></div><p class="sm"><a target="_blank" rel="opener"></a></p></div>';
    part(dialog, "h2").textContent = _("Your session has ended");
    part(dialog, "p.muted").textContent = _("Sign in to go on where you were. Nothing you typed is lost.");
    const elsewhere = /** @type {HTMLAnchorElement} */ (part(dialog, "a"));
    elsewhere.href = LOGIN;
    elsewhere.textContent = _("Sign in in a new tab (passkey)");
    document.body.append(dialog);
    /** @param {boolean} signedIn */
    const done = (signedIn) => {
      removeEventListener("focus", look);
      dialog.close();
      dialog.remove();
      if (signedIn) renew();
      resolve(signedIn);
    };
    const look = async () => { if (!(await get(LOGIN)).form) done(true); };
    addEventListener("focus", look);
    dialog.addEventListener("cancel", () => done(false));
    dialog.showModal();
    void get(LOGIN).then((page) => (page.form ? show(dialog, page.form, page.url, done) : done(true)));
  });
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLFormElement} form as the server drew it
 * @param {string} url where it stood
 * @param {(signedIn: boolean) => void} done
 */
function show(dialog, form, url, done) {
  part(dialog, ".again").replaceChildren(form);
  const named = document.querySelector("meta[name=person]")?.getAttribute("data-email");
  const login = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=login]"));
  if (login && named && !login.value) login.value = named;
  /** @type {HTMLElement | null} */ (form.querySelector("input:not([type=hidden])"))?.focus();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const target = new URL(form.getAttribute("action") || url, url).href;
    const body = new FormData(form, /** @type {SubmitEvent} */ (event).submitter);
    const page = await get(target, { method: "POST", body });
    if (page.form) show(dialog, page.form, page.url, done); else done(true);
  });
}

/**
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<{form: HTMLFormElement | null, url: string}>} the account form of the page we land on, null when signed in
 */
async function get(url, options) {
  const response = await fetch(url, { credentials: "same-origin", ...options });
  if (!/\/account\//.test(new URL(response.url).pathname)) return { form: null, url: response.url };
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { form: page.querySelector("main form"), url: response.url };
}

/** Sign-in gives a new CSRF token: hand it to every form of the page. */
function renew() {
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  if (!token) return;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) /** @type {HTMLInputElement} */ (field).value = token;
  dispatchEvent(new CustomEvent("vigie:signed-in"));
}

/** @param {Element} root @param {string} selector @returns {Element} */
function part(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
}
