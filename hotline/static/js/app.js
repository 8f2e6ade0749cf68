/* Small comforts on every page. Each works on whatever is on the page or arrives later by htmx; the page works without them. */
(function () {
  "use strict";

  const each = (root, selector, act) => {
    if (root.matches && root.matches(selector)) act(root);
    root.querySelectorAll(selector).forEach(act);
  };

  /* Times: relative words, renewed each half minute; the exact time is the title. */
  const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "zh-CN", { numeric: "always" });
  function renewTime(time) {
    const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
    const step = steps.find(([, size]) => Math.abs(seconds) >= size);
    if (!step) return;
    time.textContent = Math.abs(seconds) < 7 * 86400 ? words.format(Math.round(seconds / step[1]), step[0]) : time.title;
  }

  /* Sending twice: the first click wins; the buttons come back when the page does. */
  function guard(event) {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("form[data-once]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.querySelectorAll("button[type=submit]").forEach((button) => button.setAttribute("aria-busy", "true"));
  }
  function release(root) {
    each(root, "form[data-sent]", (form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    });
  }

  /* Asking first: the form's own words in the page's one dialog. */
  function ask(event) {
    const form = event.target;
    const dialog = document.getElementById("confirm");
    if (!form.dataset.confirm || form.dataset.confirmed || !dialog) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    dialog.querySelector("[data-confirm-text]").textContent = form.dataset.confirm;
    dialog.querySelector("[data-confirm-yes]").onclick = () => {
      dialog.close();
      form.dataset.confirmed = "1";
      form.requestSubmit(event.submitter);
      delete form.dataset.confirmed;
    };
    dialog.showModal();
  }

  /* Sheets: a link to #id opens the dialog with that id. */
  function click(event) {
    const from = event.target.closest("[data-open], [data-close], [data-dismiss], [data-copy], [data-print]");
    if (!from) return;
    if (from.dataset.open) {
      event.preventDefault();
      document.getElementById(from.dataset.open).showModal();
    } else if ("close" in from.dataset) {
      const dialog = from.closest("dialog");
      if (dialog && dialog.open) { event.preventDefault(); dialog.close(); }
    } else if ("dismiss" in from.dataset) {
      from.closest("[data-toast]").remove();
    } else if ("print" in from.dataset) {
      window.print();
    } else {
      copy(from);
    }
  }
  function press(event) {
    if (event.key === " " && event.target.matches("a[role=button]")) {
      event.preventDefault();
      event.target.click();
    }
  }

  async function copy(button) {
    const label = button.getAttribute("aria-label");
    await navigator.clipboard.writeText(button.dataset.copy);
    button.setAttribute("aria-label", button.dataset.done);
    button.classList.add("is-copied");
    window.setTimeout(() => { button.setAttribute("aria-label", label); button.classList.remove("is-copied"); }, 2000);
  }

  /* How much still fits into a text field. */
  function counter(field) {
    const shown = document.createElement("span");
    shown.className = "characters";
    const renew = () => { shown.textContent = field.dataset.count.replace("{n}", field.maxLength - field.value.length); };
    field.addEventListener("input", renew);
    field.after(shown);
    renew();
  }

  function prepare(root) {
    each(root, "time[data-relative]", renewTime);
    each(root, "[data-copy]", (button) => { button.hidden = !navigator.clipboard; });
    each(root, "textarea[data-count]:not([data-counted])", (field) => { field.dataset.counted = "1"; counter(field); });
    each(root, "[data-focus]", (notice) => notice.focus());
  }

  document.addEventListener("submit", ask, true);
  document.addEventListener("submit", guard);
  document.addEventListener("click", click);
  document.addEventListener("keydown", press);
  window.addEventListener("pageshow", () => release(document));
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  document.addEventListener("htmx:afterRequest", (event) => release(event.detail.elt));
  window.setInterval(() => each(document, "time[data-relative]", renewTime), 30000);
  prepare(document);
})();
