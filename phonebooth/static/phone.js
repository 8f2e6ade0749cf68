// Saves reloading: shows new texts within a second, sends without leaving the page, counts.
// Without it the page works as plain forms and links.
"use strict";

const page = document.body.dataset;
const screen_ = document.getElementById("screen");
const conversation = document.getElementById("conversation");
const phones = document.getElementById("phones");
const form = document.getElementById("write");
const body = document.getElementById("body");
const note = document.getElementById("note");
const lost = document.getElementById("lost");

const NOTES = {
  empty: "短信是空的。",
  long: "短信太长。",
  off: "手机已关机，先开机再发。",
  full: "电话亭太忙，请稍后再发。",
  number: "这不像一个手机号码。",
};

function toEnd() {
  screen_.scrollTop = screen_.scrollHeight;
}

// Row by row, so that a screen reader is told of what is new, and of nothing else.
function patch(list, html) {
  const fresh = new DOMParser().parseFromString(`<ul>${html}</ul>`, "text/html");
  const rows = [...fresh.querySelectorAll("li[id]")];
  const wanted = new Set(rows.map((row) => row.id));
  for (const old of [...list.children]) {
    if (!wanted.has(old.id)) old.remove();
  }
  rows.forEach((row, place) => {
    const old = document.getElementById(row.id);
    if (!old) {
      list.insertBefore(document.importNode(row, true), list.children[place] || null);
    } else {
      if (list.children[place] !== old) list.insertBefore(old, list.children[place] || null);
      if (old.className !== row.className) old.className = row.className;
      if (old.innerHTML !== row.innerHTML) old.innerHTML = row.innerHTML;
    }
  });
}

async function refresh() {
  const query = new URLSearchParams({ phone: page.phone, seen: page.seen });
  const answer = await fetch(`${page.live}?${query}`, { cache: "no-store" });
  if (answer.status === 204) return;
  if (!answer.ok) throw new Error(String(answer.status));
  const news = await answer.json();
  const wasAtEnd = screen_.scrollHeight - screen_.scrollTop - screen_.clientHeight < 60;
  patch(conversation, news.conversation);
  patch(phones, news.phones);
  page.seen = news.seen;
  if (wasAtEnd) toEnd();
}

async function watch() {
  try {
    await refresh();
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  setTimeout(watch, document.hidden ? 4000 : 800);
}

// The GSM alphabet matters to nobody who writes Chinese: 70 characters, 67 in parts.
function count() {
  const length = body.value.length;
  const parts = length <= 70 ? 1 : Math.ceil(length / 67);
  document.getElementById("count").textContent = length
    ? `${length} 个字，${parts} 条短信`
    : "一条短信 70 个字，更长的分成几条发出";
}

async function send(event) {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Requested-With": "fetch" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const { note: code } = await answer.json();
    note.textContent = code ? NOTES[code] || code : "";
    if (!code) {
      body.value = "";
      count();
      await refresh();
      toEnd();
    }
  } catch {
    note.textContent = "没有发出去，请再试一次。";
  } finally {
    button.disabled = false;
    body.focus();
  }
}

form.addEventListener("submit", send);
body.addEventListener("input", count);
body.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
for (const sample of document.querySelectorAll(".sample")) {
  sample.addEventListener("click", (event) => {
    if (body.disabled) return;
    event.preventDefault();
    body.value = sample.dataset.text;
    count();
    body.focus();
  });
}
toEnd();
if (body.value) count();
watch();
