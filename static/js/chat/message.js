/** One message as an element: the server's own form (templates/chat/_message.html), filled in. */

/** @typedef {{key: string, name: string}} Person */
/**
 * @typedef {{seq: number, change: number, nonce: string, author: Person, html: string, created_at: string,
 *   edited_at: string | null, is_deleted: boolean, reply_to: {seq: number, name: string} | null}} Message
 */

/**
 * Return the element of a message.
 * @param {HTMLTemplateElement} form @param {Message} message @param {DOMStringMap} words
 * @param {{zone: string, venue: string}} zones
 */
export function element(form, message, words, zones) {
  const item = empty(form);
  item.id = `message-${message.seq}`;
  item.dataset.seq = `${message.seq}`;
  item.dataset.change = `${message.change}`;
  item.dataset.author = message.author.key;
  item.classList.toggle("message--deleted", message.is_deleted);
  const author = find(item, ".message__author");
  author.textContent = message.author.name;
  author.title = message.author.key;
  const time = find(item, ".message__time");
  time.setAttribute("datetime", message.created_at);
  time.textContent = moment(message.created_at, zones.zone);
  time.title = `${moment(message.created_at, zones.venue)} ${zones.venue}`;
  find(item, ".message__edited").hidden = !message.edited_at || message.is_deleted;
  if (message.reply_to) answered(item, message.reply_to.seq, message.reply_to.name);
  // The server rendered and sanitised it when it was stored (conference/common/markdown.py).
  if (message.is_deleted) find(item, ".message__text").textContent = words.deleted ?? "";
  else find(item, ".message__text").innerHTML = message.html;
  return item;
}

/**
 * Return the element of a message on its way, as its writer typed it.
 * @param {HTMLTemplateElement} form @param {{nonce: string, text: string}} draft @param {string} name
 */
export function draftElement(form, draft, name) {
  const item = empty(form);
  item.classList.add("message--draft");
  item.dataset.nonce = draft.nonce;
  find(item, ".message__author").textContent = name;
  find(item, ".message__text").textContent = draft.text;
  const state = document.createElement("p");
  state.className = "message__state";
  item.append(state);
  return item;
}

/** @param {HTMLElement} item @param {number} seq @param {string} name */
function answered(item, seq, name) {
  const line = find(item, ".message__answered");
  line.hidden = false;
  line.querySelector("a")?.setAttribute("href", `#message-${seq}`);
  find(line, ".message__answered-name").textContent = name;
}

/** @param {HTMLTemplateElement} form @returns {HTMLElement} */
function empty(form) {
  const copy = /** @type {DocumentFragment} */ (form.content.cloneNode(true));
  return /** @type {HTMLElement} */ (copy.querySelector("li"));
}

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
export function find(root, selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}

/** A moment as the server writes it: "Mon 23 Nov, 21:08". @param {string} iso @param {string} zone */
function moment(iso, zone) {
  const form = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({ ...form, hourCycle: "h23", timeZone: zone || "UTC" });
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat(document.documentElement.lang || "en", options)
      .formatToParts(new Date(iso))
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.weekday} ${parts.day} ${parts.month}, ${parts.hour}:${parts.minute}`;
}

/**
 * A small button. @param {string} label @param {() => void} act
 */
export function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "message__action";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}
