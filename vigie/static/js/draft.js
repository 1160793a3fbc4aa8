/**
 * Nothing typed is lost. `<form data-draft="reply:12">` keeps its named fields: in localStorage at each input, on the
 * server (`PUT /drafts/<place>`) after 800 ms and on `pagehide`; the newer of both comes back when the page opens.
 * The state is told in the form's `.saved` (or any `[data-saved]` in it).
 *
 * Fields with `data-nodraft`, hidden fields, passwords and files are left out; the ids of uploaded files and the `client_key`
 * (a sending whose answer was lost is the same sending after a reload) are kept. Files come back drawn by the server. Restoring fires `input` on each field and
 * `vigie:restored` on the form. `forget(form)` after a send drops both copies. What is typed before this script runs, or
 * while the server is asked for its copy, is kept and never overwritten.
 */

import { ask } from "./ask.js";
import { _ } from "./words.js";

/** @typedef {Record<string, string | string[]>} Fields */

const person = document.querySelector("meta[name=person]")?.getAttribute("content") || "";
/** `typed` names what a person changed before the draft came back, null afterwards. @typedef {{timer?: number, dirty: boolean, sent: string, saving?: Promise<unknown>, typed: Set<string> | null, writing?: boolean}} State */
/** @type {WeakMap<HTMLFormElement, State>} */
const kept = new WeakMap();

/** @param {HTMLFormElement} form @returns {string} */
const name = (form) => `vigie:draft:${person}:${form.dataset["draft"]}`;

/** @param {HTMLFormElement} form @returns {string} */
const address = (form) => `/drafts/${encodeURIComponent(form.dataset["draft"] || "")}`.replace("%3A", ":");

/** What stands in the form. @param {HTMLFormElement} form @returns {Fields} */
export function read(form) {
  /** @type {Fields} */
  const fields = {};
  for (const field of controls(form)) {
    if (field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox")) {
      if (field.type === "checkbox") fields[field.name] = [.../** @type {string[]} */ (fields[field.name] || []), ...(field.checked ? [field.value] : [])];
      else if (field.checked) fields[field.name] = field.value;
    } else fields[field.name] = field.value;
  }
  for (const hidden of form.querySelectorAll("[type=hidden][name=client_key], .ups [type=hidden]")) {
    const { name: known, value } = /** @type {HTMLInputElement} */ (hidden);
    if (known === "client_key") fields[known] = value; else fields[known] = [.../** @type {string[]} */ (fields[known] || []), value];
  }
  return fields;
}

