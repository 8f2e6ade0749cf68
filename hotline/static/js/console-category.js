/* The category: a select of hundreds becomes a field to search in, by name, group or first letters; the select keeps the value. */
(function () {
  "use strict";

  const MOST = 60;
  const plain = (text) => text.toLowerCase().replace(/\s+/g, "");

  function leavesOf(select) {
    return [...select.querySelectorAll("option")].filter((one) => one.value).map((option) => {
      const group = option.parentElement.label || "";
      return { option, name: option.textContent, group, limit: option.dataset.limit, unit: option.dataset.unit || "",
        words: plain(option.textContent + " " + group), letters: option.dataset.find || "" };
    });
  }

  /* Names that begin so come first, then names, then groups and letters. */
  function rank(leaf, sought) {
    if (plain(leaf.name).startsWith(sought)) return 0;
    if (plain(leaf.name).includes(sought)) return 1;
    if (leaf.letters.startsWith(sought)) return 2;
    if (leaf.words.includes(sought) || leaf.letters.includes(sought)) return 3;
    return -1;
  }
  function fitting(leaves, typed) {
    const sought = plain(typed);
    if (!sought) return leaves.slice(0, MOST);
    return leaves.map((leaf) => [rank(leaf, sought), leaf]).filter(([place]) => place >= 0)
      .sort((a, b) => a[0] - b[0]).slice(0, MOST).map(([, leaf]) => leaf);
  }

  function line(leaf, id) {
    const row = document.createElement("li"), more = document.createElement("span");
    row.id = id;
    row.setAttribute("role", "option");
    row.textContent = leaf.name;
    more.className = "sub-line";
    more.textContent = [leaf.group, leaf.limit, leaf.unit].filter(Boolean).join(" · ");
    row.append(more);
    return row;
  }

  function picker(box) {
    const select = box.querySelector("select"), told = box.querySelector("[data-category-told]");
    const leaves = leavesOf(select), input = document.createElement("input"), list = document.createElement("ul");
    let shown = [], at = -1;

    Object.assign(input, { id: select.id, type: "text", className: "form-control", autocomplete: "off", placeholder: box.dataset.placeholder });
    select.id += "-select";
    Object.assign(list, { id: select.id + "-list", className: "category-list", hidden: true });
    const roles = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
    for (const name of ["aria-invalid", "aria-describedby"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.querySelector("label").textContent);
    input.dataset.keys = "Alt+C";
    input.dataset.keyLabel = box.querySelector("label").textContent;
    select.hidden = true;
    select.after(input, list);

    function tell() {
      const leaf = leaves.find((one) => one.option.value === select.value);
      input.value = leaf ? leaf.name : "";
      told.textContent = leaf ? [leaf.group, leaf.limit, leaf.unit].filter(Boolean).join(" · ") : "";
    }
    function close() {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function move(to) {
      const rows = list.querySelectorAll("[role=option]");
      if (!rows.length) return;
      at = (to + rows.length) % rows.length;
      rows.forEach((row, place) => row.setAttribute("aria-selected", String(place === at)));
      rows[at].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", rows[at].id);
    }
    function open() {
      shown = fitting(leaves, input.value === (leaves.find((one) => one.option.value === select.value) || {}).name ? "" : input.value);
      list.replaceChildren(...shown.map((leaf, place) => line(leaf, `${list.id}-${place}`)));
      if (!shown.length) {
        const nothing = document.createElement("li");
        nothing.className = "none";
        nothing.textContent = box.dataset.nothing;
        list.append(nothing);
      }
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      if (shown.length) move(0);
    }
    function take(leaf) {
      select.value = leaf ? leaf.option.value : "";
      select.dispatchEvent(new Event("change", { bubbles: true }));
      close();
    }

    input.addEventListener("input", (event) => { event.stopPropagation(); open(); });
    input.addEventListener("click", open);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const isOpen = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (isOpen) move(at + (event.key === "ArrowDown" ? 1 : -1)); else open();
      } else if (event.key === "Enter" && isOpen && !event.ctrlKey) {
        event.preventDefault();
        if (shown[at]) take(shown[at]);
      } else if (event.key === "Escape" && isOpen) {
        event.preventDefault();
        tell();
        close();
      } else if (event.key === "Tab" && isOpen && input.value && shown[at]) {
        take(shown[at]);
      }
    });
    input.addEventListener("blur", () => { if (!input.value && select.value) take(null); tell(); close(); });
    list.addEventListener("mousedown", (event) => {
      const row = event.target.closest("[role=option]");
      event.preventDefault();
      if (row) take(shown[[...list.querySelectorAll("[role=option]")].indexOf(row)]);
    });
    select.addEventListener("change", tell);
    tell();
  }

  function prepare(root) {
    root.querySelectorAll("[data-category]:not([data-ready])").forEach((box) => { box.dataset.ready = "1"; picker(box); });
  }
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  prepare(document);
})();
