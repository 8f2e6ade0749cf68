/* The operator's desk: what is chosen on the right goes into the form, the queue keeps its mark, places tell their district. */
(function () {
  "use strict";

  const find = (selector) => document.querySelector(selector);
  const named = (name, value) => find(`#leaving [name="${name}"]` + (value ? `[value="${value}"]` : ""));

  function put(field, value) {
    if (!field) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function choose(name, value) {
    const radio = named(name, value);
    if (!radio) return;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* A ticket on the right: this matter belongs to it, or repeats it. */
  function use(button) {
    if (button.dataset.repeat) {
      choose("leave_by", "ticket");
      put(named("repeat_of"), button.dataset.repeat);
      named("request_type").focus();
      return;
    }
    choose("leave_by", "existing");
    put(named("existing"), button.dataset.use);
    if (button.dataset.way) choose("way", button.dataset.way);
    const way = find("#leaving [name=way]:checked") || named("way");
    way.focus();
  }

  /* By its key a way out is chosen, and the first thing it needs has the cursor. */
  function firstField(label) {
    const radio = label.querySelector("input");
    const field = find(`.panel-${radio.value} :is(input, select, textarea):not([type=hidden], [hidden])`);
    if (field) field.focus();
  }

  /* What a citizen is told when it is out of scope; words that somebody changed stay. */
  function refuse(select) {
    const texts = JSON.parse(select.closest("[data-refusal]").dataset.refusal);
    const known = Object.values(texts);
    const [words, route] = texts[select.value] || ["", ""];
    const explained = find("#f-explanation"), where = find("#f-route");
    if (!explained.value || known.some(([one]) => one === explained.value)) put(explained, words);
    if (!where.value || known.some(([, one]) => one === where.value)) put(where, route);
  }

  let waiting = 0;
  function around(event) {
    window.clearTimeout(waiting);
    if (event.target.id === "f-district" && event.isTrusted) event.target.dataset.own = "1";
    waiting = window.setTimeout(() => window.htmx.trigger("#around", "around:renew"), 600);
  }
  function district() {
    const told = find("[data-district-found]"), select = find("#f-district");
    if (!told || !select || select.dataset.own || !told.dataset.districtFound) return;
    if (!select.value) select.value = told.dataset.districtFound;
  }

  /* The queue: what is open stays marked, wherever it was opened from. */
  function mark() {
    const open = new URLSearchParams(location.search).get("item");
    document.querySelectorAll("#waiting [data-key]").forEach((row) => {
      const link = row.querySelector("a");
      if (row.dataset.key === open) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }
  /* The whole desk anew: after something was carried out the queue has the cursor. */
  function renewed() {
    mark();
    const first = find("#made") && find("#waiting a");
    if (first) first.focus();
  }
  function opened() {
    mark();
    const title = find("#item-title");
    if (title) title.focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-use], [data-repeat]");
    if (button) use(button);
    if (event.detail === 0 && event.target.matches(".exit")) {
      event.preventDefault();
      choose("leave_by", event.target.querySelector("input").value);
      firstField(event.target);
    }
  });
  document.addEventListener("change", (event) => { if (event.target.id === "f-refusal") refuse(event.target); });
  document.addEventListener("input", (event) => { if (event.target.matches("[data-around]")) around(event); });
  document.addEventListener("live:change", (event) => {
    const told = event.detail.topics.includes("queue:notices") && find("#around");
    if (told) window.setTimeout(() => window.htmx.trigger(told, "around:renew", { isByItself: true }), Math.random() * event.detail.spread);
  });
  /* What the page asks by itself prolongs no session. */
  document.addEventListener("htmx:configRequest", (event) => {
    const cause = event.detail.triggeringEvent;
    if (cause && cause.detail && cause.detail.isByItself) event.detail.headers["X-Live"] = "1";
  });
  document.addEventListener("pick:open", (event) => {
    const panel = event.target.closest(".panel-answer");
    if (panel) choose("leave_by", "answer");
  });
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target.id === "around") district(); });
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt.id === "desk") opened(); else if (event.detail.elt.matches(".desk")) renewed(); else if (event.detail.elt.closest("#waiting")) mark(); });
  document.addEventListener("htmx:historyRestore", mark);

  /* The form is sent without leaving the page, for somebody may be on the line: a refusal shows the desk again, too. */
  const isDesk = (detail) => detail.xhr && detail.xhr.responseText.includes('id="desk"');
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig.elt.id !== "leaving" || !isDesk(event.detail)) return;
    Object.assign(event.detail, { shouldSwap: true, isError: false });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { successful, xhr, requestConfig } = event.detail;
    if (requestConfig.elt.id !== "leaving") return;
    const isShown = isDesk(event.detail);
    if (successful && xhr.status < 400 && isShown) history.pushState({ htmx: true }, "", new URL(xhr.responseURL).pathname + new URL(xhr.responseURL).search);
    if (!window.hotlinePhone) return;
    if (!isShown) window.hotlinePhone.say(window.hotlinePhone.words.failed, true);
    window.hotlinePhone.renew();
  });
  renewed();
})();