/** @param {HTMLFormElement} form @param {Fields} fields @param {Set<string> | null} [typed] fields to leave; a text both typed and kept gets both */
export function write(form, fields, typed = null) {
  const key = form.querySelector("[type=hidden][name=client_key]");
  if (key instanceof HTMLInputElement && typeof fields["client_key"] === "string") key.value = fields["client_key"];
  for (const field of controls(form)) {
    const value = fields[field.name];
    if (value === undefined) continue;
    if (typed?.has(field.name)) {
      if (field instanceof HTMLTextAreaElement && typeof value === "string" && value.trim() && !field.value.includes(value)) field.value = `${value}\n${field.value}`;
      continue;
    }
    if (field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox")) {
      const on = Array.isArray(value) ? value.includes(field.value) : value === field.value;
      if (field.checked !== on) { field.checked = on; field.dispatchEvent(new Event("change", { bubbles: true })); }
    } else if (typeof value === "string" && field.value !== value) {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  form.dispatchEvent(new CustomEvent("vigie:restored", { bubbles: true }));
}

/** @param {HTMLFormElement} form @returns {(HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[]} */
function controls(form) {
  return /** @type {any[]} */ ([...form.elements]).filter((field) => field.name && field.matches("input, textarea, select") && !field.matches("[data-nodraft], [type=hidden], [type=password], [type=file], [type=submit]"));
}

/** Whether anything worth keeping stands in it. @param {Fields} fields */
const isBlank = (fields) => !Object.entries(fields).some(([name, value]) => name !== "client_key" && (Array.isArray(value) ? value.length : value.trim()));

/** @param {HTMLFormElement} form @param {string} words @param {string} [kind] */
function tell(form, words, kind = "") {
  for (const place of form.querySelectorAll(".saved, [data-saved]")) {
    place.classList.toggle("failed", kind === "failed");
    const text = place.querySelector("span") || place;
    if (text.textContent !== words) text.textContent = words;
  }
}

/** @param {HTMLFormElement} form */
function onInput(form) {
  const state = kept.get(form);
  if (!state) return;
  state.dirty = true;
  const fields = read(form);
  try { localStorage.setItem(name(form), JSON.stringify({ at: Date.now(), fields })); } catch { /* full or forbidden: the server's copy remains */ }
  tell(form, _("Typing…"));
  clearTimeout(state.timer);
  state.timer = window.setTimeout(() => void save(form), 800);
}

/** Hand the draft to the server now. @param {HTMLFormElement} form @param {boolean} [leaving] the page goes away */
export async function save(form, leaving = false) {
  const state = kept.get(form);
  if (!state?.dirty) return;
  const fields = read(form);
  const text = JSON.stringify(fields);
  state.dirty = false;
  if (text === state.sent) { tell(form, _("Draft saved")); return; }
  try {
    state.saving = isBlank(fields)
      ? ask(address(form), { method: "DELETE", keepalive: leaving })
      : ask(address(form), { method: "PUT", json: fields, keepalive: leaving && text.length < 60000 });
    await state.saving;
    state.sent = text;
    tell(form, isBlank(fields) ? "" : _("Draft saved"));
  } catch {
    state.dirty = true;
    tell(form, _("Kept on this device"), "failed");
    if (!leaving) state.timer = window.setTimeout(() => void save(form), 10000);
  }
}

/**
 * It is about to be sent: nothing more goes to the server, and what is under way has arrived, so that no late copy comes
 * back as a draft of what was sent. The next key typed goes on keeping. @param {HTMLFormElement} form
 */
export async function rest(form) {
  const state = kept.get(form);
  if (!state) return;
  clearTimeout(state.timer);
  state.dirty = false;
  await state.saving?.catch(() => undefined);
}

/** It was sent: drop both copies. @param {HTMLFormElement} form @param {boolean} [server] also on the server (the send does it by itself) */
export function forget(form, server = false) {
  const state = kept.get(form);
  if (state) { clearTimeout(state.timer); state.dirty = false; state.sent = ""; }
  try { localStorage.removeItem(name(form)); } catch { /* nothing was kept */ }
  if (server) void ask(address(form), { method: "DELETE", keepalive: true }).catch(() => undefined);
  tell(form, "");
}

/** Bring a kept draft back; that is no typing. @param {HTMLFormElement} form @param {Fields} fields */
function bring(form, fields) {
  const state = kept.get(form);
  if (state) state.writing = true;
  write(form, fields, state?.typed);
  if (state) state.writing = false;
}

/** Names of the fields a person changed before this script ran; none where the browser itself brings a page back. @param {HTMLFormElement} form @returns {Set<string>} */
function early(form) {
  const [arrival] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  if (arrival && arrival.type !== "navigate") return new Set();
  const changed = controls(form).filter((field) =>
    field instanceof HTMLSelectElement ? [...field.options].some((one) => one.selected !== one.defaultSelected) && [...field.options].some((one) => one.defaultSelected)
      : ["radio", "checkbox"].includes(field.type) ? /** @type {HTMLInputElement} */ (field).checked !== /** @type {HTMLInputElement} */ (field).defaultChecked
        : field.value !== field.defaultValue);
  return new Set(changed.map((field) => field.name));
}

/** @param {HTMLFormElement} form */
async function restore(form) {
  /** @type {{at: number, fields: Fields} | null} */
  let here = null;
  try { here = JSON.parse(localStorage.getItem(name(form)) || "null"); } catch { /* unreadable is absent */ }
  if (form.hasAttribute("data-fresh")) return;
  if (here && !isBlank(here.fields)) bring(form, here.fields);
  try {
    const answer = await (await ask(address(form))).json();
    const there = Date.parse(answer.at);
    if (answer.data && (!here || there > here.at + 1000)) bring(form, answer.data);
    tell(form, _("Draft restored"));
  } catch { /* 404: there is none; offline: the local copy stands */ }
}

/** Keep one form; safe to call again. @param {HTMLFormElement} form */
export function keep(form) {
  if (kept.has(form)) return;
  /** @type {State} */
  const state = { dirty: false, sent: "", typed: early(form) };
  kept.set(form, state);
  /** @param {Event} event */
  const changed = (event) => {
    if (state.writing) return;
    if (event.target !== form) state.typed?.add(/** @type {HTMLInputElement} */ (event.target).name);
    onInput(form);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  void restore(form).then(() => {
    const before = state.typed?.size;
    state.typed = null;
    if (before) onInput(form);
  });
}

/** Keep every `form[data-draft]`, now and after parts were replaced. */
export function start() {
  const all = () => { for (const form of document.querySelectorAll("form[data-draft]")) keep(/** @type {HTMLFormElement} */ (form)); };
  all();
  for (const event of ["vigie:parts", "htmx:afterSwap", "vigie:swapped"]) addEventListener(event, all);
  const flush = () => { for (const form of document.querySelectorAll("form[data-draft]")) void save(/** @type {HTMLFormElement} */ (form), true); };
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });
}
