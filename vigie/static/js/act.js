/**
 * Forms that do one thing to what the page shows: `<form data-act>`. Sent without leaving; on success its dialog closes
 * and the live parts are refetched, a refusal stands in its `[data-error]` (or a toast where it has none).
 * `data-quiet` forms change only what a person sees of the page itself (appearance).
 */

import { ask, Refused } from "./ask.js";
import { refetch } from "./parts.js";
import { toast } from "./toast.js";
import { _ } from "./words.js";

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
async function act(form, submitter) {
  if (form.dataset["busy"]) return;
  form.dataset["busy"] = "1";
  submitter?.classList.add("busy");
  const place = /** @type {HTMLElement | null} */ (form.querySelector("[data-error]"));
  if (place) place.textContent = "";
  try {
    const response = await ask(form.action, { method: "POST", body: new FormData(form, submitter) });
    const answer = await response.json();
    form.closest("dialog")?.close();
    if (!form.hasAttribute("data-quiet")) {
      for (const field of form.querySelectorAll("textarea, input:not([type=hidden], [type=radio], [type=checkbox], [type=date])")) /** @type {HTMLInputElement} */ (field).value = "";
      refetch(/** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#work [data-live], #rows, #rail-live, #queue-tabs")), 0);
    }
    if (answer.said) toast(answer.said, answer.url ? { label: _("Open it"), act: () => window.open(answer.url, "_blank", "noopener") } : undefined, 12000);
  } catch (problem) {
    const words = problem instanceof Refused ? problem.message : String(problem);
    if (place) {
      place.innerHTML = '<span class="error" role="alert"></span>';
      /** @type {HTMLElement} */ (place.firstElementChild).textContent = words;
    } else toast(words);
    const field = problem instanceof Refused && problem.body?.field ? form.elements.namedItem(problem.body.field) : null;
    if (field instanceof HTMLElement) { field.setAttribute("aria-invalid", "true"); field.focus(); }
  } finally {
    delete form.dataset["busy"];
    submitter?.classList.remove("busy");
  }
}

/** Begin listening. */
export function start() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-act], [data-quiet]")) return;
    event.preventDefault();
    event.stopPropagation();
    void act(form, /** @type {SubmitEvent} */ (event).submitter);
  }, true);
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.matches("[data-keys-switch]")) {
      document.querySelector("meta[name=person]")?.toggleAttribute("data-keys", box.checked);
      box.form?.requestSubmit();
    }
  });
  document.addEventListener("input", async (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || !field.dataset["suggest"]) return;
    const list = field.list;
    if (!list) return;
    try {
      const found = await (await ask(`${field.dataset["suggest"]}?q=${encodeURIComponent(field.value)}`)).json();
      list.replaceChildren(...found.tags.map((/** @type {string} */ name) => Object.assign(document.createElement("option"), { value: name })));
    } catch { /* suggestions are a courtesy */ }
  });
}
