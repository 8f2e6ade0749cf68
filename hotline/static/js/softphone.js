/* The operator's softphone on a page: what the keys do, the form that a call brings, and how a talk survives the page. */
(function () {
  "use strict";

  const own = document.currentScript.dataset;
  const phone = window.hotlinePhone, line = window.hotlineLine;
  if (!phone || !line) return;
  const { bar, words } = phone;
  const OFTEN = 2000, WITHOUT_STREAM = 10000, SETTLED = 1200;
  const find = (selector) => document.querySelector(selector);
  let shownFor = "", timer = 0, renewedAt = 0;

  /* Keys: what the phone itself does goes to the line; everything else is a form that goes to the server. */
  document.addEventListener("phone:key", (event) => {
    const { key } = event.detail, now = phone.now();
    const isThird = now.call === "connected" && now.state === "ringing";
    if (key === "answer" && now.answer === "device") { event.preventDefault(); answer(); }
    if (key === "end" && isThird && now.answer === "device") { event.preventDefault(); line.act("reject"); }
    if (key === "end" && now.state === "on_call" && !bar.querySelector("[data-p=call] form, [data-p=form-end][action$=hang-up]")) { event.preventDefault(); line.act("hangUp"); }
  });
  function answer() {
    const { state, isThere } = line.of();
    if (!isThere) phone.say(words.nowhere, true);
    else if (state === "ringing") line.act("accept");
    else phone.say(words.connecting);
  }
  document.addEventListener("click", (event) => {
    const key = event.target.closest("button[data-do=mute], button[data-do=pass], [data-phone-digit]");
    if (!key || !bar.contains(key)) return;
    if (key.dataset.phoneDigit) line.act("digits", key.dataset.phoneDigit);
    else if (key.dataset.do === "mute") line.act("mute");
    else targets();
  });
  async function targets() {
    const sheet = find("#phone-pass"), place = sheet.querySelector("[data-phone-targets]");
    sheet.querySelector("[data-phone-refused]").hidden = true;
    sheet.showModal();
    const found = await window.hotlineLive.ask(bar.dataset.targetsUrl);
    if (found) place.innerHTML = await found.text();
    const first = place.querySelector("select, input:not([type=hidden])");
    if (first) first.focus();
  }

  /* The form of a call: opened by the call, unless the operator is writing; then it waits behind its button. */
  function isInWork() {
    const form = find("#leaving");
    if (!form) return false;
    const told = form.querySelector("[data-draft-line]");
    const isChanged = (field) => !["hidden", "radio", "checkbox", "submit", "button", "file"].includes(field.type)
      && (field.options ? [...field.options].some((one) => one.selected !== one.defaultSelected && field.selectedIndex > 0) : field.value !== field.defaultValue);
    return Boolean(told && told.textContent.trim()) || [...form.elements].some(isChanged);
  }
  function pop(ref) {
    if (!find("#desk") || !ref || shownFor === ref) return;
    shownFor = ref;
    if (new URLSearchParams(location.search).get("call") === ref) return;
    const link = bar.querySelector("[data-phone-form-link]");
    if (!link || !window.htmx) return;
    if (!isInWork()) { open(link.href); return; }
    phone.say(words.kept);
    window.htmx.ajax("GET", link.dataset.caller, "#caller");
  }
  const open = (address) => window.htmx.ajax("GET", address, { target: "#desk", select: "#desk", swap: "outerHTML", push: address, selectOOB: "#my-drafts" });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-phone-form-link]");
    if (!link || !find("#desk") || !window.htmx || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open(link.href);
  });
  document.addEventListener("phone:now", (event) => {
    const { now, before } = event.detail;
    line.ring(now.state === "ringing" && !now.isOwn && now.answer !== "desk");
    if (now.state === "ringing") pop(now.ref);
    const isExpected = (now.state === "ringing" && now.isOwn) || (now.listens && now.state !== "ringing");
    if (isExpected && line.of().isHolder) line.act("accept");
    const field = find("#leaving #f-body"), isFree = !document.activeElement || !document.activeElement.matches("input, textarea, select");
    if (before.state === "ringing" && now.state === "on_call" && shownFor === now.ref && field && isFree) field.focus();
    shift(now);
  });
  document.addEventListener("phone:line", () => {
    const { state, isMuted, isHolder } = line.of(), mute = bar.querySelector("[data-do=mute]");
    mute.setAttribute("aria-pressed", String(isMuted));
    if (isMuted) phone.say(words.muted); else if (state === "open") phone.say(isHolder ? "" : words.elsewhere);
    if (state === "ringing" && (phone.now().isOwn || phone.now().listens)) line.act("accept");
  });

  /* What was said stands below the bar where there is no sound; the operator can type. */
  document.addEventListener("phone:heard", (event) => {
    const { who, text } = event.detail, place = bar.querySelector("[data-phone-lines]");
    if (who === "silent") {
      phone.say(words[text], text === "microphone" || text === "asking");
      show(text !== "allowed" || place.children.length > 0);
      return;
    }
    const said = document.createElement("p"), by = document.createElement("strong");
    by.textContent = who === "us" ? words.us : words.them;
    said.append(by, " ", text);
    place.append(said);
    while (place.children.length > 30) place.firstChild.remove();
    place.scrollTop = place.scrollHeight;
    show(true);
  });
  const show = (is) => { bar.querySelector("[data-phone-words]").hidden = !is; };
  function shift(now) {
    if (now.ref || bar.querySelector("[data-phone-words]").hidden) return;
    bar.querySelector("[data-phone-lines]").replaceChildren();
    show(false);
  }
  bar.querySelector("[data-phone-speak]").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = event.target.elements.said, text = field.value.trim();
    if (!text) return;
    line.act("speak", text);
    field.value = "";
  });

  /* A talk survives the page: what leads away opens elsewhere, and leaving asks first. */
  const isTalking = () => line.of().isHolder && line.of().state === "open";
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!isTalking() || !link || event.defaultPrevented || link.target || event.ctrlKey || event.metaKey || link.hasAttribute("hx-get")) return;
    const there = new URL(link.href, location.href);
    if (link.getAttribute("href").startsWith("#") || link.hasAttribute("download")) return;
    event.preventDefault();
    window.open(there.href, "_blank");
    phone.say(words.leave);
  });
  window.addEventListener("beforeunload", (event) => { if (isTalking()) event.preventDefault(); });

  /* What changes elsewhere: the own seat at once, the queue when the hand has time. */
  function soon(wait) {
    if (timer) return;
    timer = window.setTimeout(() => { timer = 0; renewedAt = Date.now(); phone.renew(); }, wait);
  }
  document.addEventListener("live:change", (event) => {
    const { topics, spread = 0 } = event.detail;
    if (topics.includes("seat:" + bar.dataset.person) || (phone.now().ref && topics.includes("call:" + phone.now().ref))) phone.renew();
    else if (topics.includes("calls")) soon(Math.max(0, renewedAt + OFTEN - Date.now()) + Math.random() * spread);
  });
  document.addEventListener("live:again", () => phone.renew());
  window.setInterval(() => { if (document.documentElement.dataset.live !== "on" && !document.hidden) phone.renew(); }, WITHOUT_STREAM);

  /* The page comes first, then its phone. */
  const begin = () => window.setTimeout(() => line.start(own.holds === "1", own.window), SETTLED);
  if (document.readyState === "complete") begin(); else window.addEventListener("load", begin);
  const asked = new URLSearchParams(location.search);
  if (["ringing", "on_call"].includes(phone.now().state) && !asked.get("made") && !asked.get("item")) pop(phone.now().ref);
})();
