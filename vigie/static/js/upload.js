/**
 * Files: drop, pick, paste. `[data-upload]` (with `data-url`, `data-name`, `data-limit` bytes) holds a `.ups` list and an
 * `input[type=file]`; dropping works on it and on its form, pasting in its form. Each file has its own progress, cancel
 * and retry; a finished one becomes a hidden field `data-name` with the attachment's id.
 */

import { csrf } from "./ask.js";
import { signInAgain } from "./session.js";
import { _, language, ngettext } from "./words.js";

/** As the server writes them (config/wording.py), in steps of 1,024: "184 Ko", "2,4 Mo". @param {number} bytes @returns {string} */
export function size(bytes) {
  if (bytes < 1024) return ngettext("%(n)s byte", "%(n)s bytes", bytes, { n: bytes });
  const step = bytes < 1024 * 1000 ? 1 : bytes < 1024 ** 2 * 1000 ? 2 : 3;
  const value = bytes / 1024 ** step;
  const figure = new Intl.NumberFormat(language, { maximumFractionDigits: step > 1 && value < 10 ? 1 : 0 }).format(value);
  return `${figure}\u00a0${[_("kB"), _("MB"), _("GB")][step - 1]}`;
}

/** @param {HTMLElement} zone @param {Iterable<File>} files */
export function add(zone, files) {
  for (const file of files) row(zone, file);
}

/** Uploads still under way in the form. @param {HTMLFormElement} form @returns {number} */
export const underWay = (form) => form.querySelectorAll(".up:not(.done, .failed)").length;

/** @param {HTMLElement} zone @param {File} file */
function row(zone, file) {
  const list = zone.querySelector(".ups") || zone.closest("form")?.querySelector(".ups");
  if (!list) return;
  const item = document.createElement("li");
  item.className = "up";
  item.innerHTML = '<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d="m16 6-8.4 8.6a2 2 0 0 0 2.8 2.8l8.4-8.6a4 4 0 1 0-5.6-5.6l-8.4 8.5a6 6 0 1 0 8.5 8.5l8.4-8.5"/></svg><span class="clip"></span><span class="muted sm num"></span><button type="button" class="btn ghost sm icon" data-remove><svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d="M18 6 6 18M6 6l12 12"/></svg></button><progress max="100" value="0"></progress>';
  const [label, figure] = /** @type {[HTMLElement, HTMLElement]} */ (/** @type {unknown} */ (item.querySelectorAll("span")));
  const bar = /** @type {HTMLProgressElement} */ (item.querySelector("progress"));
  label.textContent = file.name || _("Screenshot");
  bar.setAttribute("aria-label", _("Uploading %(name)s", { name: label.textContent }));
  item.querySelector("button")?.setAttribute("aria-label", _("Remove %(name)s", { name: label.textContent }));
  figure.textContent = size(file.size);
  list.append(item);
  const limit = Number(zone.dataset["limit"] || 0);
  if (limit && file.size > limit) return fail(item, _("Too large: %(limit)s at most.", { limit: size(limit) }), null);
  send(zone, file, item, bar, figure);
}

