/* How long something lasts already, second by second: an element with data-since. */
(function () {
  "use strict";

  function lasting(seconds) {
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60, rest = String(seconds % 60).padStart(2, "0");
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  }
  function tick() {
    for (const one of document.querySelectorAll("[data-since]")) {
      one.textContent = lasting(Math.max(0, Math.floor((Date.now() - new Date(one.dataset.since)) / 1000)));
    }
  }
  tick();
  window.setInterval(tick, 1000);
})();
