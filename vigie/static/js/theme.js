/** Appearance: `[data-theme-choice]` buttons show it at once and keep it with their form on the server. */

/** Begin listening. */
export function start() {
  document.addEventListener("click", (event) => {
    const choice = event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest("[data-theme-choice]")) : null;
    if (!choice) return;
    const theme = choice.dataset["themeChoice"] || "auto";
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    for (const other of document.querySelectorAll("[data-theme-choice]")) other.setAttribute("aria-checked", String(other === choice));
  });
}
