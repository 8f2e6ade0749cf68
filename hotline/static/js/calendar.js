/* The year by the keyboard: arrows go from day to day, Shift with a click or an arrow ticks a span. Works without. */
(function () {
  "use strict";

  const year = document.querySelector("[data-year]");
  if (!year) return;
  const boxes = [...year.querySelectorAll("input[name=day]")];
  const told = document.querySelector("[data-ticked]");
  const before = told.textContent;
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  let last = null;

  function tell() {
    const ticked = boxes.filter((box) => box.checked).length;
    told.textContent = ticked ? told.dataset.words.replace("{n}", ticked) : before;
  }
  function reach(box) {
    boxes.forEach((one) => { one.tabIndex = one === box ? 0 : -1; });
  }
  function span(from, to, isTicked) {
    const [first, end] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
    boxes.slice(first, end + 1).forEach((box) => { box.checked = isTicked; });
  }

  year.addEventListener("click", (event) => {
    const box = event.target.closest("input[name=day]");
    if (!box) return;
    if (event.shiftKey && last) span(last, box, box.checked);
    last = box;
    tell();
  });
  year.addEventListener("keydown", (event) => {
    const box = event.target.closest("input[name=day]");
    const step = STEPS[event.key];
    if (!box || !step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = boxes[boxes.indexOf(box) + step];
    if (!next) return;
    reach(next);
    next.focus();
    if (event.shiftKey) { box.checked = true; span(box, next, true); last = next; tell(); }
  });
  year.addEventListener("focusin", (event) => { if (event.target.name === "day") reach(event.target); });

  reach(boxes.find((box) => box.closest(".is-today")) || boxes[0]);
  tell();
})();
