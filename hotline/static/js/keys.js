/* Keys: whatever carries data-key-press or data-keys is pressed or focused by them; ? lists the page's, and they can be switched off. */
(function () {
  "use strict";

  const OFF = "keys-off";
  const WRITING = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable=true]";
  const isSeen = (element) => element.getClientRects().length > 0 && !element.disabled && !element.hidden;
  const isOff = () => localStorage.getItem(OFF) === "1";

  /* "Alt+S" against the key that was pressed; letters and digits by their place, for Alt may change what they write. */
  function fits(wanted, event) {
    const parts = wanted.toLowerCase().split("+"), key = parts.pop();
    const code = event.code.replace(/^(Key|Digit|Numpad)/, "").toLowerCase();
    return (key === event.key.toLowerCase() || key === code)
      && parts.includes("alt") === event.altKey && parts.includes("ctrl") === (event.ctrlKey || event.metaKey)
      && parts.includes("shift") === event.shiftKey;
  }
  function wanted(event) {
    const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey;
    const isWriting = event.target.matches && event.target.matches(WRITING);
    return [...document.querySelectorAll("[data-keys], [data-key-press]")].filter(isSeen).find((element) => (
      (element.dataset.keys && element.dataset.keys.split(" ").some((one) => fits(one, event)))
      || (isPlain && !isWriting && element.dataset.keyPress && element.dataset.keyPress === event.key)));
  }
  function use(element) {
    if (element.matches(WRITING)) {
      element.focus();
      if (element.select) element.select();
    } else {
      if (!element.matches("[data-open], [data-key-stay]")) element.focus();
      element.click();
    }
  }

  /* Lists: j and k, or the arrows inside, go from row to row; Enter opens, for the row's link has the focus. */
  function rowsOf(list) {
    const own = [...list.querySelectorAll("[data-key]")];
    return (own.length ? own : [...list.querySelectorAll("tbody > tr, :scope > a")]).filter(isSeen);
  }
  const linkOf = (row) => (row.matches("a[href], button") ? row : row.querySelector("a[href], button"));
  function walk(event) {
    const inside = event.target.closest("[data-key-list]");
    const step = { j: 1, k: -1, ArrowDown: inside && 1, ArrowUp: inside && -1 }[event.key];
    const list = inside || document.querySelector("[data-key-list]");
    if (!step || !list || event.altKey || event.ctrlKey || event.metaKey || event.target.matches(WRITING)) return false;
    const rows = rowsOf(list).filter(linkOf);
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const from = at >= 0 ? at : rows.findIndex((row) => row.matches("[aria-current]") || row.querySelector("[aria-current]"));
    const next = rows[Math.min(rows.length - 1, Math.max(0, from < 0 ? 0 : from + step))];
    if (!next) return false;
    linkOf(next).focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function press(event) {
    if (event.isComposing || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && event.target.matches(WRITING)) { event.target.blur(); return; }
    const isHelp = event.key === "?" && !event.target.matches(WRITING);
    if (isOff() && !isHelp) return;
    const element = wanted(event);
    if (element) use(element);
    if (element || walk(event)) event.preventDefault();
  }

  /* The sheet tells what this very page has, in the order of the page. */
  function line(list, keys, words) {
    const term = document.createElement("dt"), told = document.createElement("dd");
    keys.split(" ").forEach((key) => {
      const shown = document.createElement("kbd");
      shown.textContent = key;
      term.append(shown, " ");
    });
    told.textContent = words;
    list.append(term, told);
  }
  function tell() {
    const list = document.querySelector("[data-keys-list]");
    list.replaceChildren();
    for (const element of document.querySelectorAll("[data-keys], [data-key-press], [data-key-list][data-key-label]")) {
      const isResting = "keyStay" in element.dataset && element.getClientRects().length > 0;
      if (!isSeen(element) && !isResting) continue;
      const keys = element.dataset.keys || element.dataset.keyPress || "j k";
      const label = element.dataset.keyLabel || element.textContent.trim();
      if (label) line(list, keys, label);
    }
    document.querySelector("[data-keys-on]").checked = !isOff();
  }

  function name(root) {
    const all = [...root.querySelectorAll("[data-keys], [data-key-press]"), root];
    for (const element of all) {
      const keys = element.dataset && (element.dataset.keys || element.dataset.keyPress);
      if (keys) element.setAttribute("aria-keyshortcuts", keys);
      if (element.dataset && element.dataset.open === "keys") element.hidden = false;
    }
  }

  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-open=keys]")) tell(); }, true);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-on]")) localStorage.setItem(OFF, event.target.checked ? "0" : "1");
  });
  document.addEventListener("htmx:load", (event) => name(event.detail.elt));
  name(document.body);
})();
