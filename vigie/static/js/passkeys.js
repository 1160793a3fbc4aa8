/**
 * Passkeys (WebAuthn). A form with `data-passkey` signs in or proves: its options stand in `data-options`, or are fetched
 * from the address in `data-passkey`. A form with `data-passkey-new` makes one. The answer goes into the field
 * `credential`; what the person or the device refused is said in `[data-said]`.
 */

import { _ } from "./words.js";

/** @param {string} text base64url @returns {ArrayBuffer} */
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)).buffer;

/** @param {ArrayBuffer | null | undefined} data @returns {string | undefined} base64url */
const text = (data) => data ? btoa(String.fromCharCode(...new Uint8Array(data))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") : undefined;

/** @param {{id: string}} one */
const withBytes = (one) => ({ ...one, id: bytes(one.id) });

/** @param {any} options as JSON @returns {any} what the browser wants */
function opened({ publicKey }) {
  const key = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (key.user) key.user = withBytes(key.user);
  if (key.allowCredentials) key.allowCredentials = key.allowCredentials.map(withBytes);
  if (key.excludeCredentials) key.excludeCredentials = key.excludeCredentials.map(withBytes);
  return { publicKey: key };
}

/** @param {any} credential @returns {string} JSON for the server */
function closed(credential) {
  const answer = credential.response;
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: text(answer.clientDataJSON),
      attestationObject: text(answer.attestationObject),
      authenticatorData: text(answer.authenticatorData),
      signature: text(answer.signature),
      userHandle: text(answer.userHandle),
      transports: answer.getTransports?.(),
    },
  });
}

/** @param {HTMLFormElement} form @returns {Promise<any>} */
async function options(form) {
  if (form.dataset["options"]) return JSON.parse(form.dataset["options"]);
  const response = await fetch(form.dataset["passkey"] || "", { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()).request_options;
}

/** @param {HTMLFormElement} form */
async function make(form) {
  const wanted = opened(await options(form));
  const alone = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=passwordless]"))?.checked || false;
  Object.assign(wanted.publicKey.authenticatorSelection ||= {}, {
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone ? { userVerification: "required" } : {}),
  });
  return navigator.credentials.create(wanted);
}

/** @param {HTMLFormElement} form */
async function use(form) {
  return navigator.credentials.get(opened(await options(form)));
}

/** @param {HTMLFormElement} form @param {(form: HTMLFormElement) => Promise<Credential | null>} ceremony */
function wire(form, ceremony) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = /** @type {HTMLElement | null} */ (form.querySelector("[data-said]"));
    if (said) said.hidden = true;
    try {
      const credential = await ceremony(form);
      if (!credential) return;
      /** @type {HTMLInputElement} */ (form.elements.namedItem("credential")).value = closed(credential);
      form.submit();
    } catch (refusal) {
      if (said) { said.textContent = words(refusal); said.hidden = false; }
    }
  });
}

/** @param {unknown} refusal @returns {string} */
function words(refusal) {
  const name = refusal instanceof DOMException ? refusal.name : "";
  if (name === "InvalidStateError") return _("This device or key is already in your list.");
  if (name === "NotAllowedError") return _("Nothing was confirmed in time. Try again when you are ready.");
  if (name === "SecurityError") return _("Passkeys work over HTTPS and a host name only.");
  return _("The passkey could not be used. Try again, or choose another way.");
}

/** Wire every passkey form of the page; without WebAuthn they stay hidden. @param {ParentNode} [root] */
export function start(root = document) {
  if (!window.PublicKeyCredential) return;
  for (const form of root.querySelectorAll("form[data-passkey]")) wire(/** @type {HTMLFormElement} */ (form), use);
  for (const form of root.querySelectorAll("form[data-passkey-new]")) wire(/** @type {HTMLFormElement} */ (form), make);
}
