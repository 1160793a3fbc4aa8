/** The queue: J and K walk it, X picks, rows never jump under the pointer, "3 new" says what waits. */

import { ask } from "./ask.js";
import { hear } from "./live.js";
import { refetch } from "./parts.js";
import { toast } from "./toast.js";
import { ngettext } from "./words.js";

/** @returns {HTMLAnchorElement[]} */
const rows = () => [...document.querySelectorAll("#rows .tk > a")].map((row) => /** @type {HTMLAnchorElement} */ (row));

/** Move the focus by `step` rows from the focused or open one. @param {number} step */
export function walk(step) {
  const all = rows();
  const focused = all.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
  const at = focused >= 0 ? focused : all.findIndex((row) => row.closest(".tk")?.classList.contains("on"));
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** Pick or unpick the focused row. */
export function pick() {
  const row = document.activeElement?.closest(".tk") || document.querySelector(".tk.on");
  const box = /** @type {HTMLInputElement | null} */ (row?.querySelector(".pick input") || null);
  if (box) { box.checked = !box.checked; picked(); }
}

/** @returns {HTMLInputElement[]} */
const boxes = () => [.../** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("#rows .pick input:checked"))];

function picked() {
  const bar = /** @type {HTMLElement | null} */ (document.querySelector("[data-picked]"));
  const count = boxes().length;
  if (!bar) return;
  bar.hidden = !count;
  const words = bar.querySelector("span");
  if (words) words.textContent = ngettext("%(num)s selected", "%(num)s selected", count);
}

async function claimAll() {
  /** @type {string[]} */
  const refused = [];
  for (const box of boxes()) {
    try { await ask(`/console/tickets/${box.value}/claim/`, { method: "POST" }); box.checked = false; }
    catch (problem) { refused.push(`#${box.value}: ${problem instanceof Error ? problem.message : problem}`); }
  }
  picked();
  if (refused.length) toast(refused.join(" "), undefined, 10000);
  refetch(/** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#rows, #rail-live, #queue-tabs, #work [data-live]")), 0);
}

/** Presence of the rows that are shown. */
function listen() {
  hear([...document.querySelectorAll("#rows .tk")].slice(0, 40).map((row) => `conversation:${/** @type {HTMLElement} */ (row).dataset["id"]}`));
}

/** Begin listening. */
export function start() {
  listen();
  addEventListener("htmx:afterSwap", listen);
  addEventListener("vigie:parts", () => { listen(); picked(); mark(); });
  addEventListener("htmx:afterSwap", mark);
  document.addEventListener("change", (event) => { if (event.target instanceof Element && event.target.closest(".pick")) picked(); });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest("[data-claim-picked]")) void claimAll();
    if (event.target.closest("[data-unpick]")) { for (const box of boxes()) box.checked = false; picked(); }
    if (event.target.closest("[data-fresh] button")) show();
  });
  document.addEventListener("vigie:held", (event) => {
    const { count, kind } = /** @type {CustomEvent} */ (event).detail;
    const bar = /** @type {HTMLElement | null} */ (document.querySelector("[data-fresh]"));
    const button = bar?.querySelector("button");
    if (!bar || !button || !/^(ticket\.opened|message\.posted)$/.test(kind)) return;
    const n = Number(bar.dataset["n"] || 0) + 1;
    bar.dataset["n"] = String(n);
    button.textContent = ngettext("%(num)s new", "%(num)s new", Math.min(n, count));
    bar.hidden = false;
  });
  const list = () => document.getElementById("rows");
  document.addEventListener("pointerout", (event) => {
    const bar = /** @type {HTMLElement | null} */ (document.querySelector("[data-fresh]"));
    const to = /** @type {Node | null} */ (event.relatedTarget);
    if (event.target instanceof Element && list()?.contains(event.target) && !list()?.contains(to) && !bar?.contains(to)) show();
  });
}

/** The idle moment: let the queue move. */
function show() {
  const bar = /** @type {HTMLElement | null} */ (document.querySelector("[data-fresh]"));
  if (bar) { bar.hidden = true; bar.dataset["n"] = "0"; }
  dispatchEvent(new CustomEvent("vigie:release"));
}

/** The open ticket keeps its mark when rows are drawn anew. */
function mark() {
  const open = document.getElementById("work")?.dataset["conversation"];
  for (const row of document.querySelectorAll("#rows .tk")) {
    const on = Boolean(open) && /** @type {HTMLElement} */ (row).dataset["id"] === open;
    row.classList.toggle("on", on);
    if (on) row.classList.remove("unread");
  }
  const waiting = document.querySelectorAll("#rows .tk.unread").length;
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (waiting) document.title = `(${waiting}) ${document.title}`;
}
