/**
 * The desk: the ticket that htmx put beside the queue, its topics, who else looks at it, reply and note, read marks.
 * The element `#work` carries `data-conversation`, `data-number`, `data-seq`, `data-read`.
 */

import { ask } from "./ask.js";
import { keep, read, save, write } from "./draft.js";
import { drop, hear, present } from "./live.js";
import { refetch } from "./parts.js";
import { _, say } from "./words.js";

/** @type {number | null} */
let open = null;
/** @type {"viewing" | "writing"} */
let doing = "viewing";
/** @type {number | undefined} */
let idle;

/** @returns {HTMLElement | null} */
const work = () => document.getElementById("work");

/** A ticket came onto the desk, or left it. */
function opened() {
  const place = work();
  const next = Number(place?.dataset["conversation"] || 0) || null;
  document.querySelector(".desk")?.toggleAttribute("data-open", Boolean(next));
  if (next !== open) {
    if (open) { present(open, "gone"); if (!document.querySelector(`#rows [data-id="${open}"]`)) drop([`conversation:${open}`]); }
    open = next;
    doing = "viewing";
    if (open) hear([`conversation:${open}`]);
  }
  for (const row of document.querySelectorAll(".tk")) {
    const on = Number(/** @type {HTMLElement} */ (row).dataset["id"]) === open;
    row.classList.toggle("on", on);
    if (on) row.classList.remove("unread");
    row.querySelector("a")?.toggleAttribute("aria-current", on);
  }
  if (!place || !open) return;
  if (place.dataset["title"]) document.title = place.dataset["title"];
  beat();
  toEnd();
}

/** Show the newest message, or the one the address names. */
function toEnd() {
  const named = location.hash.startsWith("#m") ? document.querySelector(location.hash) : null;
  const thread = document.getElementById("thread");
  if (named) named.scrollIntoView({ block: "center" }); else if (thread) thread.scrollTop = thread.scrollHeight;
}

/** Renew our lease; leases live 40 s. */
function beat() {
  if (open && document.visibilityState === "visible") present(open, doing);
}

/** @param {{people?: {id: number, name: string, initials: string, state: string}[], conversation?: number}} event */
function others(event) {
  const me = Number(document.querySelector("meta[name=person]")?.getAttribute("content"));
  const people = (event.people || []).filter((one) => one.id !== me);
  const snippet = /** @type {HTMLElement | null} */ (document.querySelector(`[data-snip="${event.conversation}"]`));
  const writer = people.find((one) => one.state === "writing");
  if (snippet) {
    snippet.dataset["said"] ??= snippet.textContent || "";
    snippet.textContent = writer ? _("%(name)s is writing…", { name: writer.name.split(" ")[0] || "" }) : snippet.dataset["said"];
    snippet.classList.toggle("typing", Boolean(writer));
  }
  if (event.conversation !== open) return;
  const bar = document.getElementById("collide");
  if (!bar) return;
  const first = writer || people[0];
  if (!first) { bar.replaceChildren(); return; }
  const face = document.createElement("span");
  face.className = `ava s hue-${first.id % 12}`;
  face.setAttribute("aria-hidden", "true");
  face.dataset["initials"] = first.initials;
  const names = people.map((one) => one.name).join(", ");
  bar.replaceChildren(face, writer ? _("%(name)s is writing in this ticket.", { name: writer.name }) : _("%(names)s looks at this ticket.", { names }));
}

