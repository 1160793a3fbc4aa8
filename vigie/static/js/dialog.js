/** Dialogs: `[data-dialog="id"]` opens `dialog#id`, `[data-close]` and the veil close it; the focus goes back by itself. */

/** @param {string} id @returns {HTMLDialogElement | null} the dialog, open now */
export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement)) return null;
  if (!dialog.open) dialog.showModal();
  const first = /** @type {HTMLElement | null} */ (dialog.querySelector("[autofocus], input:not([type=hidden]), textarea, select"));
  first?.focus();
  return dialog;
}

/** Begin listening; `dialog[data-open]` (a form that came back refused) opens at once. */
export function start() {
  for (const dialog of document.querySelectorAll("dialog[data-open]")) /** @type {HTMLDialogElement} */ (dialog).showModal();
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = /** @type {HTMLElement | null} */ (event.target.closest("[data-dialog]"));
    if (opener && openDialog(opener.dataset["dialog"] || "")) { event.preventDefault(); return; }
    const dialog = event.target.closest("dialog");
    if (dialog && (event.target.closest("[data-close]") || event.target === dialog)) { event.preventDefault(); dialog.close(); }
  });
}
