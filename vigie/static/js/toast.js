/** Toasts: only for what can be undone, or for an error that has no place of its own. */

/**
 * @param {string} text
 * @param {{label: string, act: () => void}} [action]
 * @param {number} [ms] how long it stays; hovering or focusing it holds it
 * @returns {() => void} takes it away
 */
export function toast(text, action, ms = 6000) {
  const shown = document.createElement("div");
  shown.className = "toast";
  const words = document.createElement("span");
  words.textContent = text;
  shown.append(words);
  const away = () => shown.remove();
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.label;
    button.onclick = () => { away(); action.act(); };
    shown.append(button);
  }
  document.getElementById("toasts")?.append(shown);
  const end = () => { if (shown.matches(":hover") || shown.contains(document.activeElement)) setTimeout(end, 1000); else away(); };
  setTimeout(end, ms);
  return away;
}
