/* The knowledge panel: puts an answer into the page's answer field, and searches for what is typed there. */
(function () {
  "use strict";

  const LONGEST = 200;
  const panelOf = (element) => element.closest("[data-pick-target]");
  const targetOf = (panel) => (panel && panel.dataset.pickTarget ? document.querySelector(panel.dataset.pickTarget) : null);

  /* Shows a field that lies in a closed part of the page. */
  function open(field) {
    for (let part = field.closest("details, dialog"); part; part = part.parentElement.closest("details, dialog")) {
      if (part.matches("dialog:not([open])")) part.showModal();
      else part.open = true;
    }
    field.dispatchEvent(new CustomEvent("pick:open", { bubbles: true }));
  }

  /* What was written stays; the answer comes behind the cursor, on a line of its own. */
  function insert(field, text) {
    const start = field.selectionStart;
    const before = field.value.slice(0, start);
    const gap = before && !before.endsWith("\n") ? "\n" : "";
    const room = field.maxLength > 0 ? field.maxLength - field.value.length : Infinity;
    field.setRangeText((gap + text).slice(0, Math.max(0, room)), start, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function pick(button) {
    const field = targetOf(panelOf(button));
    if (!field) return;
    open(field);
    const article = field.form && field.form.elements.namedItem("article");
    if (article) article.value = button.dataset.pick;
    const revision = field.form && field.form.elements.namedItem("revision");
    if (revision) revision.value = button.dataset.version || "";
    insert(field, button.dataset.text);
    field.focus();
    tell(button);
  }

  /* That it was used is counted; nobody waits for it. */
  function tell(button) {
    const holder = button.closest("[hx-headers]");
    if (!button.dataset.used || !holder) return;
    const body = new FormData();
    document.querySelectorAll("#kb-about input:not([name=quiet])").forEach((one) => body.append(one.name, one.value));
    const headers = Object.assign({ "HX-Request": "true" }, JSON.parse(holder.getAttribute("hx-headers")));
    fetch(button.dataset.used, { method: "POST", headers, body, keepalive: true }).catch(() => {});
  }

  function click(event) {
    const button = event.target.closest("[data-pick], [data-pick-close]");
    if (!button) return;
    if ("pickClose" in button.dataset) {
      button.closest("article").remove();
      document.getElementById("kb-q").focus();
    } else {
      pick(button);
    }
  }

  /* The search follows a field until somebody types into the search itself. */
  function follow(event) {
    const search = document.getElementById("kb-q");
    if (!search) return;
    if (event.isComposing) { if (event.target === search) event.stopPropagation(); return; }
    if (event.target === search) {
      if (event.isTrusted) search.dataset.own = search.value ? "1" : "";
      return;
    }
    const selector = panelOf(search).dataset.pickFollow;
    if (!selector || search.dataset.own || !event.target.matches(selector)) return;
    search.value = event.target.value.slice(-LONGEST);
    search.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* What is typed by an input method counts once it is words. */
  function composed(event) {
    if (event.target.id === "kb-q") event.target.dataset.own = event.target.value ? "1" : "";
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function prepare(root) {
    root.querySelectorAll("[data-pick]").forEach((button) => { button.hidden = !targetOf(panelOf(button)); });
    root.querySelectorAll("[data-pick-text]").forEach((button) => { button.hidden = !("pickTexts" in panelOf(button).dataset); });
    root.querySelectorAll("[data-pick-end]").forEach((button) => { button.hidden = !("pickEnds" in panelOf(button).dataset && document.getElementById("leaving")); });
  }

  document.addEventListener("click", click);
  document.addEventListener("input", follow, true);
  document.addEventListener("compositionend", composed);
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt.parentElement || document));
})();
