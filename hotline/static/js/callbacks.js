/* The questions of a callback by the keyboard: a digit answers the question in the frame, which then moves on. Works without. */
(function () {
  "use strict";

  const form = document.getElementById("asks");
  if (!form) return;
  const asks = [...form.querySelectorAll("[data-ask]")];
  const WRITING = "textarea, select, input:not([type=radio]):not([type=checkbox])";
  const isAnswered = (ask) => ask.querySelector("input:checked") !== null;
  const keysAreOff = () => localStorage.getItem("keys-off") === "1";
  let at = 0;

  function mark(place) {
    at = Math.max(0, Math.min(asks.length - 1, place));
    asks.forEach((ask, index) => ask.classList.toggle("is-asked", index === at));
  }
  function firstOpen() {
    const open = asks.findIndex((ask) => !isAnswered(ask));
    return open < 0 ? asks.length - 1 : open;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || keysAreOff()) return;
    if (event.target.matches(WRITING) || document.querySelector("dialog[open]")) return;
    if (event.key === "Backspace") { event.preventDefault(); mark(at - 1); return; }
    const choice = /^[0-9]$/.test(event.key) && asks[at].querySelector(`[data-digit="${event.key}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.dispatchEvent(new Event("input", { bubbles: true }));
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    choice.focus();
  });
  form.addEventListener("change", (event) => {
    const ask = event.target.closest("[data-ask]");
    if (ask) mark(isAnswered(asks[asks.length - 1]) ? firstOpen() : asks.indexOf(ask) + 1);
  });

  form.querySelector("[data-ask-keys]").hidden = false;
  mark(firstOpen());
})();
