/**
 * Clocks tick here; the server sent absolute instants. Every `[data-due]` (ISO instant) shows its words in
 * `[data-words]` (else itself) and wears `soon` or `late`; `data-from` fills its ring (`--p`) or `progress`.
 * Screen readers hear of threshold crossings only, and only where `data-announce` names the thing.
 * `[data-ago]` times say "3 min ago" for an hour; the hook of DESIGN.md "absolute instants + server offset".
 */

import { serverNow } from "./live.js";
import { _, say } from "./words.js";

const SOON = 15 * 60;

/** "4:12" under an hour, "1 h 48" above, "Late by 3 min" after. @param {number} left seconds @returns {string} */
export function countdown(left) {
  if (left <= 0) return _("Late by %(time)s", { time: duration(Math.max(60, Math.floor(-left / 60) * 60)) });
  if (left < 3600) { const whole = Math.ceil(left); return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`; }
  return duration(Math.floor(left / 60) * 60);
}

/** Two units at most. @param {number} seconds @returns {string} */
export function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return _("%(n)s s", { n: Math.round(seconds) });
  if (minutes < 60) return _("%(n)s min", { n: minutes });
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours < 24) return rest ? _("%(h)s h %(m)s", { h: hours, m: String(rest).padStart(2, "0") }) : _("%(n)s h", { n: hours });
  const days = Math.floor(hours / 24);
  return days < 8 && hours % 24 ? `${_("%(n)s d", { n: days })} ${_("%(n)s h", { n: hours % 24 })}` : _("%(n)s d", { n: days });
}

/** Bring every clock of the page up to date. */
export function tick() {
  const now = serverNow();
  for (const place of document.querySelectorAll("[data-due]")) one(/** @type {HTMLElement} */ (place), now);
  for (const place of document.querySelectorAll("time[data-ago]")) {
    const ago = (now - Date.parse(place.getAttribute("datetime") || "")) / 1000;
    if (ago >= 0 && ago < 3600) put(place, ago < 60 ? _("just now") : _("%(time)s ago", { time: duration(ago) }));
  }
}

/** @param {HTMLElement} place @param {number} now */
function one(place, now) {
  const due = Date.parse(place.dataset["due"] || "");
  if (Number.isNaN(due)) return;
  const left = (due - now) / 1000;
  const words = place.querySelector("[data-words]") || place;
  put(words, countdown(left));
  const level = left <= 0 ? "late" : left < SOON ? "soon" : "";
  const before = place.dataset["level"];
  if (before !== level) {
    place.dataset["level"] = level;
    place.classList.toggle("soon", level === "soon");
    place.classList.toggle("late", level === "late");
    if (before !== undefined && level && place.dataset["announce"]) say(`${place.dataset["announce"]} ${countdown(left)}`);
    if (before !== undefined) place.dispatchEvent(new CustomEvent("vigie:threshold", { bubbles: true, detail: { level } }));
  }
  const from = Date.parse(place.dataset["from"] || "");
  if (Number.isNaN(from) || due <= from) return;
  const share = Math.max(0, Math.min(100, ((due - now) / (due - from)) * 100));
  const bar = place.querySelector("progress");
  if (bar) bar.value = share; else place.style.setProperty("--p", share.toFixed(1));
}

/** Write only what changed: an unchanged text node is no mutation. @param {Element} place @param {string} text */
function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** Tick at each full second, slower in the background (browsers see to that). */
export function start() {
  tick();
  const beat = () => { tick(); window.setTimeout(beat, 1000 - (serverNow() % 1000) + 5); };
  window.setTimeout(beat, 1000);
  for (const name of ["vigie:parts", "vigie:connected", "htmx:afterSwap"]) addEventListener(name, tick);
}
