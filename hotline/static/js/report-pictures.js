/* Pictures chosen for a report: seen at once, each to be taken away again, more to be added. Without it they are one file field. */
(function () {
  "use strict";

  const box = document.getElementById("pictures");
  if (!box || !window.DataTransfer) return;
  const field = document.getElementById("f-files");
  const camera = document.getElementById("f-camera");
  const list = document.getElementById("f-files-chosen");
  const problem = document.getElementById("f-files-problem");
  let chosen = [];

  const inWords = (bytes) => bytes < 1048576 ? Math.ceil(bytes / 1024) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
  const isSame = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
  const held = () => box.querySelectorAll("[name=drop]:not(:checked)").length;

  function fault() {
    const { most, largest, together, sayMany, sayLarge, sayTogether } = box.dataset;
    const large = chosen.find((file) => file.size > Number(largest));
    if (large) return sayLarge.replace("{name}", large.name);
    if (chosen.length + held() > Number(most)) return sayMany;
    return chosen.reduce((sum, file) => sum + file.size, 0) > Number(together) ? sayTogether : "";
  }

  function sign(file) {
    if (!/^image\/(jpeg|png|webp|gif)$/.test(file.type)) {
      const mark = document.createElement("span");
      mark.className = "picture-sign";
      mark.textContent = file.name.split(".").pop().slice(0, 4).toUpperCase();
      return mark;
    }
    const picture = document.createElement("img");
    picture.className = "picture-sign";
    picture.alt = "";
    const reader = new FileReader();
    reader.onload = () => { picture.src = reader.result; };
    reader.readAsDataURL(file);
    return picture;
  }

  function item(file) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    name.className = "picture-name";
    name.textContent = file.name;
    const size = document.createElement("span");
    size.className = "sub-line";
    size.textContent = inWords(file.size);
    name.append(size);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn btn-quiet";
    remove.textContent = "×";
    remove.setAttribute("aria-label", box.dataset.sayRemove.replace("{name}", file.name));
    remove.addEventListener("click", () => { chosen = chosen.filter((one) => one !== file); show(); field.focus(); });
    row.append(sign(file), name, remove);
    return row;
  }

  function show() {
    const held = new DataTransfer();
    chosen.forEach((file) => held.items.add(file));
    field.files = held.files;
    list.replaceChildren(...chosen.map(item));
    const said = fault();
    problem.textContent = said;
    problem.hidden = !said;
    if (said) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
  }

  function add(files) {
    Array.from(files).forEach((file) => { if (!chosen.some((one) => isSame(one, file))) chosen.push(file); });
    show();
  }

  field.addEventListener("change", () => add(field.files));
  box.addEventListener("change", (event) => { if (event.target.name === "drop") show(); });
  camera.addEventListener("change", () => { add(camera.files); camera.value = ""; });
  if (window.matchMedia("(pointer: coarse)").matches) {
    camera.hidden = false;
    box.querySelector(".camera").hidden = false;
  }

  /* Minutes of sending only to be refused: better said now. */
  field.form.addEventListener("submit", (event) => {
    if (!fault()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    field.focus();
  }, true);
  window.addEventListener("pageshow", () => add(field.files));
})();
