/** Small manners of every form: no double submit, focus on what refused, Ctrl+Enter sends. */

/** Begin listening. */
export function start() {
  const focus = () => /** @type {HTMLElement | null} */ (document.querySelector("[data-focus]"))?.focus();
  focus();
  addEventListener("htmx:afterSwap", focus);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset["sent"]) { event.preventDefault(); return; }
    form.dataset["sent"] = "1";
    const button = /** @type {SubmitEvent} */ (event).submitter;
    button?.classList.add("busy");
    const again = () => { delete form.dataset["sent"]; button?.classList.remove("busy"); };
    addEventListener("pageshow", again, { once: true });
    setTimeout(again, 8000);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !(event.target instanceof HTMLTextAreaElement)) return;
    const form = event.target.form;
    if (form) { event.preventDefault(); form.requestSubmit(/** @type {HTMLElement | null} */ (form.querySelector("[data-default], [type=submit], .btn.primary"))); }
  });
}
