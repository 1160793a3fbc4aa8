/**
 * Menus: a button `[data-menu="id"]` opens the popover `.menu#id` beside itself. Arrows, Home, End and first letters move,
 * Escape closes and gives the focus back. Without a script the popover attribute keeps the menu closed and harmless.
 */

/** @param {HTMLElement} button @param {HTMLElement} menu */
function place(button, menu) {
  const box = button.getBoundingClientRect();
  const own = menu.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.right - own.width, innerWidth - own.width - 8));
  const startLeft = box.left + own.width < innerWidth - 8 ? box.left : left;
  const below = box.bottom + 6 + own.height < innerHeight || box.top < own.height;
  menu.style.left = `${startLeft}px`;
  menu.style.top = below ? `${Math.min(box.bottom + 6, Math.max(8, innerHeight - own.height - 8))}px` : `${box.top - own.height - 6}px`;
}

/** @param {HTMLElement} menu @returns {HTMLElement[]} */
const items = (menu) => [.../** @type {NodeListOf<HTMLElement>} */ (menu.querySelectorAll("[role^=menuitem]:not([disabled])"))].filter((item) => item.offsetParent !== null);

/** @param {HTMLElement} button @param {HTMLElement} menu */
function open(button, menu) {
  menu.showPopover();
  place(button, menu);
  button.setAttribute("aria-expanded", "true");
  (items(menu)[0] || menu).focus();
}

/** Begin listening. */
export function start() {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const button = /** @type {HTMLElement | null} */ (event.target.closest("[data-menu]"));
    const menu = button && document.getElementById(button.dataset["menu"] || "");
    if (button && menu) {
      event.preventDefault();
      if (menu.dataset["closed"] && Date.now() - Number(menu.dataset["closed"]) < 200) return; // the same press closed it
      open(button, menu);
      return;
    }
    const inside = event.target.closest(".menu");
    if (inside && event.target.closest("[role^=menuitem]")) /** @type {HTMLElement} */ (inside).hidePopover();
  });
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.matches(".menu") || /** @type {ToggleEvent} */ (event).newState !== "closed") return;
    menu.dataset["closed"] = String(Date.now());
    const button = /** @type {HTMLElement | null} */ (document.querySelector(`[data-menu="${menu.id}"]`));
    button?.setAttribute("aria-expanded", "false");
    if (menu.contains(document.activeElement) || document.activeElement === document.body) button?.focus();
  }, true);
  document.addEventListener("keydown", (event) => {
    const menu = event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest(".menu")) : null;
    if (!menu) return;
    const all = items(menu);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) { event.preventDefault(); event.stopPropagation(); all[(to + all.length) % all.length]?.focus(); }
    else if (event.key === "Tab") menu.hidePopover();
    else if (/^\S$/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      event.stopPropagation();
      [...all.slice(at + 1), ...all].find((item) => item.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    }
  }, true);
}
