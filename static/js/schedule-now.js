/** Keeps the line of the present, and what is over and on, right while a schedule stays open. */

const EVERY = 20_000;

function update() {
  const now = Date.now() / 1000;
  for (const row of document.querySelectorAll(".session-row[data-starts]:not(.is-cancelled, .is-unplaced)")) {
    const state = Number(row.getAttribute("data-ends")) <= now ? "over" : starts(row) <= now ? "now" : "later";
    for (const name of ["over", "now", "later"]) row.classList.toggle(`is-${name}`, name === state);
  }
  for (const line of document.querySelectorAll("[data-now-line]")) move(line, now);
}

/** @param {Element} row */
function starts(row) {
  return Number(row.getAttribute("data-starts"));
}

/** @param {Element} line @param {number} now in seconds */
function move(line, now) {
  const rows = [...(line.parentElement?.querySelectorAll(".session-row") ?? [])];
  const next = rows.find((row) => starts(row) > now) ?? null;
  if (line.nextElementSibling !== next) line.parentElement?.insertBefore(line, next);
  const time = line.querySelector("time");
  const zone = line.getAttribute("data-zone") ?? "UTC";
  const hour = { hour: "2-digit", minute: "2-digit", timeZone: zone };
  if (time) time.textContent = new Date(now * 1000).toLocaleTimeString("en-GB", /** @type {any} */ (hour));
}

setInterval(update, EVERY);
