/* The bar of the operator's phone: a fresh one from the server is put in piece by piece, so that every key stays where it
   is; its forms are sent from here. document gets "phone:now" when it is renewed, "phone:key" before a key is sent. */
(function () {
  "use strict";

  const bar = document.getElementById("phone");
  if (!bar) return;
  const words = JSON.parse(bar.dataset.words);
  const last = new WeakMap();     // piece → what the server had sent for it
  let skew = 0, isAsking = false, isAskedAgain = false;

  const now = () => bar.querySelector("[data-p=now]").dataset;
  const plain = (html) => html.replace(/(name="csrf_token" value=")[^"]*/g, "$1");

  function say(text, isStrong) {
    const line = bar.querySelector("[data-phone-said]");
    line.textContent = text || "";
    line.title = text || "";
    line.classList.toggle("is-strong", Boolean(isStrong));
  }

  /* Putting in: attributes as the server has them now, words only where they changed and nobody types. */
  function attributes(own, fresh) {
    const isOurs = (name) => name === "open" || (name === "aria-pressed" && own.dataset.do === "mute");
    for (const { name } of [...own.attributes]) if (!isOurs(name) && !fresh.hasAttribute(name)) own.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (!isOurs(name) && own.getAttribute(name) !== value) own.setAttribute(name, value);
  }
  function isTyped(own) {
    const fields = [...own.querySelectorAll("input:not([type=hidden]), select, textarea")];
    return fields.some((field) => field === document.activeElement
      || (field.options ? [...field.options].some((one) => one.selected !== one.defaultSelected && field.selectedIndex > 0) : field.value !== field.defaultValue));
  }
  function inner(own, fresh) {
    const html = plain(fresh.innerHTML);
    if (last.get(own) === html) return;
    if ("pForm" in own.dataset && html && !fresh.hidden && isTyped(own)) return;
    last.set(own, html);
    const reach = () => [...own.querySelectorAll("a, button, input, select")];
    const at = reach().indexOf(document.activeElement);
    own.innerHTML = fresh.innerHTML;
    if (at >= 0 && reach().length) reach()[Math.min(at, reach().length - 1)].focus();
    if (window.htmx) window.htmx.process(own);
  }
  function put(fresh) {
    const pieces = new Map([...fresh.querySelectorAll("[data-p]")].map((one) => [one.dataset.p, one]));
    for (const own of bar.querySelectorAll("[data-p]")) {
      const next = pieces.get(own.dataset.p);
      if (!next || !own.isConnected) continue;
      attributes(own, next);
      if ("pText" in own.dataset || "pForm" in own.dataset) inner(own, next);
    }
    bar.dataset.kind = fresh.dataset.kind;
    tick();
  }

  async function renew() {
    if (isAsking) { isAskedAgain = true; return; }
    isAsking = true;
    do {
      isAskedAgain = false;
      const answer = await window.hotlineLive.ask(bar.dataset.url);
      const was = bar.classList.contains("is-stale");
      bar.classList.toggle("is-stale", !answer);
      if (!answer) { say(words.stale, true); break; }
      if (was) say("");
      skew = Date.parse(answer.headers.get("Date") || "") - Date.now() || 0;
      const before = { ...now() };
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("phone");
      if (fresh) put(fresh);
      document.dispatchEvent(new CustomEvent("phone:now", { detail: { before, now: { ...now() } } }));
    } while (isAskedAgain);
    isAsking = false;
  }

  /* Sending: the answer is a word for the operator; the bar then shows what came of it. */
  async function post(action, body, isQuiet) {
    const headers = { "X-Phone": "1", "X-CSRFToken": bar.dataset.csrf, "Idempotency-Key": crypto.randomUUID ? crypto.randomUUID() : String(Math.random()) };
    let answer = null, told = {};
    try {
      answer = await fetch(action, { method: "POST", body: body || new FormData(), headers, redirect: "manual" });
      if ((answer.headers.get("Content-Type") || "").startsWith("application/json")) told = await answer.json();
      else if (answer.body) answer.body.cancel();
    } catch (problem) {
      answer = null;
    }
    const isDone = Boolean(answer && answer.ok);
    if (!isDone) say(told.message || words.failed, true); else if (!isQuiet) say(told.message);
    if (!isQuiet) renew();
    return isDone ? told : null;
  }
  async function send(event) {
    const form = event.target, button = event.submitter;
    if (!form.matches("form[data-phone-form]")) return;
    event.preventDefault();
    const key = button && button.dataset.do;
    if (key && !document.dispatchEvent(new CustomEvent("phone:key", { cancelable: true, detail: { key } }))) return;
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const body = new FormData(form);
    if (button && button.name) body.set(button.name, button.value);
    const isDone = await post(button && button.hasAttribute("formaction") ? button.formAction : form.action, body);
    delete form.dataset.busy;
    const menu = form.closest("details[data-phone-menu]"), sheet = form.closest("dialog");
    refused(sheet, isDone ? "" : bar.querySelector("[data-phone-said]").textContent);
    if (!isDone) return;
    if (menu) menu.open = false;
    if (sheet) sheet.close();
  }

  /* A sheet lies over the bar: what was refused stands in it as well. */
  function refused(sheet, text) {
    const place = sheet && sheet.querySelector("[data-phone-refused]");
    if (!place) return;
    place.textContent = text;
    place.hidden = !text;
  }

  /* Menus: one open at a time; Esc and a click elsewhere close. */
  const menus = () => [...bar.querySelectorAll("details[data-phone-menu]")];
  function toggled(event) {
    const menu = event.target;
    if (!menu.matches || !menu.matches("details[data-phone-menu]")) return;
    if (menu.open) menus().forEach((one) => { if (one !== menu) one.open = false; });
    if ("phoneCallers" in menu.dataset) callers(menu);
  }
  async function callers(menu) {
    const list = menu.querySelector("#callers");
    if (!menu.open) { delete list.dataset.live; return; }
    const answer = await window.hotlineLive.ask(bar.dataset.callersUrl);
    if (answer) list.innerHTML = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("callers").innerHTML;
    list.dataset.live = "calls";
    tick();
  }
  function clicked(event) {
    const summary = event.target.closest("summary[aria-disabled=true]");
    if (summary && bar.contains(summary)) event.preventDefault();
    menus().forEach((one) => { if (one.open && (!one.contains(event.target) || event.target.closest("[data-open]"))) one.open = false; });
  }
  function escaped(event) {
    const menu = event.key === "Escape" && event.target.closest && event.target.closest("details[data-phone-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  }

  function tick() {
    for (const one of bar.querySelectorAll("[data-timer]")) {
      const passed = (Date.now() + skew - Date.parse(one.dataset.timer)) / 1000;
      const seconds = Math.max(0, Math.round("timerDown" in one.dataset ? -passed : passed));
      const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, String(seconds % 60).padStart(2, "0")];
      one.textContent = hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
    }
  }

  bar.querySelectorAll("[data-p-text], [data-p-form]").forEach((one) => last.set(one, plain(one.innerHTML)));
  document.addEventListener("submit", send);
  document.addEventListener("toggle", toggled, true);
  document.addEventListener("click", clicked, true);
  document.addEventListener("keydown", escaped);
  window.setInterval(tick, 1000);
  tick();
  window.hotlinePhone = { bar, words, now, say, post, renew };
})();
