/* Files that are chosen: their names and sizes, and at once what the server would refuse. Without it the server says so afterwards. */
(function () {
  "use strict";
  if (window.hotlineFiles) return;
  window.hotlineFiles = true;

  const inWords = (bytes) => bytes < 1048576 ? Math.ceil(bytes / 1024) + " KB" : (bytes / 1048576).toFixed(1) + " MB";

  function faults(field, files) {
    const { most, largest, together, sayMany, sayLarge, sayTogether } = field.dataset;
    const found = files.filter((file) => file.size > Number(largest)).map((file) => sayLarge.replace("{name}", file.name));
    if (files.length > Number(most)) found.push(sayMany);
    if (!found.length && files.reduce((sum, file) => sum + file.size, 0) > Number(together)) found.push(sayTogether);
    return found;
  }

  function line(words, isWrong) {
    const item = document.createElement("li");
    item.textContent = words;
    if (isWrong) item.className = "is-wrong";
    return item;
  }

  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-files]");
    if (!field || event.target.type !== "file") return;
    const files = Array.from(event.target.files);
    const wrong = faults(field, files);
    const shown = files.map((file) => line(file.name + " · " + inWords(file.size)));
    field.querySelector(".files-chosen").replaceChildren(...shown, ...wrong.map((words) => line(words, true)));
    event.target.setCustomValidity(wrong[0] || "");
    if (wrong.length) event.target.setAttribute("aria-invalid", "true");
    else event.target.removeAttribute("aria-invalid");
  });

  /* Forms carry novalidate; a file that is too large is not sent all the same, for minutes, to be refused then. */
  document.addEventListener("submit", (event) => {
    const wrong = event.target.querySelector("[data-files] input[aria-invalid]");
    if (!wrong || !wrong.validationMessage) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    wrong.focus();
  }, true);
})();
