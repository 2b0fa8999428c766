/**
 * What is live on a page: topics, commands, and what to do while the socket is away (docs/live.md).
 *
 *     live.on("edition", (frame) => …)            every frame of a topic; `edition` and `me` are opened by this
 *     live.open("room:k3v9", { after, url })      follow a topic; with `after`, nothing is missed and nothing comes twice
 *     live.send({ do: "send", … })                a promise of the answer; rejects with `LiveError`
 *     live.addEventListener("state", …)           `live.isOpen` has changed
 */

import { LiveError } from "./live/error.js";
import { Wire } from "./live/wire.js";

const ANSWER = 8_000;
const POLL = 4_000;

/** @typedef {{on: string, [field: string]: any}} Frame */
/** @typedef {{after?: number, url?: string, users: number, isAsking?: boolean}} Topic */

class Live extends EventTarget {
  /** @type {Map<string, Topic>} */
  #topics = new Map();
  /** @type {Map<string, Set<(frame: Frame) => void>>} */
  #handlers = new Map();
  /** @type {Map<number, (answer: object) => void>} */
  #waiting = new Map();
  #number = 0;
  /** @type {Wire | null} */
  #wire = null;

  constructor() {
    super();
    const address = document.querySelector('meta[name="hatata-socket"]')?.getAttribute("content");
    if (!address) return;
    this.#wire = new Wire(address);
    this.#wire.addEventListener("open", () => this.#opened());
    this.#wire.addEventListener("away", () => this.#away());
    this.#wire.addEventListener("frame", (event) => this.#frame(/** @type {CustomEvent} */ (event).detail));
    setInterval(() => this.#poll(), POLL);
  }

  /** Whether the socket is there. */
  get isOpen() {
    return this.#wire?.isOpen ?? false;
  }

  /**
   * Hear every frame of `topic`. Returns a function that ends it.
   * @param {string} topic @param {(frame: Frame) => void} handler
   */
  on(topic, handler) {
    if (!this.#handlers.has(topic)) this.#handlers.set(topic, new Set());
    this.#handlers.get(topic)?.add(handler);
    if (topic === "edition" || topic === "me") this.open(topic);
    return () => this.#handlers.get(topic)?.delete(handler);
  }

  /**
   * Follow `topic` from its change `after` on; `url` is its twin for the time without a socket. Returns a function
   * that ends it.
   * @param {string} topic @param {{after?: number, url?: string}} [options]
   */
  open(topic, { after, url } = {}) {
    const known = this.#topics.get(topic);
    if (known) {
      known.users += 1;
      if (after !== undefined) known.after = Math.min(after, known.after ?? after);
    } else {
      this.#topics.set(topic, { after, url, users: 1 });
    }
    if (this.isOpen) this.#ask(topic);
    return () => this.#leave(topic);
  }

  /**
   * Send a command over the socket.
   * @param {{do: string, [field: string]: any}} command
   * @returns {Promise<any>}
   */
  send(command) {
    return new Promise((resolve, reject) => {
      const id = (this.#number += 1);
      if (!this.#wire?.send({ id, ...command })) {
        reject(new LiveError({ code: "away" }));
        return;
      }
      const timer = setTimeout(() => answer({ error: { code: "away" } }), ANSWER);
      const answer = (/** @type {any} */ frame) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        if (frame.error) reject(new LiveError(frame.error));
        else resolve(frame.ok);
      };
      this.#waiting.set(id, answer);
    });
  }

  #opened() {
    this.dispatchEvent(new Event("state"));
    for (const topic of this.#topics.keys()) this.#ask(topic);
  }

  #away() {
    for (const answer of [...this.#waiting.values()]) answer({ error: { code: "away" } });
    this.dispatchEvent(new Event("state"));
  }

  /** Open a topic at the server, and take what changed since; again while there is more. @param {string} name */
  async #ask(name) {
    const topic = this.#topics.get(name);
    if (!topic || topic.isAsking) return;
    topic.isAsking = true;
    try {
      let answer;
      do {
        const after = topic.after === undefined ? {} : { after: topic.after };
        answer = await this.send({ do: "open", topic: name, ...after });
        this.#take(name, topic, answer);
      } while (answer.more);
    } catch (error) {
      // Away: asked again on the next `open` event. Refused: this page's copy of it stays as it is.
      if (!(error instanceof LiveError)) throw error;
    } finally {
      topic.isAsking = false;
    }
  }

  /** @param {string} name @param {Topic} topic @param {any} answer */
  #take(name, topic, answer) {
    for (const message of answer.changes ?? []) this.#tell({ on: name, change: message.change, message });
    if (answer.change !== undefined) topic.after = Math.max(answer.change, topic.after ?? 0);
    if (answer.count !== undefined && answer.count !== null) this.#tell({ on: name, count: answer.count });
  }

  /** @param {Frame & {id?: number}} frame */
  #frame(frame) {
    if (frame.id !== undefined && frame.id !== null) this.#waiting.get(frame.id)?.(frame);
    else if (frame.on === "pulse") this.#compare(frame.rooms ?? {});
    else if (frame.on === "resync") for (const name of this.#topics.keys()) this.#ask(name);
    else this.#event(frame);
  }

  /** @param {Frame} frame */
  #event(frame) {
    const topic = this.#topics.get(frame.on);
    if (!topic) return;
    if (frame.change !== undefined && topic.after !== undefined) {
      if (frame.change <= topic.after) return;
      if (frame.change > topic.after + 1 || !frame.message) {
        this.#ask(frame.on); // a gap: ask for all of it, in order
        return;
      }
      topic.after = frame.change;
    }
    this.#tell(frame);
  }

  /** @param {Record<string, number>} rooms */
  #compare(rooms) {
    for (const [key, change] of Object.entries(rooms)) {
      const topic = this.#topics.get(`room:${key}`);
      if (topic && change > (topic.after ?? 0)) this.#ask(`room:${key}`);
    }
  }

  /** @param {Frame} frame */
  #tell(frame) {
    for (const handler of this.#handlers.get(frame.on) ?? []) handler(frame);
  }

  /** While the socket is away: ask the twin of each topic that has one. */
  #poll() {
    if (this.isOpen || !navigator.onLine || document.hidden) return;
    for (const [name, topic] of this.#topics) if (topic.url) this.#fetch(name, topic);
  }

  /** @param {string} name @param {Topic} topic */
  async #fetch(name, topic) {
    try {
      const response = await fetch(`${topic.url}changes?after=${topic.after ?? 0}`);
      if (response.ok) this.#take(name, topic, await response.json());
    } catch {
      // No network either: the next turn asks again.
    }
  }

  /** @param {string} name */
  #leave(name) {
    const topic = this.#topics.get(name);
    if (!topic) return;
    topic.users -= 1;
    if (topic.users > 0) return;
    this.#topics.delete(name);
    this.send({ do: "close", topic: name }).catch(() => {});
  }
}

export const live = new Live();
