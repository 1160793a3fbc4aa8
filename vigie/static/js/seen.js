/** Read marks: what is shown on a visible page counts as read. `[data-read="url"]` around messages with ids `m<id>`; `data-newest` is the last one drawn. */

import { ask } from "./ask.js";

let told = 0;

async function tell() {
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-read]"));
  if (!place || document.visibilityState !== "visible") return;
  const last = [...place.querySelectorAll(".msg[id^=m]")].map((one) => Number(one.id.slice(1))).filter(Number.isInteger).pop() || 0;
  if (last <= told) return;
  const before = told;
  told = last;
  const body = new FormData();
  body.set("message", String(last));
  try { await ask(place.dataset["read"] || "", { method: "POST", body }); } catch { told = before; }
}

/** Begin: the page itself was marked when the server drew it. */
export function start() {
  told = Number(/** @type {HTMLElement | null} */ (document.querySelector("[data-read]"))?.dataset["newest"] || 0);
  addEventListener("vigie:parts", () => void tell());
  document.addEventListener("visibilitychange", () => void tell());
}
