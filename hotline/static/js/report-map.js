/* A pin on the map: set by a tap, by dragging, by the keyboard, or where the device is. Without it the place is written. */
(function () {
  "use strict";

  const form = document.getElementById("report");
  const frame = document.getElementById("map-frame");
  if (!form || !frame || !window.L) return;
  const L = window.L;
  const box = document.getElementById("map");
  const open = document.getElementById("map-open");
  const here = document.getElementById("pin-here");
  const drop = document.getElementById("pin-drop");
  const said = document.getElementById("pin-said");
  const { lat, lng } = form.elements;
  let map = null;
  let marker = null;
  let bounds = null;

  function tell(words) { said.textContent = words; }

  /* The place's own field is not needed once there is a pin. */
  function renew() {
    const has = Boolean(lat.value && lng.value);
    drop.hidden = !has;
    tell(has ? said.dataset.set : "");
    form.dispatchEvent(new CustomEvent("pinned"));
  }

  function place(point) {
    if (bounds && !bounds.pad(0.05).contains(point)) { tell(said.dataset.outside); return; }
    lat.value = point.lat.toFixed(6);
    lng.value = point.lng.toFixed(6);
    mark();
    renew();
  }

  function mark() {
    if (!map) return;
    if (marker) { marker.remove(); marker = null; }
    if (!lat.value || !lng.value) return;
    const icon = L.icon({ iconUrl: box.dataset.pin, iconSize: [34, 44], iconAnchor: [17, 43] });
    marker = L.marker([lat.value, lng.value], { icon, draggable: true, autoPan: true, keyboard: false }).addTo(map);
    marker.on("dragend", () => place(marker.getLatLng()));
  }

  async function outlines() {
    const answer = await fetch(box.dataset.outlines);
    const layer = L.geoJSON(await answer.json(), {
      style: { color: "#35506b", weight: 1.5, fillColor: "#dbe7f3", fillOpacity: box.dataset.tiles ? 0.15 : 0.6 },
      onEachFeature: (feature, shape) => shape.bindTooltip(feature.properties.name, { permanent: true, direction: "center", className: "map-name", interactive: false }),
    }).addTo(map);
    bounds = layer.getBounds();
    map.setMaxBounds(bounds.pad(0.4));
    if (!marker) map.fitBounds(bounds);
  }

  function begin() {
    map = L.map(box, { attributionControl: Boolean(box.dataset.tiles), zoomControl: false, minZoom: 8, maxZoom: 18, center: [39.94, 119.6], zoom: 9 });
    L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
    if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { attribution: box.dataset.attribution, maxZoom: 18 }).addTo(map);
    map.on("click", (event) => place(event.latlng));
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== box) return;
      event.preventDefault();
      place(map.getCenter());
    });
    mark();
    if (marker) map.setView(marker.getLatLng(), 13);
    outlines();
  }

  function show(isShown) {
    frame.hidden = !isShown;
    open.setAttribute("aria-expanded", String(isShown));
    if (isShown && !map) begin();
    else if (isShown) map.invalidateSize();
  }

  function locate() {
    here.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition((found) => {
      here.removeAttribute("aria-busy");
      show(true);
      place(L.latLng(found.coords.latitude, found.coords.longitude));
      if (marker) map.setView(marker.getLatLng(), 14);
    }, () => {
      here.removeAttribute("aria-busy");
      tell(said.dataset.failed);
    }, { enableHighAccuracy: true, timeout: 10000 });
  }

  document.getElementById("pin-tools").hidden = false;
  here.hidden = !navigator.geolocation || !window.isSecureContext;
  open.addEventListener("click", () => show(frame.hidden));
  here.addEventListener("click", locate);
  drop.addEventListener("click", () => { lat.value = ""; lng.value = ""; mark(); renew(); open.focus(); });
  form.addEventListener("restored", () => { drop.hidden = !lat.value; mark(); if (lat.value) tell(said.dataset.set); });
  drop.hidden = !lat.value;
})();
