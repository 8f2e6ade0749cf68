/* What changes elsewhere, told to this page: document gets "live:change" with {topics, spread}, "live:again" after a gap.
   The counts beside the navigation renew themselves. Without a stream the page asks once a minute; nothing here is
   needed. `spread`: over how many milliseconds the listening pages spread their asking, more when there are many. */
(function () {
  "use strict";

  const own = document.currentScript.dataset;
  const POLL = 60000;
  const HERE = 15000;
  const COUNTS_GAP = 2000;
  const COUNTS_TIMES = 8;
  const SETTLED = 1000;
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  let isHeard = false, isOver = false;

  /* A page's own request: it prolongs no session. Answers null when there is nothing to be had. */
  async function ask(url, options) {
    if (isOver) return null;
    try {
      const given = options || {};
      const answer = await fetch(url, { ...given, headers: { "X-Live": "1", ...given.headers }, redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 401) isOver = true;
      if (answer.ok) return answer;
      if (answer.body) answer.body.cancel();
      return null;
    } catch (_) {
      return null;
    }
  }

  function take(said) {
    if (said.what === "change") tell("live:change", { topics: said.topics, spread: said.spread });
    if (said.what === "again") window.setTimeout(() => tell("live:again", {}), Math.random() * 2000);
    if (said.what === "state") {
      isHeard = said.isHeard;
      document.documentElement.dataset.live = isHeard ? "on" : "off";
    }
  }

  /* The shared stream; each tab says hello, that it is here, and goodbye. */
  function share() {
    const worker = new SharedWorker(own.worker, { name: "hotline-live" });
    const say = (what) => worker.port.postMessage({ what, stream: own.stream, who: own.who, age: performance.now() });
    worker.port.addEventListener("message", (event) => take(event.data));
    worker.port.start();
    say("hello");
    window.setInterval(() => { if (!isOver) say("here"); }, HERE);
    window.addEventListener("pagehide", () => say("gone"));
    window.addEventListener("pageshow", (event) => { if (event.persisted) say("hello"); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) say("here"); });
  }
  /* A browser without shared workers: a stream of the page's own, while it is looked at. */
  function alone() {
    const script = document.createElement("script");
    script.src = own.worker;
    script.addEventListener("load", () => {
      const stream = window.HotlineStream(take);
      const follow = () => (document.hidden ? stream.close() : stream.open(own.stream, own.who));
      document.addEventListener("visibilitychange", follow);
      window.addEventListener("pagehide", stream.close);
      window.addEventListener("pageshow", follow);
      follow();
    });
    document.head.append(script);
  }

  /* Counts: asked for at most every two seconds, and only while somebody looks. */
  let countsAt = 0, countsTimer = 0, areCountsOld = false;
  async function renewCounts() {
    countsTimer = 0;
    if (document.hidden) { areCountsOld = true; return; }
    areCountsOld = false;
    countsAt = Date.now();
    const answer = await ask(own.counts);
    if (!answer) return;
    const counts = await answer.json();
    document.querySelectorAll("[data-count]").forEach((badge) => {
      const count = counts[badge.dataset.count];
      if (count === undefined) return;
      badge.textContent = count;
      badge.hidden = !count;
    });
  }
  function countsSoon(spread) {
    if (countsTimer || !document.querySelector(".topbar [data-count]")) return;
    const wait = Math.max(150, countsAt + Math.max(COUNTS_GAP, COUNTS_TIMES * spread) - Date.now());
    countsTimer = window.setTimeout(renewCounts, wait + Math.random() * spread);
  }
  document.addEventListener("live:change", (event) => { if (event.detail.topics.includes("counts")) countsSoon(event.detail.spread); });
  document.addEventListener("live:again", () => countsSoon(0));
  document.addEventListener("visibilitychange", () => { if (areCountsOld) countsSoon(0); });
  window.setInterval(() => { if (!isHeard && !document.hidden) tell("live:again", {}); }, POLL);

  window.hotlineLive = { ask };
  /* The page comes first; what was told meanwhile is told again to a tab that says hello. */
  function begin() {
    if (window.SharedWorker) share(); else if (window.EventSource) alone();
  }
  window.addEventListener("load", () => window.setTimeout(begin, SETTLED));
})();
