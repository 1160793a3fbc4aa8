/**
 * The key table. Letters are read by what they type (`event.key`), so they follow the layout; they rest while typing, in
 * dialogs and menus, with modifiers, and when the person switched them off (`meta[name=person]` without `data-keys`).
 */

import { leave } from "./desk.js";
import { openDialog } from "./dialog.js";
import { openPalette } from "./palette.js";
import { pick, walk } from "./queue.js";

/** @type {Record<string, () => void>} */
const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  u: leave,
  x: pick,
  r: () => press('[data-key="r"]'),
  n: () => press('[data-key="n"]'),
  a: () => void openDialog("assign-dialog"),
  i: () => press('[data-key="i"]'),
  s: () => press('[data-menu="ticket-menu"]'),
  p: () => void openDialog("priority-dialog"),
  t: () => void openDialog("tag-dialog"),
  z: () => press('[data-key="z"]'),
  e: () => press('[data-key="e"]'),
  "/": openPalette,
  "?": () => void openDialog("keys-dialog"),
};

/** @type {Record<string, string>} */
const GO = { q: "/console/", m: "/console/?place=mine", c: "/console/customers/", h: "/console/?place=high" };

/** @param {string} selector */
function press(selector) {
  /** @type {HTMLElement | null} */ (document.querySelector(selector))?.click();
}

/** @param {EventTarget | null} target */
function typing(target) {
  return target instanceof Element && Boolean(target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog, .menu"));
}

/** Begin listening. */
export function start() {
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); return; }
    if (event.key === "Escape" && event.target instanceof HTMLTextAreaElement && event.target.closest("#composer")) { event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    if (!document.querySelector("meta[name=person]")?.hasAttribute("data-keys")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (Date.now() - going < 1500) {
      going = 0;
      const url = GO[key];
      if (url) { event.preventDefault(); location.href = url; return; }
    }
    if (key === "g") { going = Date.now(); return; }
    const act = KEYS[key];
    if (act) { event.preventDefault(); act(); }
  });
}
