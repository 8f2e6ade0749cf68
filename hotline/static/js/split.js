/* Splitting a ticket: words selected in the original are taken into a part; the first take replaces what stood there. */
(function () {
  "use strict";

  const words = document.querySelector("[data-split-words]");
  if (!words) return;
  let selected = "";

  document.querySelectorAll("[data-split-take], [data-split-hint]").forEach((one) => { one.hidden = false; });
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const text = selection ? String(selection).trim() : "";
    if (text && selection.anchorNode && words.contains(selection.anchorNode)) selected = text;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-split-into]");
    if (!button || !selected) return;
    const field = document.getElementById(button.dataset.splitInto);
    const isUntouched = !field.dataset.splitTaken && field.value === field.defaultValue;
    field.value = isUntouched || !field.value.trim() ? selected : `${field.value.trimEnd()}\n${selected}`;
    field.dataset.splitTaken = "1";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
})();
