/* Finding one of many units: typing narrows the choice by name, code, duty or pinyin initials; Enter takes the first that fits. */
(function () {
  "use strict";

  const MOST_SHOWN = 7;
  const folded = (text) => text.normalize("NFKC").toLowerCase().trim();

  /* The browser sorts Chinese by sound: a character begins with the letter of the last mark that sorts before it. */
  const LETTERS = "abcdefghjklmnopqrstwxyz";
  const MARKS = "阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀";
  const order = new Intl.Collator("zh-Hans-CN-u-co-pinyin");
  function initial(char) {
    if (!/\p{Script=Han}/u.test(char)) return char;
    let found = 0;
    for (let at = 0; at < MARKS.length && order.compare(MARKS[at], char) <= 0; at += 1) found = at;
    return LETTERS[found];
  }
  const initials = (name) => Array.from(name, initial).join("");

  const known = new WeakMap();
  function wordsOf(option) {
    if (!known.has(option)) {
      const name = folded(option.dataset.unitName || option.textContent);
      known.set(option, folded(`${option.textContent} ${option.dataset.words || ""}`) + " " + initials(name));
    }
    return known.get(option);
  }

  function enhance(box) {
    const search = box.querySelector("[data-unit-search]");
    const select = box.querySelector("select");
    const none = box.querySelector("[data-unit-none]");
    const accused = box.querySelector("[data-unit-accused]");
    const chosen = box.querySelector("[data-unit-chosen]");
    const few = select.size;
    const options = Array.from(select.options).filter((option) => option.value);
    if (!search || box.dataset.ready) return;
    box.dataset.ready = "1";
    search.hidden = false;

    function narrow() {
      const wanted = folded(search.value).split(/\s+/).filter(Boolean);
      const fitting = options.filter((option) => {
        const words = wordsOf(option);
        option.hidden = option.disabled = !wanted.every((word) => words.includes(word)) && !(select.multiple && option.selected);
        return !option.hidden;
      });
      select.querySelectorAll("optgroup").forEach((group) => {
        group.hidden = !group.querySelector("option:not([hidden])");
      });
      none.hidden = fitting.length > 0;
      if (!select.multiple) select.size = wanted.length && fitting.length > 1 ? MOST_SHOWN : few;
      if (wanted.length && !select.multiple) select.value = fitting.length ? fitting[0].value : "";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }

    /* Enter takes what is chosen on to the button that says what it will do. */
    function take(event) {
      event.preventDefault();
      if (select.multiple) return add();
      select.size = 0;
      const button = select.form && select.form.querySelector("[data-order]");
      (select.value && button ? button : select).focus();
    }

    /* Of several, Enter chooses the first that fits and makes room for the next. */
    function add() {
      const first = options.find((option) => !option.hidden && !option.selected);
      if (first && search.value) first.selected = true;
      search.value = "";
      narrow();
    }

    search.addEventListener("input", narrow);
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) take(event);
      if (event.key === "ArrowDown") { event.preventDefault(); select.focus(); }
      if (event.key === "Escape" && search.value) { event.stopPropagation(); search.value = ""; narrow(); }
    });
    select.addEventListener("keydown", (event) => { if (event.key === "Enter") take(event); });
    select.addEventListener("change", () => {
      const option = select.selectedOptions[0];
      const names = Array.from(select.selectedOptions, (one) => one.dataset.unitName);
      if (chosen && names.length) chosen.textContent = chosen.dataset.some.replace("{units}", names.join("、"));
      if (accused) accused.hidden = !(option && "accused" in option.dataset);
    });
  }

  const prepare = (root) => root.querySelectorAll("[data-unit-pick]").forEach(enhance);
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  prepare(document);
})();
