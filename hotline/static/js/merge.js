/* Merging a fragment into what is shown, child by child (data-key, else id): what is the same stays the same node, what
   changed is replaced, what was typed into, opened or has the cursor is kept as it is. For lists.js, which decides when. */
(function () {
  "use strict";

  const NEW = 6000;
  const KEYED = "[data-key], section[id], article[id], div[id], ul[id], ol[id], table[id], tbody[id]";
  const prints = new WeakMap();   // element → what the server had sent for it
  const opened = new WeakSet();   // details that a hand opened or closed

  const keyOf = (node) => (node.dataset.key ? "key " + node.dataset.key : node.id ? "id " + node.id : "");
  const splits = (node) => node.tagName !== "FORM" && node.querySelector(KEYED) !== null;
  const childrenOf = (node) => [...node.children].filter((child) => !("liveNote" in child.dataset));

  /* What the server sent, without what differs each time. */
  function print(node) {
    const copy = node.cloneNode(true);
    copy.querySelectorAll("[data-live-note]").forEach((note) => note.remove());
    copy.querySelectorAll("input[name=csrf_token], input[name=_key]").forEach((field) => field.removeAttribute("value"));
    copy.querySelectorAll("[data-presence]").forEach((place) => place.remove());
    copy.querySelectorAll("time[data-relative], [data-since]").forEach((time) => { time.textContent = ""; });
    [copy, ...copy.querySelectorAll("[aria-current]")].forEach((one) => one.removeAttribute("aria-current"));
    return copy.outerHTML.replace(/\s+/g, " ");
  }
  function remember(node, whole) {
    prints.set(node, print(node));
    if (whole || splits(node)) childrenOf(node).forEach((child) => remember(child));
  }

  /* What is in use: text typed, something chosen or opened, the cursor in a field. */
  function isTyped(field) {
    if (field.type === "hidden" || field.type === "submit" || field.type === "button") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) {
      const options = [...field.options], preset = options.some((one) => one.defaultSelected);
      return preset ? options.some((one) => one.selected !== one.defaultSelected) : field.selectedIndex > 0;
    }
    return field.value !== field.defaultValue;
  }
  function isUsed(node) {
    if (node.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return true;
    if (node.matches("dialog[open]") || node.querySelector("dialog[open]")) return true;
    return [...node.querySelectorAll("details")].some((one) => opened.has(one))
      || [...node.querySelectorAll("input, textarea, select")].some(isTyped);
  }
  /* The merge. With `dry` it only counts what it would change; what is in use is counted as kept, and stays. */
  function merge(old, fresh, job) {
    const wanted = print(fresh);
    if (prints.get(old) === wanted) return old;
    if (old.tagName === fresh.tagName && (splits(old) || splits(fresh))) {
      const kept = job.kept;
      if (!job.dry) [...fresh.attributes].forEach(({ name, value }) => { if (old.getAttribute(name) !== value) old.setAttribute(name, value); });
      mergeChildren(old, fresh, job);
      if (!job.dry && job.kept === kept) prints.set(old, wanted);
      return old;
    }
    if (isUsed(old)) { job.kept += 1; return old; }
    job.changed += 1;
    if (job.dry) return old;
    const made = bring(fresh);
    old.replaceWith(made);
    job.made.push(made);
    return made;
  }
  function mergeChildren(old, fresh, job) {
    const left = childrenOf(old), pairs = [];
    for (const next of fresh.children) {
      const key = keyOf(next);
      const at = left.findIndex((one) => (key ? keyOf(one) === key : !keyOf(one) && one.tagName === next.tagName && one.classList[0] === next.classList[0]));
      pairs.push([at < 0 ? null : left.splice(at, 1)[0], next]);
    }
    for (const gone of left) {
      if (isUsed(gone)) job.kept += 1;
      else { job.changed += 1; if (!job.dry) gone.remove(); }
    }
    let last = null;
    for (const [own, next] of pairs) {
      const node = own ? merge(own, next, job) : add(next, job);
      if (job.dry) continue;
      const after = last ? last.nextElementSibling : childrenOf(old)[0];
      if (node !== after) old.insertBefore(node, after || null);
      last = node;
    }
  }
  function add(fresh, job) {
    job.changed += 1;
    if (job.dry) return null;
    const made = bring(fresh);
    if (made.dataset.key) {
      made.classList.add("is-new");
      window.setTimeout(() => made.classList.remove("is-new"), NEW);
    }
    job.made.push(made);
    return made;
  }
  function bring(fresh) {
    const made = document.importNode(fresh, true);
    remember(made);
    return made;
  }

  /* A whole element: a block without keyed parts is replaced as one. */
  function run(place, fresh, dry) {
    const job = { dry, changed: 0, kept: 0, made: [] };
    if (splits(place) || splits(fresh)) mergeChildren(place, fresh, job);
    else if (prints.get(place) !== print(fresh)) {
      if (isUsed(place)) job.kept = 1;
      else {
        job.changed = 1;
        if (!dry) {
          childrenOf(place).forEach((child) => child.remove());
          place.append(...[...fresh.childNodes].map((child) => document.importNode(child, true)));
          remember(place, true);
          job.made.push(place);
        }
      }
    }
    return job;
  }
  document.addEventListener("click", (event) => {
    const summary = event.target.closest("summary");
    if (summary) opened.add(summary.parentElement);
  }, true);
  window.hotlineMerge = { remember: (place) => remember(place, true), isKnown: (place) => prints.has(place), run };
})();
