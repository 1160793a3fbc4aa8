/** Ctrl+K: commands of the page, and tickets, messages and customers by words or number. */

import { ask } from "./ask.js";
import { _ } from "./words.js";

/** @typedef {{text: string, about?: string, act: () => void}} Choice */

/** @type {Choice[]} */
let choices = [];
let at = 0;
let asked = 0;

/** @returns {HTMLDialogElement | null} */
const palette = () => /** @type {HTMLDialogElement | null} */ (document.getElementById("palette"));

/** Open it, empty. */
export function openPalette() {
  const dialog = palette();
  if (!dialog || dialog.open) return;
  dialog.showModal();
  const input = /** @type {HTMLInputElement} */ (dialog.querySelector("input"));
  input.value = "";
  input.focus();
  void fill("");
}

/** Buttons and links of the page that carry words. @returns {Choice[]} */
function commands() {
  /** @type {Choice[]} */
  const found = [];
  const seen = new Set();
  for (const place of document.querySelectorAll(".rail nav a, #ticket-head [data-key], #ticket-head [data-dialog], #ticket-menu [role=menuitem], #me-menu [role^=menuitem]")) {
    const text = (place.getAttribute("aria-label") || [...place.childNodes].filter((node) => !(node instanceof Element && node.matches(".n, .kbd"))).map((node) => node.textContent).join("")).trim();
    if (!text || seen.has(text)) continue;
    seen.add(text);
    found.push({ text, act: () => /** @type {HTMLElement} */ (place).click() });
  }
  return found;
}

/** @param {string} query */
async function fill(query) {
  const plain = (/** @type {string} */ text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const wanted = plain(query).split(/\s+/).filter(Boolean);
  choices = commands().filter((one) => wanted.every((word) => plain(one.text).includes(word))).slice(0, query ? 5 : 12);
  at = 0;
  draw();
  if (!query.trim()) return;
  const mine = (asked += 1);
  const url = palette()?.querySelector("input")?.dataset["search"] || "/console/search/";
  await new Promise((resolve) => { setTimeout(resolve, 120); });
  if (mine !== asked) return;
  try {
    const { hits } = await (await ask(`${url}?quick=1&q=${encodeURIComponent(query)}`)).json();
    if (mine !== asked) return;
    choices = [
      ...hits.map((/** @type {{url: string, text: string, about: string}} */ hit) => ({ text: hit.text, about: hit.about, act: () => { location.href = hit.url; } })),
      ...choices,
      { text: _("Search everywhere for “%(query)s”", { query }), act: () => { location.href = `${url}?q=${encodeURIComponent(query)}`; } },
    ];
    draw();
  } catch { /* the commands remain */ }
}

function draw() {
  const list = document.getElementById("palette-list");
  const input = palette()?.querySelector("input");
  if (!list || !input) return;
  list.replaceChildren(...choices.map((choice, index) => {
    const item = document.createElement("li");
    item.id = `palette-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(index === at));
    const words = document.createElement("span");
    words.className = "clip";
    words.textContent = choice.text;
    item.append(words);
    if (choice.about) { const about = document.createElement("small"); about.className = "end clip"; about.textContent = choice.about; item.append(about); }
    item.onclick = () => run(choice);
    return item;
  }));
  input.setAttribute("aria-activedescendant", choices.length ? `palette-${at}` : "");
  document.getElementById(`palette-${at}`)?.scrollIntoView({ block: "nearest" });
}

/** @param {Choice | undefined} choice */
function run(choice) {
  if (!choice) return;
  palette()?.close();
  choice.act();
}

/** Begin listening. */
export function start() {
  const dialog = palette();
  const input = dialog?.querySelector("input");
  if (!dialog || !input) return;
  input.addEventListener("input", () => void fill(input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); at = (at + (event.key === "ArrowDown" ? 1 : -1) + choices.length) % Math.max(1, choices.length); draw(); }
    else if (event.key === "Enter") { event.preventDefault(); run(choices[at]); }
  });
  document.addEventListener("click", (event) => { if (event.target instanceof Element && event.target.closest("[data-palette]")) openPalette(); });
}
