/* One stream for all tabs of a browser. As a SharedWorker it serves every tab that says hello; where there is none, a
   page loads it as a script and uses HotlineStream itself. A tab says "here" every few seconds, or it is forgotten. */
(function (scope) {
  "use strict";

  const RETRY = 5000;
  const MOST_RETRY = 60000;

  /* Keeps one EventSource open. Says "change" with topics and over how many milliseconds the pages spread their
     asking; "again" when something may have been missed; "state" with whether changes are heard of at the moment. */
  function HotlineStream(say) {
    let source = null, address = "", who = "", retry = RETRY, timer = 0, isHeard = false, wasHeard = false;

    function heard(is) {
      if (is && !isHeard && wasHeard) say({ what: "again" });
      wasHeard = wasHeard || is;
      isHeard = is;
      say({ what: "state", isHeard });
    }
    function listen(made) {
      made.addEventListener("change", (event) => {
        const [spread, ...topics] = event.data.split(" ");
        say({ what: "change", topics, spread: Number(spread) });
      });
      made.addEventListener("away", () => { if (made === source) heard(false); });
      made.addEventListener("here", () => { retry = RETRY; if (made === source) heard(true); });
      made.addEventListener("renew", () => { if (made === source) renew(made); });
      made.addEventListener("error", () => {
        if (made !== source) { made.close(); return; }
        heard(false);
        if (made.readyState === 2) again();
      });
    }
    /* The next stream is open before the last one is closed: nothing falls between them. */
    function renew(last) {
      const next = new EventSource(address);
      next.addEventListener("here", () => { if (source === last) { source = next; } last.close(); }, { once: true });
      next.addEventListener("error", () => { if (source === last) next.close(); });
      listen(next);
    }
    function again() {
      close();
      timer = setTimeout(() => open(address, who), retry * (0.75 + Math.random() / 2));
      retry = Math.min(2 * retry, MOST_RETRY);
    }
    function open(wanted, whose) {
      if (source && source.readyState !== 2 && address === wanted && who === whose) return;
      close();
      address = wanted;
      who = whose;
      source = new EventSource(address);
      listen(source);
    }
    function close() {
      clearTimeout(timer);
      if (source) source.close();
      source = null;
    }
    return { open, close: () => { close(); isHeard = false; }, isHeard: () => isHeard };
  }

  if (typeof SharedWorkerGlobalScope === "undefined" || !(scope instanceof SharedWorkerGlobalScope)) {
    scope.HotlineStream = HotlineStream;
    return;
  }

  const FORGOTTEN = 150000;
  const KEPT = 30000;
  const tabs = new Map();
  const recent = [];
  const stream = HotlineStream((said) => {
    if (said.what === "change") recent.push({ at: Date.now(), said });
    while (recent.length && Date.now() - recent[0].at > KEPT) recent.shift();
    tabs.forEach((_, port) => port.postMessage(said));
  });

  /* A page that has just been loaded hears what was told since the server began to make it. */
  function greet(port, age) {
    port.postMessage({ what: "state", isHeard: stream.isHeard() });
    const topics = new Set(recent.filter((one) => Date.now() - one.at < age).flatMap((one) => one.said.topics));
    if (topics.size) port.postMessage({ what: "change", topics: [...topics], spread: 0 });
  }

  function leave(port) {
    tabs.delete(port);
    if (!tabs.size) stream.close();
  }
  scope.addEventListener("connect", (event) => {
    const port = event.ports[0];
    port.addEventListener("message", ({ data }) => {
      if (data.what === "gone") { leave(port); return; }
      if (data.what === "here" && !tabs.has(port)) port.postMessage({ what: "again" });
      tabs.set(port, Date.now());
      stream.open(data.stream, data.who);
      if (data.what === "hello") greet(port, data.age);
    });
    port.start();
  });
  setInterval(() => {
    tabs.forEach((seen, port) => { if (Date.now() - seen > FORGOTTEN) leave(port); });
  }, 10000);
})(self);
