/**
 * Changes of the schedule on open pages: the server says each in the reader's own words and zone, and sends the pieces of
 * the session as it is now; elements with `data-session` take those that they show (`data-part`).
 */

import { live } from "./live.js";
import { toast } from "./toast.js";

const SPREAD = 600; // ms; a hall of readers does not ask in one and the same moment

/** @typedef {{session: string, sequence: number, url: string}} Change */

/** @type {Set<string>} */
const seen = new Set();

live.on("edition", (frame) => {
  if (frame.kind === "schedule") take(/** @type {any} */ (frame));
});
live.addEventListener("state", () => {
  if (live.isOpen) catchUp();
});

/** Ask for what changed between the making of this page, or the end of the last connection, and now. */
async function catchUp() {
  const holder = /** @type {HTMLElement | null} */ (document.querySelector("[data-as-of]"));
  if (!holder?.dataset.changes) return;
  const response = await ask(`${holder.dataset.changes}?after=${encodeURIComponent(holder.dataset.asOf ?? "")}`);
  if (!response?.ok) return;
  const answer = await response.json();
  await Promise.all(answer.changes.map(take));
  const isMissing = answer.changes.some((/** @type {Change} */ change) => !seen.has(nameOf(change)));
  if (!isMissing) holder.dataset.asOf = answer.as_of;
}

/** @param {string} address @returns {Promise<Response | null>} null while the network is away: the next connection catches up */
async function ask(address) {
  try {
    return await fetch(address);
  } catch {
    return null;
  }
}

/** @param {Change} change */
function nameOf(change) {
  return `${change.session}:${change.sequence}`;
}

/** @param {Change} change */
async function take(change) {
  const name = nameOf(change);
  if (seen.has(name)) return;
  seen.add(name);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * SPREAD));
  const shown = elementsOf(change.session);
  const isHere = shown.some((element) => Number(element.dataset.sequence) < change.sequence);
  const list = document.querySelector("[data-schedule-list]");
  const card = document.querySelector("[data-schedule-card]");
  if (!isHere && (shown.length > 0 || !(list || card))) return;
  const piece = await fetchPieces(change, shown, Boolean(card));
  if (!piece) return;
  if (card) card.replaceWith(contentOf(piece, "template[data-card]") ?? card);
  if (list) placeRow(list, piece);
  for (const element of elementsOf(change.session)) showPieces(element, piece);
  for (const text of piece.querySelectorAll("[data-text]")) toast(text.textContent ?? "", { href: pageOf(change) });
}

/** @param {string} key @returns {HTMLElement[]} */
function elementsOf(key) {
  return [...document.querySelectorAll(`[data-session="${CSS.escape(key)}"]`)].map((found) => /** @type {any} */ (found));
}

/** @param {Change} change */
function pageOf(change) {
  return change.url.replace(/changes\/\d+\/$/, "");
}

/** @param {Change} change @param {HTMLElement[]} shown @param {boolean} hasCard @returns {Promise<HTMLElement | null>} */
async function fetchPieces(change, shown, hasCard) {
  const query = new URLSearchParams();
  const paper = shown.find((element) => element.dataset.paper)?.dataset.paper;
  if (paper) query.set("paper", paper);
  if (hasCard) query.set("card", "1");
  const response = await ask(`${change.url}?${query}`);
  if (!response) seen.delete(nameOf(change));
  if (!response?.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("[data-session]");
}

/** @param {HTMLElement} piece @param {string} selector @returns {Element | null} a copy of what a template holds */
function contentOf(piece, selector) {
  const template = /** @type {HTMLTemplateElement | null} */ (piece.querySelector(selector));
  const first = template?.content.firstElementChild;
  return first ? document.importNode(first, true) : null;
}

/** @param {HTMLElement} element @param {HTMLElement} piece */
function showPieces(element, piece) {
  if (Number(element.dataset.sequence) >= Number(piece.dataset.sequence)) return;
  for (const part of element.querySelectorAll("[data-part]")) {
    const fresh = piece.querySelector(`:scope > [data-part="${part.getAttribute("data-part")}"]`);
    if (fresh) part.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
  }
  showState(element, piece.dataset.state ?? "");
  element.dataset.sequence = piece.dataset.sequence;
  element.classList.add("has-changed");
}

/** Where an element says whether its session is over, on or to come. @param {Element} element @param {string} state */
function showState(element, state) {
  const old = [...element.classList].find((name) => name.startsWith("is-"));
  if (old && state) element.classList.replace(old, `is-${state}`);
}

/**
 * Put the session's row where it belongs among the days of the schedule page; on a day that is not shown it stays where
 * it was, with its new date. @param {Element} list @param {HTMLElement} piece
 */
function placeRow(list, piece) {
  const row = contentOf(piece, "template[data-row]");
  if (!row) return;
  const old = list.querySelector(`[data-day] > [data-session="${CSS.escape(piece.dataset.session ?? "")}"]`);
  const hadFocus = old?.contains(document.activeElement);
  const day = list.querySelector(`[data-day="${piece.dataset.day}"]`);
  row.classList.add("has-changed");
  if (day) {
    const starts = Number(piece.dataset.starts);
    const later = [...day.children].find((other) => other !== old && Number(other.getAttribute("data-starts")) > starts);
    old?.remove();
    day.insertBefore(row, later ?? null);
  } else if (old) {
    const when = piece.querySelector(':scope > [data-part="when"]');
    row.querySelector('[data-part="hours"]')?.replaceChildren(...(when?.cloneNode(true).childNodes ?? []));
    old.replaceWith(row);
  }
  if (hadFocus) row.querySelector("a")?.focus();
}
