/* Drafts: what is typed into a form[data-draft] is kept on the server at every pause, and is there again after whatever happens. */
(function () {
  "use strict";

  const PAUSE = 800;
  const person = () => document.getElementById("main").dataset.person || "";
  const tokenOf = (form) => form.elements.namedItem("csrf_token").value;
  const shelf = (name) => "draft:" + person() + ":" + name;
  const known = new Map();

  /* What alone is no draft carries data-draft-idle. Files, passwords, tokens and what the page itself put in are never kept. */
  function kept(field) {
    return field.name && !field.name.startsWith("_") && !field.disabled
      && !["file", "password", "hidden", "submit", "button", "reset", "image"].includes(field.type);
  }
  function read(form, isTyped) {
    const values = {};
    for (const field of form.elements) {
      if (!kept(field) || isTyped && "draftIdle" in field.dataset) continue;
      const held = (values[field.name] = values[field.name] || []);
      if (["checkbox", "radio"].includes(field.type)) { if (field.checked) held.push(field.value); }
      else if (field.multiple) held.push(...[...field.selectedOptions].map((one) => one.value));
      else held.push(field.value);
    }
    return values;
  }
  function fill(form, values) {
    const left = Object.fromEntries(Object.entries(values).map(([name, held]) => [name, [...held]]));
    for (const field of form.elements) {
      const held = kept(field) && left[field.name];
      if (!held) continue;
      if (["checkbox", "radio"].includes(field.type)) field.checked = held.includes(field.value);
      else if (field.multiple) [...field.options].forEach((one) => { one.selected = held.includes(one.value); });
      else if (held.length) field.value = held.shift();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  /* What the line below the form says; a button beside it where there is something to do. */
  function say(form, what, at, then) {
    const line = form.querySelector("[data-draft-line]");
    if (!line) return;
    const time = at ? new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" }) : "";
    line.textContent = what ? line.dataset[what].replace("{time}", time) : "";
    line.classList.toggle("is-strong", what === "ended" || what === "failed");
    if (then) line.append(" ", then(line));
  }
  function discarding(form) {
    return (line) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-quiet";
      button.textContent = line.dataset.discard;
      button.addEventListener("click", () => discard(form));
      return button;
    };
  }
  function signingIn(line) {
    const link = document.createElement("a");
    link.href = line.dataset.address + "?next=" + encodeURIComponent(location.pathname + location.search);
    link.textContent = line.dataset.login;
    return link;
  }

  async function ask(form, method, body, leaves) {
    const answer = await fetch("/drafts/" + encodeURIComponent(form.dataset.draft), {
      method, keepalive: leaves || false, redirect: "manual",
      headers: { "X-CSRFToken": tokenOf(form), "Content-Type": "application/json", "HX-Request": "true" },
      body: body && JSON.stringify(body),
    });
    const isOut = answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 400;
    return { isOut, isDone: answer.ok, at: answer.ok && method === "PUT" ? (await answer.json()).at : null };
  }

  const shelve = (form, values) => sessionStorage.setItem(shelf(form.dataset.draft), JSON.stringify({ values, at: new Date().toISOString() }));

  /* Answers false when the session is over: then the values stay in this tab. */
  function save(form, leaves) {
    const state = known.get(form);
    if (!state || (!leaves && !form.isConnected)) return Promise.resolve(true);   // sent, and exchanged for what came back
    state.last = leaves ? saveNow(form, leaves) : (state.last || Promise.resolve()).then(() => saveNow(form));
    return state.last;
  }
  async function saveNow(form, leaves) {
    const state = known.get(form);
    window.clearTimeout(state.timer);
    const values = read(form), text = JSON.stringify(values);
    if (text === state.stored) return true;
    const isEmpty = JSON.stringify(read(form, true)) === state.untouched;
    try {
      const body = { values, address: location.pathname + location.search };
      const done = await ask(form, isEmpty ? "DELETE" : "PUT", isEmpty ? null : body, leaves);
      if (done.isOut) {
        shelve(form, values);
        say(form, "ended", null, signingIn);
        return false;
      }
      if (!done.isDone) throw new Error("refused");
      state.stored = text;
      sessionStorage.removeItem(shelf(form.dataset.draft));
      say(form, isEmpty ? "" : "saved", done.at, !isEmpty && state.isRestored && discarding(form));
    } catch (problem) {
      say(form, "failed");
      if (!leaves) state.timer = window.setTimeout(() => save(form), 5000);
    }
    return true;
  }
  async function discard(form) {
    const state = known.get(form);
    fill(form, JSON.parse(state.first));
    window.clearTimeout(state.timer);
    sessionStorage.removeItem(shelf(form.dataset.draft));
    const done = await ask(form, "DELETE");
    if (done.isDone) state.stored = state.first;
    say(form, "");
    (form.querySelector("textarea, input:not([type=hidden]), select") || form).focus();
  }

  function typed(event) {
    const form = event.target.form, state = known.get(form);
    if (!state) return;
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(() => save(form), PAUSE);
  }

  /* Nothing unsaved is sent into a session that is over: the save comes first, and then the form. */
  async function send(event) {
    const form = event.target, state = known.get(form);
    if (!state) return;
    if (state.isSafe || JSON.stringify(read(form)) === state.stored || form.dataset.sent) { state.isSent = true; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await save(form))) return;
    state.isSafe = true;
    form.dataset.confirmed = "1";
    form.requestSubmit(event.submitter);
    delete form.dataset.confirmed;
    state.isSafe = false;
  }

  /* The page goes away, or what is exchanged in it: a form elsewhere stays, and its own pause saves it. */
  function leave(within) {
    known.forEach((state, form) => {
      if (!form.isConnected) known.delete(form);
      else if (!state.isSent && (!within || within.contains(form))) {
        if (JSON.stringify(read(form)) !== state.stored) shelve(form, read(form));
        save(form, true);
      }
    });
  }

  async function restore(form) {
    const state = known.get(form), name = form.dataset.draft;
    const here = JSON.parse(sessionStorage.getItem(shelf(name)) || "null");
    const answer = here ? null : await fetch("/drafts/" + encodeURIComponent(name), { headers: { "HX-Request": "true" } });
    if (!here && !answer.ok) return;
    const draft = here || await answer.json();
    if (JSON.stringify(read(form)) !== state.first) return;
    fill(form, draft.values);
    if (here) { await save(form); } else { state.stored = JSON.stringify(read(form)); }
    state.isRestored = true;
    say(form, "restored", draft.at, discarding(form));
    form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  }

  async function prepare(root) {
    const forms = [...root.querySelectorAll("form[data-draft]"), ...(root.matches("form[data-draft]") ? [root] : [])]
      .filter((form) => !known.has(form));
    if (!forms.length || !person()) return;
    for (const form of forms) {
      const first = "draftTyped" in form.dataset ? "" : JSON.stringify(read(form));
      known.set(form, { first, stored: first, untouched: first && JSON.stringify(read(form, true)), timer: 0 });
      if (!first) save(form);
    }
    const waiting = forms.filter((form) => !("draftTyped" in form.dataset));
    const inTab = (form) => sessionStorage.getItem(shelf(form.dataset.draft));
    const answer = await fetch("/drafts", { headers: { "HX-Request": "true" } });
    const names = answer.ok ? (await answer.json()).names : [];
    await Promise.all(waiting.filter((form) => inTab(form) || names.includes(form.dataset.draft)).map(restore));
  }

  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("submit", send, true);
  window.addEventListener("pagehide", () => leave());
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); });
  document.addEventListener("htmx:beforeSwap", (event) => leave(event.detail.target));
  /* A fragment that finds the session over must not carry the page away from what is typed in it. */
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status !== 401 || !known.size) return;
    event.preventDefault();
    known.forEach((state, form) => save(form).then((isIn) => { if (isIn) say(form, "ended", null, signingIn); }));
  });
  document.addEventListener("htmx:afterRequest", (event) => { if (known.has(event.detail.elt)) known.get(event.detail.elt).isSent = false; });
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => prepare(document.body));
  else prepare(document.body);
})();
