/**
 * A fragment that follows what is filled in. `[data-refresh="url"]` around (or on) fields asks the server for the fragment
 * with their values when one changes, and puts it into `data-into` (a selector). `data-on` is `input` (300 ms after the
 * last key) or `change` (at once); `data-with` adds fields of the form by selector. Elements of the answer that carry
 * `data-swap` take the place of those with their id anywhere on the page. A late answer never overwrites a later one.
 */

import { ask } from "./ask.js";
import { put } from "./parts.js";

/** @type {WeakMap<Element, {timer?: number, asking?: AbortController}>} */
const states = new WeakMap();

/** @param {HTMLElement} place @returns {URLSearchParams} */
function values(place) {
  const form = place.closest("form");
  const fields = place.matches("input, select, textarea") ? [place] : [...place.querySelectorAll("input, select, textarea")];
  const also = form && place.dataset["with"] ? [...form.querySelectorAll(place.dataset["with"])] : [];
  const query = new URLSearchParams();
  for (const field of /** @type {HTMLInputElement[]} */ ([...fields, ...also])) {
    if (field.name && !(["radio", "checkbox"].includes(field.type) && !field.checked)) query.append(field.name, field.value);
  }
  return query;
}

/** @param {HTMLElement} place */
async function refresh(place) {
  const into = document.querySelector(place.dataset["into"] || "");
  if (!(into instanceof HTMLElement)) return;
  const state = states.get(place) || {};
  state.asking?.abort();
  const asking = new AbortController();
  state.asking = asking;
  try {
    const response = await ask(`${place.dataset["refresh"]}?${values(place)}`, { signal: asking.signal });
    const text = await response.text();
    if (!asking.signal.aborted) show(into, text);
  } catch {
    /* Superseded, or no connection: the form is checked again when it is sent. */
  }
}

/** @param {HTMLElement} into @param {string} text HTML of our own server */
export function show(into, text) {
  const made = /** @type {HTMLElement} */ (into.cloneNode(false));
  made.innerHTML = text;
  for (const part of made.querySelectorAll("[data-swap]")) {
    const old = document.getElementById(part.id);
    part.remove();
    if (old && !into.contains(old)) put(old, /** @type {HTMLElement} */ (part));
  }
  put(into, made);
}

/** @param {Event} event */
function changed(event) {
  const place = event.target instanceof Element ? event.target.closest("[data-refresh]") : null;
  if (!(place instanceof HTMLElement) || (place.dataset["on"] || "change") !== event.type) return;
  if (event.isTrusted && place.id) { // what the server said of the value before no longer holds
    document.getElementById(`${place.id}-error`)?.remove();
    place.removeAttribute("aria-invalid");
  }
  const state = states.get(place) || {};
  states.set(place, state);
  clearTimeout(state.timer);
  state.timer = window.setTimeout(() => void refresh(place), event.type === "input" ? 300 : 0);
}

/** Begin listening, on the whole page, so that parts may come and go. */
export function start() {
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
}
