/* The map of the tickets: districts shaded by number, pins put together where they lie close. */
(function () {
  "use strict";

  const box = document.getElementById("map");
  if (!box || !window.L) return;
  const L = window.L;
  const GRID = 44; // pixels within which pins are one
  const CLOSEST = 16;
  const SHADES = ["#eef1f5", "#d5e2f1", "#b3cce8", "#8fb4dd", "#6a9ad0"];
  const key = document.getElementById("map-key");
  const said = document.getElementById("map-said");
  const rows = Array.from(document.querySelectorAll("#districts tbody tr"));
  const most = Math.max(1, ...rows.map((row) => Number(row.dataset.total)));
  const layer = L.layerGroup();
  let map = null;
  let pins = [];

  const rowOf = (name) => rows.find((row) => row.dataset.outline === name);
  const totalOf = (name) => Number((rowOf(name) || { dataset: {} }).dataset.total || 0);

  function shade(total) {
    return total ? SHADES[Math.max(1, Math.ceil((total / most) * (SHADES.length - 1)))] : SHADES[0];
  }

  function choose(row) {
    const link = row && row.querySelector("a");
    if (link) link.click();
  }

  function words(name) {
    const found = document.createElement("span");
    const total = document.createElement("strong");
    total.textContent = totalOf(name);
    found.append(name, " ", total);
    return found;
  }

  function tell(outlined) {
    const rest = rows.filter((row) => Number(row.dataset.total) && !outlined.includes(row.dataset.outline));
    const named = rest.map((row) => `${row.dataset.outline} ${row.dataset.total}`).join(box.dataset.sep);
    if (named) said.textContent = box.dataset.beside.replace("{rows}", named);
  }

  /* The middle of a district's largest part; islets have no label. */
  function middle(shape) {
    const shown = shape.getLatLngs().map((part) => L.latLngBounds(part.flat()));
    const width = (one) => one.getEast() - one.getWest();
    return shown.sort((a, b) => width(b) - width(a))[0].getCenter();
  }

  async function outlines() {
    const answer = await fetch(box.dataset.outlines);
    const drawn = await answer.json();
    const shapes = L.geoJSON(drawn, {
      style: (one) => ({ color: "#35506b", weight: 1.25, fillColor: shade(totalOf(one.properties.name)), fillOpacity: box.dataset.tiles ? 0.45 : 1 }),
      onEachFeature: (one, shape) => {
        const name = one.properties.name;
        shape.on("click", () => choose(rowOf(name)));
        L.tooltip(middle(shape), { content: words(name), permanent: true, direction: "center", className: "map-name", interactive: false }).addTo(map);
      },
    }).addTo(map);
    map.fitBounds(shapes.getBounds(), { padding: [8, 8] });
    map.setMaxBounds(shapes.getBounds().pad(0.4));
    tell(drawn.features.map((one) => one.properties.name));
  }

  /* Pins of one square of the grid are one, as far as one can still come closer. */
  function together() {
    const seen = map.getBounds().pad(0.2);
    const squares = new Map();
    pins.filter((one) => seen.contains(one.at)).forEach((one) => {
      const point = map.project(one.at);
      const square = `${Math.floor(point.x / GRID)}/${Math.floor(point.y / GRID)}`;
      if (!squares.has(square)) squares.set(square, []);
      squares.get(square).push(one);
    });
    return Array.from(squares.values());
  }

  function mark(several) {
    const [first] = several;
    const isMany = several.length > 1;
    const kind = isMany ? "is-many" : first.is_urgent ? "is-urgent" : "";
    const title = isMany ? box.dataset.several.replace("{n}", several.length) : first.title;
    const size = isMany ? [30, 26] : [16, 16];
    const icon = L.divIcon({ className: `city-pin ${kind}`, html: isMany ? String(several.length) : first.is_urgent ? "!" : "", iconSize: size });
    const bounds = L.latLngBounds(several.map((one) => one.at));
    const pick = () => {
      show(several);
      if (several.length > 12 && map.getZoom() < CLOSEST) map.fitBounds(bounds, { maxZoom: CLOSEST, padding: [40, 40] });
    };
    L.marker(isMany ? bounds.getCenter() : first.at, { icon, title, riseOnHover: true })
      .on("click", pick)
      .on("keydown", (event) => {
        if (event.originalEvent.key === "Enter") pick();
      })
      .addTo(layer);
  }

  function draw() {
    layer.clearLayers();
    together().forEach(mark);
  }

  /* The list beside the map; its words come from people, so none is read as HTML. */
  function show(several) {
    const list = document.createElement("ul");
    list.className = "picked-list";
    several.slice(0, 50).forEach((one) => {
      const item = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: one.url, textContent: one.title });
      const line = Object.assign(document.createElement("span"), { className: "sub-line", textContent: one.said });
      item.append(link, line);
      list.append(item);
    });
    const head = Object.assign(document.createElement("h2"), { id: "picked-title", textContent: `${box.dataset.here} (${several.length})` });
    document.getElementById("picked").replaceChildren(head, list);
    markRow(null);
  }

  function markRow(chosen) {
    rows.forEach((row) => (row === chosen ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current")));
  }

  async function load() {
    const note = document.createElement("span");
    said.after(note);
    try {
      const answer = await fetch(box.dataset.pins, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const given = await answer.json();
      pins = given.pins;
      note.textContent = (given.is_cut ? box.dataset.cut : box.dataset.pinned).replace("{n}", pins.length);
      draw();
    } catch {
      note.textContent = box.dataset.failed;
    }
  }

  box.hidden = false;
  key.hidden = false;
  map = L.map(box, { attributionControl: Boolean(box.dataset.tiles), zoomControl: false, zoomSnap: 0.25, minZoom: 8, maxZoom: 18, center: [40.1, 119.2], zoom: 8.75 });
  L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { attribution: box.dataset.attribution, maxZoom: 18 }).addTo(map);
  layer.addTo(map);
  map.on("moveend", draw);
  document.getElementById("districts").addEventListener("click", (event) => {
    if (event.target.closest("a")) markRow(event.target.closest("tr"));
  });
  outlines();
  load();
})();
