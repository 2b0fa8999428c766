/**
 * Messages on their way: kept in the browser until the server has them, and sent again with the same nonce, so that
 * each is written once, whatever connection, page or browser was lost in between.
 */

import { live } from "../live.js";
import { LiveError } from "../live/error.js";

const RETRY = 4_000;

/** @typedef {{nonce: string, text: string, reply_to: number | null, state: "sending" | "waiting" | "failed", problem?: string}} Draft */

export class Outbox extends EventTarget {
  /** @type {Map<string, Draft>} */
  drafts = new Map();

  /**
   * @param {string} room its key @param {string} person key of who writes @param {string} url of the room's API
   * @param {() => string} token gives the CSRF token
   */
  constructor(room, person, url, token) {
    super();
    this.room = room;
    this.url = url;
    this.token = token;
    this.place = `hatata-outbox:${person}:${room}`;
    for (const draft of this.#stored()) this.drafts.set(draft.nonce, { ...draft, state: "waiting" });
    this.again = () => this.flush();
  }

  /** Send what is there, now and whenever the socket comes back. */
  start() {
    live.addEventListener("state", this.again);
    this.timer = setInterval(this.again, RETRY);
    this.flush();
  }

  /** Stop sending; what is left is kept. */
  stop() {
    live.removeEventListener("state", this.again);
    clearInterval(this.timer);
  }

  /** @param {string} text @param {number | null} reply_to */
  add(text, reply_to) {
    const nonce = crypto.randomUUID?.() ?? uuid();
    this.#set({ nonce, text, reply_to, state: "waiting" });
    this.#send(nonce);
  }

  /** @param {string} nonce */
  retry(nonce) {
    this.#update(nonce, "waiting");
    this.#send(nonce);
  }

  /** Forget a message: its writer gave it up, or it is in the room. @param {string} nonce */
  remove(nonce) {
    if (this.drafts.delete(nonce)) this.#store();
    this.dispatchEvent(new CustomEvent("gone", { detail: nonce }));
  }

  flush() {
    for (const draft of this.drafts.values()) if (draft.state === "waiting") this.#send(draft.nonce);
  }

  /** @param {string} nonce */
  async #send(nonce) {
    const draft = this.drafts.get(nonce);
    if (!draft || draft.state !== "waiting") return;
    this.#update(nonce, "sending");
    const { text, reply_to } = draft;
    try {
      const { seq } = await this.#deliver({ nonce, text, reply_to });
      this.drafts.delete(nonce);
      this.#store();
      this.dispatchEvent(new CustomEvent("sent", { detail: { nonce, seq } }));
    } catch (error) {
      if (!(error instanceof LiveError) || error.code === "away") this.#update(nonce, "waiting");
      else this.#refused(nonce, error);
    }
  }

  /** Over the socket, else over HTTP. @param {{nonce: string, text: string, reply_to: number | null}} message */
  async #deliver(message) {
    if (live.isOpen) return live.send({ do: "send", room: this.room, ...message });
    return request("POST", `${this.url}messages`, this.token(), message);
  }

  /** @param {string} nonce @param {LiveError} error */
  #refused(nonce, error) {
    this.#update(nonce, "failed", error.message);
    if (error.retryAfter) setTimeout(() => this.drafts.has(nonce) && this.retry(nonce), error.retryAfter * 1000);
  }

  /** @param {string} nonce @param {Draft["state"]} state @param {string} [problem] */
  #update(nonce, state, problem) {
    const draft = this.drafts.get(nonce);
    if (draft) this.#set({ ...draft, state, problem });
  }

  /** @param {Draft} draft */
  #set(draft) {
    this.drafts.set(draft.nonce, draft);
    this.#store();
    this.dispatchEvent(new CustomEvent("draft", { detail: draft }));
  }

  #store() {
    try {
      if (this.drafts.size) localStorage.setItem(this.place, JSON.stringify([...this.drafts.values()]));
      else localStorage.removeItem(this.place);
    } catch {
      // No storage here (private windows): the messages live as long as the page.
    }
  }

  /** @returns {Draft[]} */
  #stored() {
    try {
      return JSON.parse(localStorage.getItem(this.place) ?? "[]");
    } catch {
      return [];
    }
  }
}

/**
 * Ask the API; rejects with `LiveError` for a refusal, and with code "away" where no answer came.
 * @param {string} method @param {string} url @param {string} token @param {object} [body]
 */
export async function request(method, url, token, body) {
  /** @type {Response} */
  let response;
  try {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new LiveError({ code: "away" });
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new LiveError(answer.error ?? { code: response.status >= 500 ? "away" : "failed", text: answer.detail });
}

/** `crypto.randomUUID` wants HTTPS; a trial in a local network has none. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
