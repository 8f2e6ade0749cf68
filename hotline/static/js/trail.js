/* The list one came from: a list's page remembers its tickets in this tab, a ticket's page leads to the one before and after. */
(function () {
  "use strict";

  const KEY = "trail";
  const numberIn = (link) => { const found = /^\/tickets\/(\d+)$/.exec(new URL(link.href).pathname); return found && found[1]; };

  function remember(event) {
    const link = event.target.closest("a[href]");
    if (!link || !numberIn(link) || document.querySelector("[data-list-walk]")) return;
    const numbers = [...document.querySelectorAll("main a[href*='/tickets/']")].map(numberIn).filter(Boolean);
    const trail = { from: window.location.pathname + window.location.search, numbers: [...new Set(numbers)] };
    sessionStorage.setItem(KEY, JSON.stringify(trail));
  }

  function lead(link, number) {
    if (link && number) link.href = "/tickets/" + number;
  }
  function walk() {
    const walk = document.querySelector("[data-list-walk]");
    const here = /^\/tickets\/(\d+)/.exec(window.location.pathname);
    const trail = JSON.parse(sessionStorage.getItem(KEY) || "null");
    if (!walk || !here || !trail) return;
    const place = trail.numbers.indexOf(here[1]);
    if (place < 0) return;
    document.querySelectorAll("[data-list-back]").forEach((back) => { back.href = trail.from; });
    if (trail.numbers.length < 2) return;
    lead(walk.querySelector("[data-list-before]"), trail.numbers[place - 1]);
    lead(walk.querySelector("[data-list-after]"), trail.numbers[place + 1]);
    walk.querySelector("[data-list-place]").textContent = (place + 1) + " / " + trail.numbers.length;
    walk.hidden = false;
  }

  document.addEventListener("click", remember, true);
  walk();
})();
