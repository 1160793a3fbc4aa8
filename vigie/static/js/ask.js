/** Requests to the server: CSRF, and the sign-in dialog when the session has ended. */

import { _ } from "./words.js";
import { signInAgain } from "./session.js";

/** An answer that is not a success; `status` 0 is a lost connection, `body` what the server said (JSON or text). */
export class Refused extends Error {
  /** @param {number} status @param {any} body @param {Response | null} [response] */
  constructor(status, body, response = null) {
    super((body && (body.error || body.message)) || (status ? _("The server could not do this (%(status)s).", { status }) : _("No connection to the server.")));
    this.status = status;
    this.body = body;
    this.response = response;
  }
}

/** @returns {string} the CSRF token: the cookie's, which changes at sign-in, else the page's */
export function csrf() {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
  return cookie?.[1] || document.querySelector("meta[name=csrf-token]")?.getAttribute("content") || "";
}

/**
 * Fetch from our own server. Waits for the person to sign in again where the session has ended, then repeats once.
 * @param {string} url
 * @param {RequestInit & {json?: unknown}} [options] `json` is sent as the body
 * @returns {Promise<Response>}
 * @throws {Refused}
 */
export async function ask(url, options = {}) {
  const response = await once(url, options);
  if (response.status === 401 || (response.redirected && /\/account\/(login|reauthenticate)/.test(response.url))) {
    if (await signInAgain()) return checked(await once(url, options));
  }
  return checked(response);
}

/** @param {string} url @param {RequestInit & {json?: unknown}} options @returns {Promise<Response>} */
async function once(url, { json, ...options }) {
  const headers = new Headers(options.headers);
  headers.set("X-Requested-With", "fetch");
  if ((options.method || "GET") !== "GET") headers.set("X-CSRFToken", csrf());
  if (json !== undefined) headers.set("Content-Type", "application/json");
  try {
    return await fetch(url, { credentials: "same-origin", ...options, headers, ...(json !== undefined ? { body: JSON.stringify(json) } : {}) });
  } catch {
    throw new Refused(0, null);
  }
}

/** @param {Response} response @returns {Promise<Response>} */
async function checked(response) {
  if (response.ok) return response;
  const text = await response.text();
  let body = /** @type {any} */ (text);
  try { body = JSON.parse(text); } catch { /* an HTML or plain answer is its own body */ }
  throw new Refused(response.status, body, response);
}
