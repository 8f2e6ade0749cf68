/* The desks of dispatch and review: the chosen row is marked, its form gets the focus, the button says what it will do. */
(function () {
  "use strict";

  const chosen = () => document.getElementById("chosen");
  const rowLink = (number) => document.querySelector(`[data-key="${CSS.escape(number || "")}"] [data-row-link]`);

  /* Which row lies under one's eyes; nothing is marked by colour alone. */
  function mark() {
    const number = chosen() && chosen().dataset.number;
    document.querySelectorAll(".desk-row").forEach((row) => {
      if (row.dataset.key === number) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    });
  }
  function begin() {
    const panel = chosen();
    if (!panel || !panel.dataset.number) return;
    const row = document.querySelector('.desk-row[aria-current="true"]');
    if (row) row.scrollIntoView({ block: "nearest" });
    if (panel.querySelector("[data-focus]")) return;
    const first = panel.querySelector("[name=suggested]:checked, [name=suggested]") || panel.querySelector("[data-unit-search]:not([hidden])");
    if (first) first.focus({ preventScroll: true });
  }

  /* A suggestion and a unit that was looked for exclude each other; the button names the one that counts. */
  function chosenIn(form) {
    const select = form.querySelector("select[name=lead]");
    const option = select && select.value ? select.selectedOptions[0] : null;
    return option || form.querySelector("[name=suggested]:checked");
  }
  function name(form) {
    const button = form.querySelector("[data-order]");
    if (!button) return;
    const unit = chosenIn(form);
    const words = unit ? button.dataset.to.replace("{unit}", unit.dataset.unitName) : button.dataset.none;
    button.querySelector("[data-order-words]").textContent = words;
  }
  function choose(event) {
    const form = event.target.form;
    if (!form || !form.querySelector("[data-order]")) return;
    if (event.target.name === "suggested") {
      const select = form.querySelector("select[name=lead]");
      if (select && select.value) { select.value = ""; select.dispatchEvent(new Event("change")); }
    } else if (event.target.name === "lead" && event.target.value) {
      form.querySelectorAll("[name=suggested]").forEach((radio) => { radio.checked = false; });
    }
    name(form);
  }

  function press(event) {
    const isOpen = document.querySelector("dialog[open]");
    if (event.key === "Enter" && event.repeat && event.target.closest("#chosen")) event.preventDefault();
    if (event.key !== "Escape" || isOpen || event.defaultPrevented || !chosen()) return;
    const link = rowLink(chosen().dataset.number);
    if (link && !event.target.matches("textarea, select")) link.focus();
  }

  function prepare(root) {
    root.querySelectorAll("form").forEach(name);
    if (root.querySelector("#chosen") || root.id === "chosen") { mark(); begin(); }
  }

  document.addEventListener("change", choose);
  document.addEventListener("keydown", press);
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt.id === "chosen") prepare(event.detail.elt); });
  document.addEventListener("htmx:historyRestore", mark);
  prepare(document);
})();
