/* Who else has this ticket open: says every few seconds that this page does, and shows what comes back. */
(function () {
  "use strict";

  const EVERY = 15000, SOON = 3000;       // two pages opened at once: each looks again when the other's stream is there
  const tab = Math.random().toString(36).slice(2, 12);
  const places = () => document.querySelectorAll("[data-presence]");
  let isWriting = false, isLeft = false, timer = 0, looks = 0;

  function form(place, doing) {
    const sent = new FormData();
    sent.set("csrf_token", place.dataset.presenceToken);
    sent.set("tab", tab);
    sent.set("doing", doing);
    return sent;
  }
  const known = new Map();        // address → its place: what this page has said to have open
  async function renew() {
    window.clearTimeout(timer);
    if (isLeft) return;
    timer = window.setTimeout(renew, looks++ < 2 ? SOON : EVERY);
    known.forEach((place) => { if (!place.isConnected) leave(place); });
    for (const place of places()) {
      if (isLeft) return;
      known.set(place.dataset.presenceUrl, place);
      const body = form(place, isWriting ? "writing" : "viewing");
      const answer = await window.hotlineLive.ask(place.dataset.presenceUrl, { method: "POST", body });
      if (!answer) { place.replaceChildren(); continue; }
      const shown = await answer.text();
      if (place.dataset.shown !== shown) { place.innerHTML = shown; place.dataset.shown = shown; }
    }
  }
  function leave(place) {
    known.delete(place.dataset.presenceUrl);
    navigator.sendBeacon(place.dataset.presenceUrl, form(place, "gone"));
  }
  /* Writing begins with the first letter into a text that is sent with this page, and ends when all is as it was. */
  function wrote(event) {
    if (!event.isTrusted || !event.target.matches("main form textarea, main form input[type=text]")) return;
    const is = [...document.querySelectorAll("main form textarea, main form input[type=text]")]
      .some((field) => field.value !== field.defaultValue);
    if (is !== isWriting) { isWriting = is; renew(); }
  }

  document.addEventListener("live:change", (event) => {
    const named = [...places()].map((place) => "ticket-presence:" + place.dataset.presence);
    if (event.detail.topics.some((topic) => named.includes(topic))) renew();
  });
  document.addEventListener("live:again", renew);
  document.addEventListener("input", wrote);
  document.addEventListener("visibilitychange", renew);
  document.addEventListener("htmx:load", () => { if ([...places()].some((place) => known.get(place.dataset.presenceUrl) !== place)) renew(); });
  /* A page that is left is also hidden, and that after it has said so: it says nothing more. */
  window.addEventListener("pagehide", () => { isLeft = true; known.forEach(leave); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { isLeft = false; renew(); } });
  renew();
})();
