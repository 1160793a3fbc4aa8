/**
 * The page stays true without F5. Topics come from every `[data-topics]` (separated by spaces or commas).
 * Events are hints; listeners refetch what changed. WebSocket first, Server-Sent Events where it is blocked, resumed by
 * the last event id, back-off 0.5 to 30 s with jitter, at once when the page becomes visible or the network returns.
 *
 * Anybody may listen: `addEventListener("vigie:event", (e) => e.detail)` where detail is
 * `{id, kind, conversation, data}`, or `{kind: "presence", conversation, people}`; `vigie:late` when too much was
 * missed to replay. `hear(topics)` adds topics later, `drop(topics)` removes them.
 */

import { _ } from "./words.js";

/** @typedef {{id?: number, kind: string, conversation?: number, data?: Record<string, any>, people?: {id: number, name: string, initials: string, state: string}[], now?: string, code?: number}} LiveEvent */

/** @type {Set<string>} */
const topics = new Set();
/** @type {number | null} */
let cursor = null;
/** @type {WebSocket | null} */
let socket = null;
/** @type {EventSource | null} */
let source = null;
let failures = 0;
let sockets = 0;
let stopped = false;
/** @type {number | undefined} */
let timer;
/** @type {number | undefined} */
let bannerTimer;

/** Seconds the browser's clock is behind the server's. */
export let offset = 0;

/** @returns {number} the server's now, in milliseconds since 1970 */
export const serverNow = () => Date.now() + offset * 1000;

/** @param {Iterable<string>} more */
export function hear(more) {
  const before = topics.size;
  for (const topic of more) if (topic) topics.add(topic);
  if (topics.size === before || timer) return;
  timer = window.setTimeout(reconnect, 40);
}

/** @param {Iterable<string>} fewer */
export function drop(fewer) {
  for (const topic of fewer) topics.delete(topic);
}

/** Staff and customers: who looks at a conversation. @param {number} conversation @param {"viewing" | "writing" | "gone"} state */
export function present(conversation, state) {
  const said = JSON.stringify({ presence: { conversation, state } });
  if (socket?.readyState === WebSocket.OPEN) socket.send(said);
  else if (source) void fetch("/live", { method: "POST", body: said, credentials: "same-origin", keepalive: true }).catch(() => undefined);
}

/** @param {string} stamp ISO instant of the server @returns {void} */
function setOffset(stamp) {
  const at = Date.parse(stamp);
  if (!Number.isNaN(at)) offset = (at - Date.now()) / 1000;
}

function reconnect() {
  clearTimeout(timer);
  timer = undefined;
  if (stopped || !topics.size) return;
  if (socket) { const old = socket; socket = null; old.onclose = null; old.close(); }
  if (source) { source.close(); source = null; }
  if (sockets >= 3) viaEvents(); else viaSocket();
}

function viaSocket() {
  const opened = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`);
  let heard = false;
  socket = opened;
  opened.onopen = () => opened.send(JSON.stringify({ topics: [...topics], after: cursor }));
  opened.onmessage = (message) => { heard = true; sockets = 0; take(JSON.parse(message.data)); };
  opened.onclose = (event) => {
    if (socket === opened) socket = null;
    if (!heard) sockets += 1;
    lost(event.code);
  };
}

function viaEvents() {
  const query = new URLSearchParams({ topics: [...topics].join(","), after: cursor === null ? "" : String(cursor) });
  const opened = new EventSource(`/live?${query}`);
  source = opened;
  opened.onmessage = (message) => take(JSON.parse(message.data));
  opened.onerror = () => { opened.close(); if (source === opened) source = null; lost(0); };
}

/** @param {LiveEvent} event */
function take(event) {
  if (typeof event.id === "number") cursor = Math.max(cursor ?? 0, event.id);
  if (event.kind === "hello") {
    failures = 0;
    if (event.now) setOffset(event.now);
    clearTimeout(bannerTimer);
    bannerTimer = undefined;
    document.querySelector(".offline")?.remove();
    dispatchEvent(new CustomEvent("vigie:connected"));
    return;
  }
  if (event.kind === "closed") { lost(event.code || 0); return; }
  if (event.kind === "late" || event.kind === "reload") { dispatchEvent(new CustomEvent("vigie:late")); return; }
  dispatchEvent(new CustomEvent("vigie:event", { detail: event }));
}

/** @param {number} code of the close; 4401: the session has ended, 4403: these pages may not listen */
function lost(code) {
  if (stopped) return;
  if (code === 4403) { stopped = true; return; }
  if (code === 4401) { dispatchEvent(new CustomEvent("vigie:session")); }
  failures += 1;
  const pause = Math.min(30, 0.5 * 2 ** (failures - 1)) * (0.5 + Math.random());
  clearTimeout(timer);
  timer = window.setTimeout(reconnect, Math.min(30, pause) * 1000);
  bannerTimer ??= window.setTimeout(banner, 3000);
}

function banner() {
  if (document.querySelector(".offline") || document.visibilityState === "hidden") { bannerTimer = undefined; return; }
  const shown = document.createElement("div");
  shown.className = "offline";
  shown.setAttribute("role", "status");
  shown.textContent = _("Connection lost. You can go on writing; we reconnect by ourselves.");
  document.body.append(shown);
}

/** Begin: read the page's topics and the server's clock. */
export function start() {
  setOffset(document.querySelector("meta[name=server-now]")?.getAttribute("content") || "");
  /** @type {string[]} */
  const found = [];
  for (const place of document.querySelectorAll("[data-topics]")) found.push(...(place.getAttribute("data-topics") || "").split(/[\s,]+/));
  hear(found);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && !socket && !source && topics.size) { failures = 0; reconnect(); }
  });
  addEventListener("online", () => { failures = 0; if (!socket && !source) reconnect(); });
  addEventListener("vigie:signed-in", () => { failures = 0; reconnect(); });
  addEventListener("pagehide", () => { stopped = true; socket?.close(); source?.close(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { stopped = false; dispatchEvent(new CustomEvent("vigie:late")); reconnect(); } });
}
