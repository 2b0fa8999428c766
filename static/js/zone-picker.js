/**
 * `<zone-picker data-zone="Africa/Lagos" data-chosen>`: the clock in the header and the form behind it.
 *
 * The form works without this module. With it the clock goes on, all zones of the browser are offered, and where nothing has
 * been chosen yet the computer's own zone is sent as a guess.
 */

const GUESSED = "zone-guessed";

class ZonePicker extends HTMLElement {
  connectedCallback() {
    this.own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    this.form = this.querySelector("form");
    this.clock = this.querySelector("time");
    this.timer = setInterval(() => this.tick(), 1000);
    this.querySelector("[popover]").addEventListener("beforetoggle", () => this.fill(), { once: true });
    this.offerOwn();
    this.guess();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  /** Put the present time of the page's zone on the clock. */
  tick() {
    const parts = { timeZone: this.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const text = new Intl.DateTimeFormat("en-GB", parts).format(new Date());
    if (this.clock.textContent !== text) this.clock.textContent = text;
  }

  /** Offer every zone that the browser knows in place of the short list. */
  fill() {
    const options = Intl.supportedValuesOf("timeZone").map((name) => new Option("", name));
    this.querySelector("datalist").replaceChildren(new Option("", "UTC"), ...options);
  }

  /** Show the button for this computer's zone where it is another. */
  offerOwn() {
    const button = this.querySelector("[data-own-zone]");
    if (!this.own || this.own === this.dataset.zone) return;
    button.querySelector("span").textContent = `(${this.own.split("/").pop().replaceAll("_", " ")})`;
    button.hidden = false;
    button.addEventListener("click", () => {
      this.form.elements.zone.value = this.own;
      this.form.requestSubmit();
    });
  }

  /** Send the computer's zone once a visit, unless the reader has chosen one; show the page's times in it. */
  async guess() {
    if (!this.own || "chosen" in this.dataset || sessionStorage.getItem(GUESSED)) return;
    if (this.own === this.dataset.zone) return;
    const body = new FormData(this.form);
    body.set("zone", this.own);
    body.set("guess", "1");
    const headers = { "HX-Request": "true" }; // wants no page for an answer
    const response = await fetch(this.form.action, { method: "POST", body, headers, keepalive: true }).catch(() => null);
    if (!response) return; // offline, or gone to the next page: that one tries again
    sessionStorage.setItem(GUESSED, this.own);
    if (response.ok && !isFilledIn()) location.reload(); // else the next page is in their zone
  }
}

/** Tell whether the reader has begun to fill in a form, which a reload would empty. */
function isFilledIn() {
  const fields = /** @type {NodeListOf<HTMLInputElement | HTMLTextAreaElement>} */ (
    document.querySelectorAll("main :is(input, textarea)")
  );
  return [...fields].some((field) => field.value !== field.defaultValue);
}

customElements.define("zone-picker", ZonePicker);
