/* Ticking rows for one action on all of them: tick all, ranges with Shift, how many, and buttons that wait for the first tick. */
(function () {
  "use strict";

  let last = null;

  const boxes = (id) => Array.from(document.querySelectorAll('input[name="numbers"]')).filter((box) => box.form && box.form.id === id);
  const ids = () => new Set(Array.from(document.querySelectorAll("[data-batch-count]"), (shown) => shown.dataset.batchCount));

  function renew(id) {
    const all = boxes(id);
    const count = all.filter((box) => box.checked).length;
    document.querySelectorAll(`[data-batch-count="${CSS.escape(id)}"]`).forEach((shown) => {
      const words = count ? shown.dataset.some.replace("{n}", count) : shown.dataset.none;
      if (shown.textContent !== words) shown.textContent = words;
    });
    document.querySelectorAll("[data-batch-do]").forEach((button) => {
      if (button.form && button.form.id === id) button.disabled = !count;
    });
    document.querySelectorAll(`[data-batch-all="${CSS.escape(id)}"]`).forEach((box) => {
      box.hidden = !all.length;
      box.checked = count > 0 && count === all.length;
      box.indeterminate = count > 0 && count < all.length;
    });
  }

  function range(box) {
    const all = boxes(box.form.id);
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (from >= 0) all.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
  }

  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.name !== "numbers" || !box.form) return;
    if (event.shiftKey && last && last !== box) range(box);
    last = box;
    renew(box.form.id);
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement)) return;
    const id = box.dataset.batchAll || (box.name === "numbers" && box.form && box.form.id);
    if (!id) return;
    if (box.dataset.batchAll) boxes(id).forEach((one) => { one.checked = box.checked; });
    renew(id);
  });

  /* Rows come and go while the page is open; the boxes of those that stayed keep their ticks. */
  let waiting = false;
  const renewAll = () => { waiting = false; ids().forEach(renew); };
  new MutationObserver(() => {
    if (!waiting) { waiting = true; window.requestAnimationFrame(renewAll); }
  }).observe(document.getElementById("main") || document.body, { childList: true, subtree: true });
  window.addEventListener("pageshow", renewAll);
  renewAll();
})();