/** Reply or note: two drafts, two addresses, one composer. @param {HTMLElement} tab */
function mode(tab) {
  const form = /** @type {HTMLFormElement | null} */ (tab.closest("form"));
  if (!form) return;
  const note = tab.dataset["mode"] === "note";
  const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("body"));
  if (form.classList.contains("is-note") !== note) {
    void save(form);
    const here = read(form);
    form.dataset["kept"] = JSON.stringify({ ...JSON.parse(form.dataset["kept"] || "{}"), [note ? "reply" : "note"]: here["body"] || "" });
    form.dataset["draft"] = (note ? form.dataset["noteDraft"] : form.dataset["replyDraft"]) || "";
    form.action = (note ? form.dataset["note"] : form.dataset["reply"]) || "";
    form.classList.toggle("is-note", note);
    const kept = JSON.parse(form.dataset["kept"])[note ? "note" : "reply"];
    text.value = "";
    if (kept) write(form, { body: kept });
    else if (note) void ask(`/drafts/${form.dataset["draft"]}`).then(async (found) => { if (!text.value) write(form, (await found.json()).data); }).catch(() => undefined);
    for (const other of form.querySelectorAll("[role=tab]")) {
      other.setAttribute("aria-selected", String(other === tab));
      /** @type {HTMLElement} */ (other).tabIndex = other === tab ? 0 : -1;
    }
    const main = /** @type {HTMLElement | null} */ (form.querySelector(".split"));
    const plain = /** @type {HTMLElement | null} */ (form.querySelector("[data-send-note]"));
    if (main) main.hidden = note;
    if (plain) plain.hidden = !note;
    const to = /** @type {HTMLElement | null} */ (form.querySelector("[data-to]"));
    if (to) { to.dataset["was"] ??= to.textContent || ""; to.textContent = (note ? to.dataset["toNote"] : to.dataset["was"]) || ""; }
    text.dataset["was"] ??= text.placeholder;
    text.placeholder = (note ? text.dataset["placeholderNote"] : text.dataset["was"]) || "";
  }
  text.focus();
}

/** Mark what is shown as read, once it is really looked at. */
function seen() {
  const place = work();
  const seq = /** @type {HTMLInputElement | null} */ (document.getElementById("seen-seq"))?.value;
  if (!place?.dataset["read"] || !seq || document.visibilityState !== "visible" || place.dataset["marked"] === seq) return;
  place.dataset["marked"] = seq;
  const body = new FormData();
  body.set("seq", seq);
  void ask(place.dataset["read"], { method: "POST", body }).catch(() => undefined);
}

/** Begin listening. */
export function start() {
  opened();
  addEventListener("htmx:afterSwap", opened);
  addEventListener("htmx:historyRestore", opened);
  addEventListener("popstate", () => setTimeout(opened, 0));
  setInterval(beat, 15000);
  addEventListener("vigie:connected", beat);
  addEventListener("vigie:parts", () => { const place = work(); if (place && open) seen(); });
  document.addEventListener("visibilitychange", () => { if (open) { if (document.visibilityState === "visible") { beat(); seen(); } else present(open, "gone"); } });
  addEventListener("pagehide", () => { if (open) present(open, "gone"); });
  addEventListener("vigie:event", (event) => {
    const told = /** @type {CustomEvent} */ (event).detail;
    if (told.kind === "presence") others(told);
    else if (told.kind === "message.posted" && told.conversation === open && told.data?.author === "customer") say(_("A new message from the customer."));
  });
  document.addEventListener("input", (event) => {
    if (!(event.target instanceof HTMLTextAreaElement) || !event.target.closest("#composer") || !open) return;
    if (doing !== "writing") { doing = "writing"; beat(); }
    clearTimeout(idle);
    idle = window.setTimeout(() => { doing = "viewing"; beat(); }, 8000);
  });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const tab = /** @type {HTMLElement | null} */ (event.target.closest("#composer [role=tab]"));
    if (tab) mode(tab);
    if (event.target.closest("[data-side]")) document.getElementById("side")?.classList.toggle("open");
    const send = /** @type {HTMLButtonElement | null} */ (event.target.closest("#send-menu button"));
    if (send) { event.preventDefault(); const form = /** @type {HTMLFormElement | null} */ (document.getElementById("composer")); if (form) form.requestSubmit(send.form === form ? send : null); }
    const back = event.target.closest("[data-back]");
    if (back && document.querySelector("#rows .tk")) { event.preventDefault(); leave(); }
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Element) || !event.target.matches("#composer [role=tab]") || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = [...document.querySelectorAll("#composer [role=tab]")].find((tab) => tab !== event.target);
    if (other) { event.preventDefault(); mode(/** @type {HTMLElement} */ (other)); /** @type {HTMLElement} */ (other).focus(); }
  });
  addEventListener("htmx:afterSwap", () => { const form = document.querySelector("#composer"); if (form) keep(/** @type {HTMLFormElement} */ (form)); refetch([], 0); });
}

/** Back to the queue (phones: its own screen). */
export function leave() {
  const place = work();
  if (!place) return;
  if (open) present(open, "gone");
  const was = document.querySelector(".tk.on a");
  history.pushState({}, "", document.getElementById("queue")?.dataset["src"] || "/console/");
  delete place.dataset["conversation"];
  opened();
  /** @type {HTMLElement | null} */ (was)?.focus();
}
