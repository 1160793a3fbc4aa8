/**
 * Sending a message. `<form data-composer data-thread="thread" data-draft="reply:12" data-seen="7">` with `body`,
 * `client_key`, hidden `attachments`. The bubble stands in the thread at once as "Sending…"; the same client key is
 * used for every retry, so that nothing is sent twice.
 *
 * The server answers with JSON `{undo: url, until: ISO}` (a held reply), `{}`, or HTML whose elements with an id replace
 * those of the page. A refusal is JSON `{error}`; `{error, newer: seq}` asks once whether to send all the same.
 */

import { ask, Refused } from "./ask.js";
import { forget, write } from "./draft.js";
import { serverNow } from "./live.js";
import { put, refetch } from "./parts.js";
import { toast } from "./toast.js";
import { underWay } from "./upload.js";
import { _ } from "./words.js";

/** What left the composer and has not arrived, by client key: a closed tab sends it when the page is opened again. @param {HTMLFormElement} form */
const shelf = (form) => `vigie:unsent:${document.querySelector("meta[name=person]")?.getAttribute("content")}:${form.dataset["draft"]}`;

/** @param {HTMLFormElement} form @returns {Record<string, [string, string][]>} */
function shelved(form) {
  try { return JSON.parse(localStorage.getItem(shelf(form)) || "{}"); } catch { return {}; }
}

/** @param {HTMLFormElement} form @param {FormData} data @param {boolean} kept false: it arrived, or stands in the composer again */
function keep(form, data, kept) {
  const all = shelved(form);
  const key = String(data.get("client_key"));
  if (kept) all[key] = /** @type {[string, string][]} */ ([...data.entries()].filter(([, value]) => typeof value === "string")); else delete all[key];
  try {
    if (Object.keys(all).length) localStorage.setItem(shelf(form), JSON.stringify(all)); else localStorage.removeItem(shelf(form));
  } catch { /* full or forbidden: the bubble still holds it */ }
}

/** Send what an earlier page could not; the key makes it one message however often it arrives. @param {HTMLFormElement} form */
function resume(form) {
  for (const fields of Object.values(shelved(form))) {
    const data = new FormData();
    for (const [name, value] of fields) data.append(name, value);
    const body = String(data.get("body") || "");
    const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("body"));
    if (text.value.trim() === body.trim()) write(form, { body: "" });
    void deliver(form, data, draw(form, body, data.getAll("attachments").length), body, []);
  }
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} [submitter] */
export async function send(form, submitter = null) {
  const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("body"));
  const error = place(form);
  error.textContent = "";
  if (underWay(form)) { error.textContent = _("Wait until the files are uploaded, or remove them."); return; }
  const data = new FormData(form, submitter);
  data.delete("csrfmiddlewaretoken"); // the header carries the one of now, also after a new sign-in
  if (!text.value.trim() && !data.has("attachments")) { text.focus(); return; }
  const before = text.value;
  const files = [...form.querySelectorAll(".ups > .up.done")];
  const bubble = draw(form, before, files.length);
  text.value = "";
  files.forEach((file) => file.remove());
  newKey(form);
  keep(form, data, true);
  await deliver(form, data, bubble, before, files);
}

/** @param {HTMLFormElement} form @param {FormData} data @param {HTMLElement} bubble @param {string} before @param {Element[]} files */
async function deliver(form, data, bubble, before, files) {
  bubble.className = "msg me sending";
  state(bubble, _("Sending…"));
  try {
    const target = /** @type {string} */ (data.get("_action")) || form.getAttribute("action") || location.href;
    const response = await ask(target, { method: "POST", body: data, headers: { "HX-Request": "true", Accept: "application/json, text/html" } });
    keep(form, data, false);
    const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("body"));
    forget(form);
    if (text.value) text.dispatchEvent(new Event("input", { bubbles: true })); // typed meanwhile: a draft again
    const there = response.headers.get("HX-Redirect");
    if (there) { location.assign(there); return; }
    const type = response.headers.get("Content-Type") || "";
    if (type.includes("json")) held(form, await response.json(), bubble, before, files);
    else { take(await response.text()); bubble.remove(); }
  } catch (problem) {
    refuse(form, problem, data, bubble, before, files);
  }
}

/** @param {HTMLFormElement} form @param {{undo?: string, until?: string, shown?: boolean}} answer @param {HTMLElement} bubble @param {string} before @param {Element[]} files */
function held(form, answer, bubble, before, files) {
  bubble.classList.remove("sending");
  const thread = document.getElementById(form.dataset["thread"] || "");
  const settle = () => { bubble.remove(); if (thread) refetch([/** @type {HTMLElement} */ (thread.closest("[data-live]") || thread)], 0); };
  if (!answer.undo || !answer.until) { settle(); return; }
  const left = Math.max(1000, Date.parse(answer.until) - serverNow());
  state(bubble, _("Sent in a few seconds"));
  const away = toast(_("The reply is on its way."), { label: _("Undo"), act: () => void undo(form, answer.undo || "", bubble, before, files) }, left);
  setTimeout(() => { away(); settle(); }, left + 1500);
}

