/* Writing a reply or a review: phrases and earlier replies are put in at the cursor, and each result shows what it leads to. */
(function () {
  "use strict";

  /* What was written stays; the words come behind the cursor, on a line of their own. */
  function insert(field, text) {
    const before = field.value.slice(0, field.selectionStart);
    const gap = before && !before.endsWith("\n") ? "\n" : "";
    const room = field.maxLength > 0 ? field.maxLength - field.value.length : Infinity;
    field.setRangeText((gap + text).slice(0, Math.max(0, room)), field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }
  const targetOf = (button) => {
    const box = button.closest("[data-insert-into]");
    return box && document.querySelector(box.dataset.insertInto);
  };
  function click(event) {
    const button = event.target.closest("[data-insert]");
    const field = button && targetOf(button);
    if (!field) return;
    insert(field, button.dataset.insert);
    const basis = button.dataset.insertBasis && document.getElementById("reply-basis");
    if (basis && !basis.value) {
      basis.value = button.dataset.insertBasis;
      basis.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  /* A result that promises something asks for the day; the others don't show the field at all. */
  function explain(select) {
    const chosen = select.value;
    const form = select.form;
    form.querySelectorAll("[data-means]").forEach((words) => { words.hidden = words.dataset.means !== chosen; });
    const day = form.querySelector("[data-promise]");
    if (!day) return;
    const isNeeded = select.selectedOptions[0] && select.dataset.promising.split(" ").includes(chosen);
    day.hidden = !isNeeded;
    day.querySelector("input").required = Boolean(isNeeded);
    if (!isNeeded && chosen) day.querySelector("input").value = "";
  }

  function prepare(root) {
    root.querySelectorAll("[data-insert-into]").forEach((box) => { box.hidden = !document.querySelector(box.dataset.insertInto); });
    root.querySelectorAll("select[data-promising]").forEach(explain);
    root.querySelectorAll("[data-means-all]").forEach((list) => { list.classList.add("is-single"); });
  }
  document.addEventListener("click", click);
  document.addEventListener("change", (event) => { if (event.target.matches("select[data-promising]")) explain(event.target); });
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt.parentElement || document));
  prepare(document);
})();
