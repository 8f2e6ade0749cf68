/* The editor of articles: tools that write Markdown, files kept at once, and the words as they will be read. */
(function () {
  "use strict";

  const PAUSE = 350;
  const form = document.querySelector("form[data-article]");
  if (!form) return;
  const body = document.getElementById("f-body");
  const preview = document.getElementById("preview");
  const tools = form.querySelector(".tools");
  const said = tools.querySelector(".tools-said");
  const guide = document.getElementById("guide");
  const kind = form.querySelector("[data-kind]");
  let waiting = 0, asked = null;

  /* ---- as it will be read ---- */
  async function renew() {
    if (asked) asked.abort();
    asked = new AbortController();
    const typed = new FormData();
    for (const field of form.elements) {
      if (field.name === "body" || field.name === "kind" || field.name === "csrf_token" || field.name.startsWith("guide.")) typed.append(field.name, field.value);
    }
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: typed, signal: asked.signal, redirect: "manual" });
      if (answer.ok) preview.innerHTML = await answer.text();
    } catch (problem) {
      if (problem.name !== "AbortError") preview.classList.add("is-old");
      return;
    }
    preview.classList.remove("is-old");
  }
  const soon = () => { window.clearTimeout(waiting); waiting = window.setTimeout(renew, PAUSE); };

  /* ---- what is written ---- */
  function put(text, from, to, select) {
    body.focus();
    body.setSelectionRange(from, to);
    /* execCommand keeps the browser's own undo, setRangeText does not. */
    if (!document.execCommand("insertText", false, text)) body.setRangeText(text, from, to, "end");
    if (select) body.setSelectionRange(from + select[0], from + select[1]);
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function around(before, after, empty) {
    const { selectionStart: from, selectionEnd: to, value } = body;
    const words = value.slice(from, to) || empty;
    put(before + words + after, from, to, [before.length, before.length + words.length]);
  }
  function lines(mark) {
    const { value, selectionStart, selectionEnd } = body;
    const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
    const end = value.indexOf("\n", selectionEnd);
    const to = end < 0 ? value.length : end;
    const words = value.slice(from, to).split("\n").map((line, at) => mark(at) + line.replace(/^(#+|-|\d+\.)\s+/, "")).join("\n");
    put(words, from, to, [words.length, words.length]);
  }
  function block(text) {
    const at = body.selectionEnd, before = body.value.slice(0, at);
    const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    put(gap + text + "\n", at, at, [gap.length + text.length, gap.length + text.length]);
  }
  function table() {
    const cell = tools.dataset.wordsCell;
    block(`| ${cell} 1 | ${cell} 2 |\n| --- | --- |\n|  |  |\n|  |  |`);
  }
  const acts = {
    heading: () => lines(() => "## "),
    bold: () => around("**", "**", tools.dataset.wordsText),
    list: () => lines(() => "- "),
    numbers: () => lines((at) => `${at + 1}. `),
    link: () => around("[", "](https://)", tools.dataset.wordsText),
    table,
    file: () => chooser.click(),
  };

  /* ---- files, kept at once and named where the cursor is ---- */
  const chooser = document.createElement("input");
  const field = form.querySelector("input[type=file]");
  chooser.type = "file";
  chooser.multiple = true;
  chooser.accept = field ? field.accept : "";
  async function keep(files) {
    if (!files.length) return;
    const sent = new FormData();
    sent.append("csrf_token", form.elements.namedItem("csrf_token").value);
    [...files].forEach((file) => sent.append("files", file));
    said.textContent = tools.dataset.sending;
    try {
      const answer = await fetch(form.dataset.filesAt, { method: "POST", body: sent, redirect: "manual" });
      const told = await answer.json();
      said.textContent = told.error || "";
      if (answer.ok) block(told.markdown.join("\n\n"));
    } catch (problem) {
      said.textContent = tools.dataset.failed;
    }
    chooser.value = "";
  }
  chooser.addEventListener("change", () => keep(chooser.files));
  body.addEventListener("paste", (event) => {
    const files = event.clipboardData ? event.clipboardData.files : [];
    if (files.length) { event.preventDefault(); keep(files); }
  });

  /* ---- one toolbar, one stop of the Tab key ---- */
  const buttons = [...tools.querySelectorAll("[data-tool]")];
  buttons.forEach((button, at) => { button.tabIndex = at ? -1 : 0; });
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tool]");
    if (button) acts[button.dataset.tool]();
  });
  tools.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    buttons.forEach((one) => { one.tabIndex = one === next ? 0 : -1; });
    next.focus();
  });
  body.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const what = { b: "bold", k: "link" }[event.key.toLowerCase()];
    if (what) { event.preventDefault(); acts[what](); }
  });

  /* ---- the guide's fields stand there for item guides, and wherever they say something ---- */
  function fit() {
    const says = [...guide.querySelectorAll("textarea")].some((one) => one.value.trim());
    guide.hidden = kind.value !== "item_guide" && !says;
  }

  tools.hidden = false;
  form.classList.add("is-live");
  form.addEventListener("input", soon);
  form.addEventListener("change", () => { fit(); soon(); });
  form.addEventListener("draft:restored", () => { fit(); soon(); });
  fit();
})();
