/** `<live-count topic="here:paper:p12">`: how many people have it open, oneself included; hidden for nobody else. */

import { live } from "./live.js";

class LiveCount extends HTMLElement {
  /** @type {(() => void)[]} */
  #ends = [];

  connectedCallback() {
    const topic = this.getAttribute("topic") ?? "";
    const label = this.getAttribute("label") ?? "";
    this.#ends = [
      live.on(topic, ({ count }) => {
        this.hidden = count < 2;
        this.textContent = `${count} ${label}`.trim();
      }),
      live.open(topic),
    ];
  }

  disconnectedCallback() {
    for (const end of this.#ends) end();
  }
}

customElements.define("live-count", LiveCount);
