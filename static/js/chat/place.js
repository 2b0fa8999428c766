/**
 * The element before which message number `seq` goes: the first with a higher one, else the first on its way.
 * @param {HTMLElement} list @param {number} seq @returns {Element | null}
 */
export function placeOf(list, seq) {
  const items = [.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[data-seq]"))];
  let next = null;
  for (let place = items.length - 1; place >= 0 && Number(items[place].dataset.seq) > seq; place -= 1) {
    next = items[place];
  }
  return next ?? list.querySelector("[data-nonce]");
}
