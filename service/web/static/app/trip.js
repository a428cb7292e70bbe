// A trip as a schematic map: the cooperative, the kitchens in their order, straight lines; no streets, so no tiles.
"use strict";

(() => {
  const place = document.querySelector("[data-trip]");
  const stops = [...document.querySelectorAll("[data-stop]")];
  if (!place || !stops.length || !window.L) return;
  const at = (element) => [Number(element.dataset.latitude), Number(element.dataset.longitude)];
  place.hidden = false;
  const map = L.map(place, { zoomControl: true, attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
  const points = [at(place), ...stops.map(at)];
  L.polyline(points, { color: "#00703c", weight: 3 }).addTo(map);
  L.circleMarker(points[0], { radius: 9, color: "#00703c", fillOpacity: 1 }).addTo(map)
    .bindTooltip(document.createTextNode(place.dataset.name).data, { permanent: true });
  stops.forEach((stop, index) => {
    const label = document.createElement("span");
    label.textContent = `${index + 1}. ${stop.dataset.name}`;
    L.circleMarker(at(stop), { radius: 7, color: "#9b1c1c", fillOpacity: 1 }).addTo(map)
      .bindTooltip(label, { permanent: stops.length <= 8 });
  });
  map.fitBounds(points, { padding: [30, 30], maxZoom: 15 });
})();
