/** The words of the scripts: English here, French from the page's `#words` block. */

/** @type {Record<string, string | string[]>} */
const catalogue = JSON.parse(document.getElementById("words")?.textContent || "{}");

/** The language of the page, `fr` or `en`. */
export const language = document.documentElement.lang || "fr";

/**
 * @param {string} text English, with `%(name)s` placeholders
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function _(text, values) {
  const found = catalogue[text];
  return fill(typeof found === "string" ? found : text, values);
}

/**
 * French counts 0 and 1 as one, English only 1.
 * @param {string} one
 * @param {string} many
 * @param {number} n
 * @param {Record<string, string | number>} [values] `num` is added
 * @returns {string}
 */
export function ngettext(one, many, n, values) {
  const found = catalogue[one];
  const forms = Array.isArray(found) ? found : [one, many];
  const single = language === "fr" ? n < 2 : n === 1;
  return fill(forms[single ? 0 : 1] || many, { num: n, ...values });
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
function fill(text, values) {
  return values ? text.replace(/%\((\w+)\)s/g, (whole, name) => String(values[name] ?? whole)) : text;
}

/** Speak to screen readers without moving anything. @param {string} text */
export function say(text) {
  const place = document.getElementById("spoken");
  if (place) place.textContent = text;
}