/** @param {HTMLFormElement} form @param {string} url @param {HTMLElement} bubble @param {string} before @param {Element[]} files */
async function undo(form, url, bubble, before, files) {
  try {
    await ask(url, { method: "POST", headers: { Accept: "application/json" } });
    bubble.remove();
    back(form, before, files);
  } catch (problem) {
    place(form).textContent = problem instanceof Refused ? problem.message : String(problem);
  }
}

/** @param {HTMLFormElement} form @param {unknown} problem @param {FormData} data @param {HTMLElement} bubble @param {string} before @param {Element[]} files */
function refuse(form, problem, data, bubble, before, files) {
  if (!(problem instanceof Refused)) throw problem;
  if (problem.status === 0 || problem.status >= 500) {
    bubble.className = "msg me failed";
    state(bubble, problem.message);
    const again = document.createElement("button");
    again.type = "button";
    again.className = "linkish";
    again.textContent = _("Send again");
    again.onclick = () => void deliver(form, data, bubble, before, files);
    bubble.querySelector(".st")?.append(" ", again);
    if (problem.status === 0) addEventListener("online", () => { if (again.isConnected) again.click(); }, { once: true });
    return;
  }
  bubble.remove();
  keep(form, data, false);
  const keyField = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("client_key"));
  if (keyField) keyField.value = String(data.get("client_key"));
  back(form, before, files);
  if (typeof problem.body === "string" && problem.body.includes("<")) { take(problem.body); return; }
  if (problem.body?.newer !== undefined) {
    form.dataset["seen"] = String(problem.body.newer);
    const seen = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("seen_seq"));
    if (seen) seen.value = String(problem.body.newer);
    const thread = document.getElementById(form.dataset["thread"] || "");
    if (thread) refetch([/** @type {HTMLElement} */ (thread.closest("[data-live]") || thread)], 0);
  }
  place(form).textContent = problem.message;
}

/** Give the text and files back to the composer, in front of anything typed meanwhile. @param {HTMLFormElement} form @param {string} before @param {Element[]} files */
function back(form, before, files) {
  const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("body"));
  write(form, { body: text.value.trim() ? `${before}\n\n${text.value}` : before });
  form.querySelector(".ups")?.prepend(...files);
  text.focus();
}

/** @param {HTMLFormElement} form @param {string} body @param {number} files @returns {HTMLElement} the bubble, in the thread */
function draw(form, body, files) {
  const bubble = document.createElement("article");
  bubble.className = `msg me sending${form.classList.contains("is-note") ? " note" : ""}`;
  bubble.dataset["unsent"] = "";
  bubble.dataset["key"] = crypto.randomUUID?.() || String(Math.random());
  bubble.innerHTML = '<div class="body"><div class="prose"><p></p></div><div class="st" role="status"></div></div>';
  const face = /** @type {HTMLElement} */ (document.querySelector(".me > .ava, .account > .ava")?.cloneNode(true) || document.createElement("span"));
  face.classList.remove("lg");
  bubble.prepend(face);
  const words = /** @type {HTMLElement} */ (bubble.querySelector("p"));
  words.textContent = body + (files ? ` (${files})` : "");
  words.style.whiteSpace = "pre-wrap";
  const thread = document.getElementById(form.dataset["thread"] || "");
  thread?.append(bubble);
  if (thread?.matches("[data-pin]")) thread.scrollTop = thread.scrollHeight; else bubble.scrollIntoView({ block: "nearest" });
  return bubble;
}

/** @param {HTMLElement} bubble @param {string} words */
function state(bubble, words) {
  const line = bubble.querySelector(".st");
  if (line) line.textContent = words;
}

/** @param {string} html every element with an id replaces its namesake of the page */
function take(html) {
  const made = new DOMParser().parseFromString(html, "text/html");
  for (const part of made.querySelectorAll("[id]")) {
    const old = document.getElementById(part.id);
    if (old && part instanceof HTMLElement && !part.parentElement?.closest("[id]")) put(old, part);
  }
  dispatchEvent(new CustomEvent("vigie:parts"));
}

/** @param {HTMLFormElement} form @returns {HTMLElement} where the form says what went wrong */
function place(form) {
  let found = /** @type {HTMLElement | null} */ (form.querySelector("[data-error]"));
  if (!found) {
    found = document.createElement("div");
    found.dataset["error"] = "";
    found.className = "error";
    found.setAttribute("role", "alert");
    form.append(found);
  }
  return found;
}

/** @param {HTMLFormElement} form */
function newKey(form) {
  const field = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("client_key"));
  if (field) field.value = uuid();
}

/** @returns {string} a random UUID, also on plain HTTP where crypto.randomUUID is missing */
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] || 0) & 15) | 64;
  bytes[8] = ((bytes[8] || 0) & 63) | 128;
  return [...bytes].map((byte, at) => ([4, 6, 8, 10].includes(at) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

/** Begin listening. */
export function start() {
  for (const form of document.querySelectorAll("form[data-composer]")) resume(/** @type {HTMLFormElement} */ (form));
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-composer]")) return;
    event.preventDefault();
    event.stopPropagation();
    void send(form, /** @type {SubmitEvent} */ (event).submitter);
  }, true);
}
