/* The answers in the knowledge panel by the keyboard: one is marked, the keys go from one to the next, put it in, text it, or end the matter with it. */
(function () {
  "use strict";

  const hits = () => [...document.querySelectorAll("#kb-answers [data-pick-hit]")];
  const marked = () => document.querySelector("#kb-answers [data-pick-hit][aria-current]");

  function mark(hit) {
    hits().forEach((one) => one.removeAttribute("aria-current"));
    hit.setAttribute("aria-current", "true");
    hit.scrollIntoView({ block: "nearest" });
  }
  function step(by) {
    const all = hits(), at = all.indexOf(marked()) + by;
    if (all.length) mark(all[Math.min(all.length - 1, Math.max(0, at))]);
  }

  /* An answer that was written by hand, or from another article, is looked at first; what is empty or just this goes out. */
  function end(button) {
    const pick = button.parentElement.querySelector("[data-pick]");
    const form = document.getElementById("leaving");
    if (!form) return;
    const field = form.elements.answer, article = form.elements.article;
    const isThis = field.value.trim() !== "" && article.value === pick.dataset.pick;
    const isEmpty = field.value.trim() === "";
    if (isThis) field.dispatchEvent(new CustomEvent("pick:open", { bubbles: true }));
    else pick.click();
    if (isThis || isEmpty) form.requestSubmit(form.querySelector(".desk-finish .btn-primary"));
  }

  document.addEventListener("click", (event) => {
    const stepper = event.target.closest("[data-pick-step]");
    if (stepper) { step(Number(stepper.dataset.pickStep)); return; }
    const ender = event.target.closest("[data-pick-end]");
    if (ender) { end(ender); return; }
    const hit = event.target.closest("[data-pick-hit]");
    if (hit && !hit.hasAttribute("aria-current") && !event.target.closest("a, button")) mark(hit);
  });

  /* A text is looked at before it goes; the field in question has the cursor again afterwards. */
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id === "kb-answers") {
      const steps = document.querySelector(".kb-steps");
      if (steps) steps.hidden = hits().length < 2;
    }
    if (event.detail.target.id !== "kb-text-body") return;
    const dialog = document.getElementById("kb-text");
    if (!dialog.open) dialog.showModal();
    const first = dialog.querySelector("#kb-text-body [data-focus]");
    if (first) first.focus();
  });
})();
