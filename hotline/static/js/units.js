/* Finding one of many units: typing narrows the choice by name, code or duty; Enter takes the first that fits. */
(function () {
  "use strict";

  const folded = (text) => text.normalize("NFKC").toLowerCase().trim();
  const wordsOf = (option) => folded(option.textContent + " " + (option.dataset.words || ""));

  function enhance(box) {
    const search = box.querySelector("[data-unit-search]");
    const select = box.querySelector("select");
    const none = box.querySelector("[data-unit-none]");
    const options = Array.from(select.options).filter((option) => option.value);
    if (!search || box.dataset.ready) return;
    box.dataset.ready = "1";
    search.hidden = false;

    function narrow() {
      const wanted = folded(search.value).split(/\s+/).filter(Boolean);
      const fitting = options.filter((option) => {
        const words = wordsOf(option);
        option.hidden = option.disabled = !wanted.every((word) => words.includes(word));
        return !option.hidden;
      });
      select.querySelectorAll("optgroup").forEach((group) => {
        group.hidden = !group.querySelector("option:not([hidden])");
      });
      none.hidden = fitting.length > 0;
      if (wanted.length) select.value = fitting.length ? fitting[0].value : "";
    }

    search.addEventListener("input", narrow);
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); select.focus(); }
      if (event.key === "ArrowDown") { event.preventDefault(); select.focus(); }
      if (event.key === "Escape" && search.value) { search.value = ""; narrow(); }
    });
  }

  const prepare = (root) => root.querySelectorAll("[data-unit-pick]").forEach(enhance);
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  prepare(document);
})();
