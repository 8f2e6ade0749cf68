/* Lists that renew themselves: an element with an id and data-live="topic …" is fetched anew when a topic is told, and
   merged (merge.js). Nothing moves under the hand: while the element is pointed at or has the focus, a quiet button says
   how much waits; two seconds after the hand has left it is shown by itself. */
(function () {
  "use strict";

  const words = document.currentScript.dataset.updates;
  const merge = window.hotlineMerge;
  const DEBOUNCE = 120, GAP = 1000, SPREADS = 4, TIMES = 15, LEFT = 2000, RESTING = 60000;
  const waiting = new Map();      // element → what the server has for it now
  const touchedAt = new WeakMap();
  const pages = new Map();        // address → when it was asked, and how long that took
  const pointer = { x: 0, y: 0, movedAt: 0 };

  const all = () => [...document.querySelectorAll("[data-live][id]")];
  const addressOf = (place) => place.dataset.liveUrl || location.pathname + location.search;

  function isHandOn(place) {
    const focus = document.activeElement;
    if (place.contains(focus) && !focus.closest("[data-live-note]")) return true;
    return place.matches(":hover") && Date.now() - pointer.movedAt < RESTING;
  }

  function apply(place) {
    const anchor = document.elementFromPoint(pointer.x, pointer.y);
    const top = anchor ? anchor.getBoundingClientRect().top : 0;
    const job = merge.run(place, waiting.get(place), false);
    for (const made of job.made) {
      if (window.htmx) window.htmx.process(made);
      made.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: made } }));
    }
    if (anchor && anchor.isConnected) window.scrollBy(0, anchor.getBoundingClientRect().top - top);
    if (job.kept === 0) waiting.delete(place);
    say(place, job.kept);
  }
  function settle(place, isAsked) {
    const { changed, kept } = merge.run(place, waiting.get(place), true);
    if (!changed && !kept) { waiting.delete(place); say(place, 0); return; }
    if (isHandOn(place) && !isAsked) { touchedAt.set(place, Date.now()); say(place, changed + kept); return; }
    if (changed) apply(place); else say(place, kept);
  }

  /* The quiet button: it stands above the element's corner and pushes nothing away. */
  function noteOf(place) {
    return place.querySelector(":scope > [data-live-note]") || place.insertBefore(document.createElement("div"), place.firstChild);
  }
  function say(place, count) {
    const note = noteOf(place);
    const said = count ? words.replace("{n}", count) : "";
    note.classList.toggle("is-afloat", place.getBoundingClientRect().top < 44);
    if (note.textContent === said) return;
    note.replaceChildren();
    if (!count) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = said;
    button.addEventListener("click", () => settle(place, true));
    note.append(button);
  }
  function prepare(place) {
    if (merge.isKnown(place) && place.querySelector(":scope > [data-live-note]")) return;
    merge.remember(place);
    const note = noteOf(place);
    note.dataset.liveNote = "";
    note.className = "live-note";
    note.setAttribute("aria-live", "polite");
  }

  /* Asking: each address once, however many of its elements wait; a slow server, or one of many pages, is asked less often. */
  function soon(place, spread) {
    const address = addressOf(place), page = pages.get(address) || { at: 0, took: 0, places: new Set(), timer: 0 };
    pages.set(address, page);
    page.places.add(place.id);
    if (page.timer || document.hidden) return;
    const wait = Math.max(DEBOUNCE, page.at + Math.max(GAP, SPREADS * spread, TIMES * page.took) - Date.now());
    page.timer = window.setTimeout(() => renew(address, page, spread), wait + Math.random() * spread);
  }
  async function renew(address, page, spread) {
    const ids = [...page.places];
    page.places.clear();
    page.at = Date.now();
    const answer = await window.hotlineLive.ask(address, { headers: { Accept: "text/html" } });
    const text = answer ? await answer.text() : "";
    page.took = Date.now() - page.at;
    page.timer = 0;
    const fresh = new DOMParser().parseFromString(text, "text/html");
    for (const id of ids) {
      const place = document.getElementById(id), found = fresh.getElementById(id);
      if (place && found && place.isConnected) { prepare(place); waiting.set(place, found); settle(place); }
    }
    const next = page.places.size && document.getElementById([...page.places][0]);
    if (next) soon(next, spread);
  }
  function hear(event) {
    const { topics: told, spread = 0 } = event.detail;
    all().filter((place) => !told || place.dataset.live.split(/\s+/).some((topic) => told.includes(topic))).forEach((place) => soon(place, spread));
  }

  document.addEventListener("pointermove", (event) => Object.assign(pointer, { x: event.clientX, y: event.clientY, movedAt: Date.now() }), { passive: true });
  document.addEventListener("live:change", hear);
  document.addEventListener("live:again", hear);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) pages.forEach((page) => [...page.places].forEach((id) => { const place = document.getElementById(id); if (place) soon(place, 0); }));
  });
  window.setInterval(() => waiting.forEach((_, place) => {
    if (!place.isConnected) waiting.delete(place);
    else if (isHandOn(place)) touchedAt.set(place, Date.now());
    else if (Date.now() - (touchedAt.get(place) || 0) >= LEFT) settle(place);
  }), 500);
  all().forEach(prepare);
})();
