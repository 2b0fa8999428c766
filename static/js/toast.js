/** Short notes at the edge of the page, read out by screen readers (base.html: #toasts is a live region). */

const STAYS = 12_000;

/**
 * Show `text` for some seconds, or until it is closed.
 * @param {string} text
 * @param {{href?: string}} [options] where the text leads
 * @returns {HTMLElement} the note
 */
export function toast(text, { href } = {}) {
  const note = document.createElement("div");
  note.className = "toast";
  const words = document.createElement(href ? "a" : "span");
  words.textContent = text;
  if (href) words.setAttribute("href", href);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast__close";
  close.textContent = "×";
  close.setAttribute("aria-label", document.documentElement.dataset.close ?? "Close");
  close.addEventListener("click", () => note.remove());
  note.append(words, close);
  document.getElementById("toasts")?.append(note);
  setTimeout(() => note.remove(), STAYS);
  return note;
}
