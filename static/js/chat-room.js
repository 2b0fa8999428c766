/** `<chat-room>`: a room on a page (templates/chat/_room.html), kept up to date. Reading and posting work without it. */

import { addActions } from "./chat/actions.js";
import { draftElement, element, find, button } from "./chat/message.js";
import { Outbox, request } from "./chat/outbox.js";
import { placeOf } from "./chat/place.js";
import { live } from "./live.js";

const MOST = 200; // messages in the page
const PATIENCE = 5_000; // for the first connection
const NEAR = 80; // pixels from the end that count as being there

class ChatRoom extends HTMLElement {
  /** @type {(() => void)[]} */
  #ends = [];
  /** @type {number | null} */
  #replyTo = null;

  connectedCallback() {
    this.room = this.getAttribute("room") ?? "";
    this.url = this.getAttribute("api") ?? "";
    this.me = this.getAttribute("me") ?? "";
    this.isClosed = this.hasAttribute("closed");
    this.words = this.dataset;
    this.list = find(this, ".chat__messages");
    this.scroller = find(this, ".chat__scroll");
    this.form = /** @type {HTMLTemplateElement} */ (this.querySelector("template[data-message]"));
    this.zones = { zone: this.getAttribute("zone") ?? "UTC", venue: this.getAttribute("venue") ?? "UTC" };
    for (const item of this.#items()) addActions(item, this);
    this.#drawMaths(this.list);
    this.#toEnd();
    this.#outbox();
    this.#formEvents();
    find(this, "[data-earlier]").addEventListener("click", (event) => this.#earlier(event));
    const topic = `room:${this.room}`;
    const showState = () => (find(this, ".chat__state").hidden = live.isOpen);
    live.addEventListener("state", showState);
    const patience = setTimeout(showState, PATIENCE);
    this.#ends = [
      () => clearTimeout(patience),
      () => live.removeEventListener("state", showState),
      live.on(topic, ({ message }) => message && this.#upsert(message)),
      live.open(topic, { after: Number(this.getAttribute("after")), url: this.url }),
    ];
  }

  disconnectedCallback() {
    this.outbox?.stop();
    for (const end of this.#ends) end();
  }

  /** The CSRF token of the form. */
  token = () => /** @type {HTMLInputElement | null} */ (this.querySelector("[name=csrfmiddlewaretoken]"))?.value ?? "";

  /** Show or clear a problem. @param {string} problem */
  say = (problem) => {
    const line = this.querySelector(".chat__problem");
    if (!line) return;
    line.textContent = problem;
    line.toggleAttribute("hidden", !problem);
  };

  /** Begin an answer. @param {HTMLElement | null} item */
  reply = (item) => {
    this.#replyTo = item ? Number(item.dataset.seq) : null;
    find(this, ".chat__reply").hidden = !item;
    if (!item) return;
    find(this, "[data-reply-name]").textContent = find(item, ".message__author").textContent;
    find(this, ".chat__text").focus();
  };

  #items() {
    return /** @type {NodeListOf<HTMLElement>} */ (this.list.querySelectorAll("[data-seq]"));
  }

  /** Put a message where it belongs, new or changed. @param {import("./chat/message.js").Message} message */
  #upsert(message) {
    this.outbox?.remove(message.nonce);
    const old = /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-seq="${message.seq}"]`));
    if (old && Number(old.dataset.change) >= message.change) return;
    const first = this.#items()[0];
    if (!old && first && message.seq < Number(first.dataset.seq)) return; // above what is shown; paging back brings it
    const wasAtEnd = this.#isAtEnd();
    const item = element(this.form, message, this.words, this.zones);
    addActions(item, this);
    if (old) old.replaceWith(item);
    else this.list.insertBefore(item, placeOf(this.list, message.seq));
    find(this, ".chat__none").hidden = true;
    this.#drawMaths(item);
    if (wasAtEnd) this.#trim();
    if (wasAtEnd || message.author.key === this.me) this.#toEnd();
  }

  #trim() {
    const items = [...this.#items()];
    for (const item of items.slice(0, Math.max(0, items.length - MOST))) item.remove();
    if (items.length > MOST) find(this, ".chat__earlier").hidden = false;
  }

  /** @param {Event} event */
  async #earlier(event) {
    const first = this.#items()[0];
    if (!first) return;
    const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
    link.search = `?before=${first.dataset.seq}`;
    if (this.#items().length + 50 > MOST) return; // the page is full: the link leads to one of older messages
    event.preventDefault();
    const page = await request("GET", `${this.url}messages?before=${first.dataset.seq}`, this.token()).catch(() => null);
    if (!page) return this.say(this.words.failed ?? "");
    const height = this.scroller.scrollHeight;
    for (const message of page.messages) {
      const item = element(this.form, message, this.words, this.zones);
      addActions(item, this);
      this.list.insertBefore(item, first);
    }
    this.#drawMaths(this.list);
    this.scroller.scrollTop += this.scroller.scrollHeight - height;
    find(this, ".chat__earlier").hidden = !page.has_earlier;
  }

  #formEvents() {
    const form = this.querySelector("form");
    if (!form) return;
    const text = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!text.value.trim()) {
        this.say(this.words.empty ?? "");
        return;
      }
      this.say("");
      this.outbox?.add(text.value.trim(), this.#replyTo);
      text.value = "";
      this.reply(null);
    });
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    find(this, "[data-reply-cancel]").addEventListener("click", () => this.reply(null));
  }

  #outbox() {
    this.outbox = new Outbox(this.room ?? "", this.me ?? "", this.url ?? "", this.token);
    this.outbox.addEventListener("draft", (event) => this.#showDraft(/** @type {CustomEvent} */ (event).detail));
    this.outbox.addEventListener("sent", (event) => this.#sent(/** @type {CustomEvent} */ (event).detail));
    this.outbox.addEventListener("gone", (event) => this.#hideDraft(/** @type {CustomEvent} */ (event).detail));
    for (const draft of this.outbox.drafts.values()) this.#showDraft(draft);
    this.outbox.start();
  }

  /** @param {import("./chat/outbox.js").Draft} draft */
  #showDraft(draft) {
    let item = /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-nonce="${draft.nonce}"]`));
    if (!item) {
      item = draftElement(this.form, draft, this.getAttribute("name") ?? "");
      this.list.append(item);
      this.#toEnd();
    }
    const state = find(item, ".message__state");
    item.dataset.state = draft.state;
    state.textContent = { sending: this.words.sending, waiting: this.words.waiting, failed: draft.problem }[draft.state] ?? "";
    if (draft.state !== "failed") return;
    const { outbox } = this;
    state.append(
      button(this.words.retry ?? "", () => outbox?.retry(draft.nonce)),
      button(this.words.discard ?? "", () => outbox?.remove(draft.nonce)),
    );
  }

  /** The server has it; it stays until its place in the room is known. @param {{nonce: string, seq: number}} message */
  #sent({ nonce, seq }) {
    if (this.list.querySelector(`[data-seq="${seq}"]`)) this.#hideDraft(nonce);
    else find(this, `[data-nonce="${nonce}"] .message__state`)?.replaceChildren();
  }

  /** @param {string} nonce */
  #hideDraft(nonce) {
    this.list.querySelector(`[data-nonce="${nonce}"]`)?.remove();
  }

  #isAtEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR;
  }

  #toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** @param {HTMLElement} root */
  async #drawMaths(root) {
    if (root.querySelector(".math:not([data-drawn])")) (await import("./maths.js")).drawMaths(root);
  }
}

customElements.define("chat-room", ChatRoom);
