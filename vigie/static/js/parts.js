/**
 * Parts of a page that follow the live events. `<div id="rows" data-live>` is refetched when an event arrives: from
 * `data-src` (or the nearest ancestor's), else from the page's own address; the answer's element with the same id takes
 * its place, node by node, so that focus, scroll and typed text stay.
 *
 * Under `data-conversation="12"` only events of that conversation count.
 * `data-live="ticket. message."` narrows to kinds that begin so; any other value listens to everything. `data-hold`
 * waits while the pointer is over the part or the focus in it, and calls `vigie:held` on it with `{count}` instead.
 */

import { ask } from "./ask.js";

/** @type {Set<HTMLElement>} */
const waiting = new Set();
/** @type {number | undefined} */
let timer;
let running = false;
let last = 0;

/** At least so many ms between two rounds, however busy the desk is. */
const GAP = 1000;

/** Refetch these parts soon (at once for `delay` 0); several events make one request. @param {Iterable<HTMLElement>} parts @param {number} [delay] ms */
export function refetch(parts, delay = 120) {
  for (const part of parts) waiting.add(part);
  if (!waiting.size) return;
  clearTimeout(timer);
  timer = window.setTimeout(() => void run(), delay && Math.max(delay, last + GAP - Date.now()));
}

async function run() {
  if (running) { timer = window.setTimeout(() => void run(), 200); return; }
  running = true;
  last = Date.now();
  try {
    /** @type {Map<string, HTMLElement[]>} */
    const groups = new Map();
    for (const part of waiting) {
      waiting.delete(part);
      if (!part.isConnected || !part.id) continue;
      const src = /** @type {HTMLElement | null} */ (part.closest("[data-src]"))?.dataset["src"] || location.href;
      groups.set(src, [...(groups.get(src) || []), part]);
    }
    for (const [src, parts] of groups) {
      const response = await ask(src, { headers: { "X-Parts": parts.map((part) => part.id).join(" ") } });
      apply(new DOMParser().parseFromString(await response.text(), "text/html"), parts);
    }
  } catch {
    /* The next event, or the reconnection, asks again. */
  } finally {
    running = false;
  }
}

/** @param {Document} fresh @param {HTMLElement[]} parts */
function apply(fresh, parts) {
  for (const part of parts) {
    const made = fresh.getElementById(part.id);
    if (made && part.isConnected) put(part, made);
  }
  dispatchEvent(new CustomEvent("vigie:parts"));
}

/** Make `old` like `made`, keeping nodes that did not change. @param {HTMLElement} old @param {HTMLElement} made */
export function put(old, made) {
  const pinned = old.scrollHeight - old.scrollTop - old.clientHeight < 48;
  merge(old, made);
  if (old.hasAttribute("data-pin") && pinned) old.scrollTop = old.scrollHeight;
}

/** @param {Element} old @param {Element} made */
function merge(old, made) {
  if (old.isEqualNode(made)) return;
  if (old.contains(document.activeElement) && document.activeElement?.matches("input, textarea, select") && !made.querySelector(`[id="${document.activeElement.id}"]`)) return;
  for (const name of made.getAttributeNames()) {
    if (name !== "open" && old.getAttribute(name) !== made.getAttribute(name)) old.setAttribute(name, made.getAttribute(name) || "");
  }
  for (const name of old.getAttributeNames()) if (!made.hasAttribute(name) && !["open", "style", "data-done"].includes(name)) old.removeAttribute(name);
  if (old instanceof HTMLInputElement || old instanceof HTMLTextAreaElement || old instanceof HTMLSelectElement) return;
  /** @type {Map<string, Element>} */
  const kept = new Map();
  for (const child of old.children) { const name = key(child); if (name) kept.set(name, child); }
  let place = old.firstChild;
  for (const child of [...made.childNodes]) {
    const name = child instanceof Element ? key(child) : "";
    const match = name ? kept.get(name) : place && !(place instanceof Element && key(place)) && same(place, child) ? place : undefined;
    if (!match) { old.insertBefore(child, place); continue; }
    if (match !== place) old.insertBefore(match, place);
    if (match instanceof Element && child instanceof Element) merge(match, child);
    else if (match.nodeValue !== child.nodeValue) match.nodeValue = child.nodeValue;
    place = match.nextSibling;
  }
  while (place) {
    const next = place.nextSibling;
    if (!(place instanceof Element && place.hasAttribute("data-unsent"))) place.remove(); // a bubble whose words only this page holds
    place = next;
  }
}

/** @param {Element} node @returns {string} */
const key = (node) => node.id || node.getAttribute("data-key") || "";

/** @param {Node} one @param {Node} other */
const same = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName;

/** @param {string} kind of an event @param {number} [conversation] it is about */
function concerned(kind, conversation) {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-live]")]).filter((part) => {
    const own = /** @type {HTMLElement | null} */ (part.closest("[data-conversation]"))?.dataset["conversation"];
    if (own && conversation && own !== String(conversation)) return false;
    const kinds = (part.dataset["live"] || "").split(/\s+/).filter((word) => word.endsWith("."));
    return !kinds.length || kinds.some((prefix) => kind.startsWith(prefix));
  });
}

/** Begin listening. */
export function start() {
  let missed = 0;
  addEventListener("vigie:event", (event) => {
    const { kind, conversation } = /** @type {CustomEvent} */ (event).detail;
    if (kind === "presence") return;
    const parts = concerned(kind, conversation);
    const held = parts.filter((part) => part.hasAttribute("data-hold") && (part.matches(":hover") || part.contains(document.activeElement)));
    if (held.length) {
      missed += 1;
      for (const part of held) part.dispatchEvent(new CustomEvent("vigie:held", { bubbles: true, detail: { count: missed, kind } }));
    }
    refetch(parts.filter((part) => !held.includes(part)));
  });
  addEventListener("vigie:late", () => refetch(concerned("")));
  addEventListener("vigie:release", () => { missed = 0; refetch(/** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-live][data-hold]")), 0); });
}
