/* The report form: what is typed survives a reload in this browser tab, and what is known already is shown while typing. Without it the form is sent and the server shows it before it is sent on. */
(function () {
  "use strict";

  const PREFIX = "report-draft:";
  const NAMES = ["title", "body", "place", "district", "lat", "lng", "phone", "name", "contact_wish", "confidential"];
  const NEEDED = ["body", "place", "phone"];
  const PAUSE = 700;

  /* A browser may refuse to store anything; then nothing is kept. */
  function stored(act) {
    try { return act(window.sessionStorage); } catch (refused) { return null; }
  }
  function forget() {
    stored((store) => Object.keys(store).filter((key) => key.startsWith(PREFIX)).forEach((key) => store.removeItem(key)));
  }

  if (document.querySelector("[data-draft-over]")) forget();
  const form = document.getElementById("report");
  if (!form) return;
  const key = PREFIX + form.elements.channel.value;
  const line = document.getElementById("draft-line");

  function values() {
    const found = {};
    NAMES.forEach((name) => {
      const field = form.elements[name];
      const value = field.type === "checkbox" ? (field.checked ? field.value : "") : field.value;
      if (value) found[name] = value;
    });
    return found;
  }
  function keep() {
    const found = values();
    stored((store) => Object.keys(found).length ? store.setItem(key, JSON.stringify(found)) : store.removeItem(key));
  }
  function restore() {
    const text = stored((store) => store.getItem(key));
    if (!text || NEEDED.some((name) => form.elements[name].value)) return;
    const found = JSON.parse(text);
    NAMES.filter((name) => name in found).forEach((name) => {
      const field = form.elements[name];
      if (field.type === "checkbox") field.checked = true; else field.value = found[name];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    form.querySelectorAll("details.more").forEach((more) => {
      more.open = ["title", "name", "contact_wish", "confidential"].some((name) => found[name]);
    });
    line.hidden = false;
    form.dispatchEvent(new CustomEvent("restored"));
  }

  /* What is known: asked for at each pause, once there is something to ask about. */
  let pause = 0;
  let asked = "";
  function ask() {
    const { body = "", place = "", district = "", lat = "", lng = "" } = values();
    const now = JSON.stringify([body, place, district, lat, lng]);
    if (now === asked || (body.trim().length < 4 && place.trim().length < 2 && !lat)) return;
    asked = now;
    if (window.htmx) window.htmx.trigger("#asking", "asked");
  }
  function later() {
    keep();
    window.clearTimeout(pause);
    pause = window.setTimeout(ask, PAUSE);
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("pinned", later);
  document.getElementById("draft-drop").addEventListener("click", () => {
    forget();
    window.location.assign(window.location.pathname + window.location.search);
  });
  restore();
  later();
})();