/** @param {HTMLElement} zone @param {File} file @param {HTMLElement} item @param {HTMLProgressElement} bar @param {HTMLElement} figure */
function send(zone, file, item, bar, figure) {
  const request = new XMLHttpRequest();
  item.classList.remove("failed");
  item.querySelector(".why")?.remove();
  item.querySelector("[data-retry]")?.remove();
  /** @type {any} */ (item).request = request;
  const again = () => send(zone, file, item, bar, figure);
  request.open("POST", zone.dataset["url"] || "/files/");
  request.setRequestHeader("X-CSRFToken", csrf());
  request.setRequestHeader("X-File-Name", encodeURIComponent(file.name || "capture.png"));
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.upload.onprogress = (event) => {
    if (!event.lengthComputable) return;
    bar.value = (event.loaded / event.total) * 100;
    figure.textContent = _("%(done)s of %(all)s", { done: size(event.loaded), all: size(event.total) });
  };
  request.onload = async () => {
    if (request.status === 201) return finish(zone, item, figure, JSON.parse(request.responseText));
    if (request.status === 401 && (await signInAgain())) return again();
    let reason = _("The server could not take this file.");
    const plain = request.getResponseHeader("X-Request-ID") && (request.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    try { reason = plain ? request.responseText.trim() : JSON.parse(request.responseText).error || reason; } catch { /* not ours: a proxy's page */ }
    fail(item, reason, request.status >= 500 || [401, 408, 429].includes(request.status) ? again : null);
  };
  request.onerror = () => fail(item, _("The connection was lost."), again);
  request.send(file);
}

/** @param {HTMLElement} zone @param {HTMLElement} item @param {HTMLElement} figure @param {{id: string, size: number, name: string}} done */
function finish(zone, item, figure, done) {
  item.classList.add("done");
  item.dataset["id"] = done.id;
  figure.textContent = size(done.size);
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = zone.dataset["name"] || "attachments";
  field.value = done.id;
  item.append(field);
  item.dispatchEvent(new CustomEvent("vigie:uploaded", { bubbles: true, detail: done }));
  zone.closest("form")?.dispatchEvent(new Event("input")); // a draft knows its files
}

/** @param {HTMLElement} item @param {string} reason @param {(() => void) | null} again */
function fail(item, reason, again) {
  item.classList.add("failed");
  const why = document.createElement("span");
  why.className = "why";
  why.setAttribute("role", "alert");
  why.textContent = reason;
  item.append(why);
  if (!again) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn sm";
  button.dataset["retry"] = "";
  button.textContent = _("Try again");
  button.onclick = again;
  item.querySelector("[data-remove]")?.before(button);
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} the zone that takes what happens at `target` */
function zoneOf(target) {
  if (!(target instanceof Element)) return null;
  return target.closest("[data-upload]") || target.closest("form")?.querySelector("[data-upload]") || null;
}

/** Listen on the whole page, so that zones may come and go. */
export function start() {
  document.addEventListener("change", (event) => {
    const input = event.target;
    const zone = zoneOf(input);
    if (!(input instanceof HTMLInputElement) || input.type !== "file" || !zone || !input.files) return;
    add(zone, [...input.files]);
    input.value = "";
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest(".up [data-remove]") : null;
    const item = /** @type {HTMLElement | null} */ (button?.closest(".up") || null);
    if (!item) return;
    event.preventDefault(); // where scripts are off the button sends the form to the same end
    const zone = zoneOf(item);
    /** @type {any} */ (item).request?.abort();
    if (item.dataset["id"] && zone) void fetch(`${zone.dataset["url"]}${item.dataset["id"]}/`, { method: "DELETE", headers: { "X-CSRFToken": csrf() } }).catch(() => undefined);
    const next = /** @type {HTMLElement | null} */ (zone?.querySelector("input[type=file]") || null);
    const form = zone?.closest("form");
    item.remove();
    form?.dispatchEvent(new Event("input"));
    next?.focus();
  });
  document.addEventListener("paste", (event) => {
    const zone = zoneOf(event.target);
    const files = [...(event.clipboardData?.files || [])];
    if (zone && files.length) { event.preventDefault(); add(zone, files); }
  });
  /** @type {Element | null} */
  let over = null;
  /** @param {Element | null} next */
  const mark = (next) => { if (over !== next) { over?.classList.remove("over"); next?.classList.add("over"); over = next; } };
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    const zone = zoneOf(event.target);
    event.preventDefault();
    event.dataTransfer.dropEffect = zone ? "copy" : "none";
    mark(zone && (zone.matches(".drop") ? zone : zone.closest("form")));
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(null); });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    mark(null);
    const zone = zoneOf(event.target);
    if (zone) add(zone, [...event.dataTransfer.files]);
  });
}
