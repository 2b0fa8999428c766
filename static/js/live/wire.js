/**
 * The one WebSocket of a tab: connects, notices silence, and comes back with patience.
 *
 * Events: `open`; `frame` (detail: the object); `away`. A browser that lost its network may keep a dead socket open for
 * minutes, so silence is answered with a ping, and a ping without an answer ends the socket here.
 */

const SILENT = 25_000; // the server's pulse comes every 20 s
const ANSWER = 4_000;
const FIRST = 500;
const LONGEST = 30_000;
const RESTART = 1012; // close code of a server that restarts: everybody would come back at once
const GONE = 4401; // close code for who may no longer be here, or has a new session

export class Wire extends EventTarget {
  /** @param {string} address path of the socket on our own host */
  constructor(address) {
    super();
    this.url = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${address}`;
    this.isOpen = false;
    this.failures = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    addEventListener("online", () => this.#soon(Math.random() * 300));
    addEventListener("offline", () => this.#drop(0));
    addEventListener("pageshow", (event) => event.persisted && this.#soon(0));
    document.addEventListener("visibilitychange", () => !document.hidden && this.check());
    this.#connect();
  }

  /** @param {object} frame @returns {boolean} whether it went out */
  send(frame) {
    if (!this.isOpen || !this.socket) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Ask whether the other side is still there. */
  check() {
    if (!this.send({ do: "ping" })) return;
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.#drop(0), ANSWER);
  }

  #connect() {
    clearTimeout(this.timer);
    if (this.socket) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.deadline = setTimeout(() => this.#drop(0), ANSWER * 2);
    socket.addEventListener("open", () => {
      if (socket !== this.socket) return;
      this.isOpen = true;
      this.#heard();
      this.dispatchEvent(new Event("open"));
    });
    socket.addEventListener("message", (event) => {
      if (socket !== this.socket) return;
      this.failures = 0;
      this.#heard();
      const frames = JSON.parse(event.data);
      for (const frame of Array.isArray(frames) ? frames : [frames]) {
        this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
      }
    });
    socket.addEventListener("close", (event) => socket === this.socket && this.#drop(event.code));
  }

  #heard() {
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.check(), SILENT);
  }

  /** Give the socket up and try again later. @param {number} code */
  #drop(code) {
    const { socket } = this;
    clearTimeout(this.deadline);
    this.socket = null;
    socket?.close();
    if (this.isOpen) {
      this.isOpen = false;
      this.dispatchEvent(new Event("away"));
    }
    this.failures += 1;
    const most = code === RESTART || code === GONE ? LONGEST : Math.min(LONGEST, FIRST * 2 ** this.failures);
    this.#soon(Math.random() * most);
  }

  /** @param {number} delay in milliseconds */
  #soon(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#connect(), delay);
  }
}
