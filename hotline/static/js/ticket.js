/* The ticket's page: long texts folded, forms opened by their links, numbers covered again. Works without. */
(function () {
  "use strict";

  const TALLEST = 190;

  /* Long texts: folded with a button that opens them. */
  function fold(root) {
    root.querySelectorAll("[data-fold]:not([data-fold-seen])").forEach((box) => {
      if (box.getClientRects().length === 0) return;
      box.dataset.foldSeen = "1";
      if (box.scrollHeight <= TALLEST + 40) return;
      const more = document.createElement("button");
      more.type = "button";
      more.className = "fold-more";
      const turn = () => {
        const isFolded = box.classList.toggle("is-folded");
        more.textContent = isFolded ? words.more : words.less;
        more.setAttribute("aria-expanded", String(!isFolded));
      };
      more.addEventListener("click", turn);
      turn();
      box.after(more);
    });
  }
  const texts = document.querySelector("[data-fold-more]");
  const words = { more: texts ? texts.dataset.foldMore : "…", less: texts ? texts.dataset.foldLess : "…" };

  /* A link to a step opens it and puts the cursor into its first field. */
  function go(event) {
    const link = event.target.closest("[data-goes-to]");
    if (!link) return;
    const goal = document.getElementById(link.dataset.goesTo);
    if (!goal) return;
    event.preventDefault();
    show(goal);
  }
  function show(goal) {
    for (let box = goal; box; box = box.parentElement) if (box.matches("details")) box.open = true;
    goal.scrollIntoView({ block: "start" });
    const first = goal.querySelector("textarea, select, input:not([type=hidden]), button[type=submit]");
    if (first) first.focus({ preventScroll: true });
  }

  /* Whole numbers are covered again, wherever the page got them from. */
  function cover(box) {
    const place = box.closest("[data-covered]");
    if (!place || !covered.has(place)) return;
    window.setTimeout(() => {
      if (!box.isConnected) return;
      place.innerHTML = covered.get(place);
      window.htmx.process(place);
    }, Number(box.dataset.coverAfter) * 1000);
  }
  const covered = new Map();

  /* A menu closes when one clicks elsewhere or leaves by Escape. */
  function closeMenus(event) {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (event.key === "Escape" || (event.type === "click" && !menu.contains(event.target))) menu.open = false;
    });
  }

  document.querySelectorAll("[data-covered]").forEach((place) => covered.set(place, place.innerHTML));
  document.addEventListener("click", go);
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", closeMenus);
  document.addEventListener("toggle", (event) => { if (event.target.open) fold(event.target); }, true);
  document.addEventListener("htmx:load", (event) => {
    fold(event.detail.elt.parentElement || document);
    event.detail.elt.querySelectorAll("[data-cover-after]").forEach(cover);
    if (event.detail.elt.matches("[data-cover-after]")) cover(event.detail.elt);
  });
  fold(document);
  const asked = window.location.hash.length > 1 ? document.getElementById(decodeURIComponent(window.location.hash.slice(1))) : null;
  if (asked && asked.matches("details, .card, form")) show(asked);
})();
