/** Says so at the top of the page while the browser has no network. */

const banner = document.querySelector("[data-offline]");

function show() {
  if (banner) banner.hidden = navigator.onLine;
}

addEventListener("online", show);
addEventListener("offline", show);
show();
