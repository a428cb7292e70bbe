// The map of a plan, without tiles: kelurahan as cells, flows as lines by weight, kitchens by what they lack.
// Borders can be laid under it from a file on the reader's device; the file is read here and sent nowhere.
"use strict";

(() => {
  const place = document.getElementById("map");
  if (!place || !window.L) return;
  const words = place.dataset;
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 0 });
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const map = L.map(place, { attributionControl: false, zoomControl: true, scrollWheelZoom: false });

  // Names are told as text, never as markup.
  const told = (text) => {
    const span = document.createElement("span");
    span.textContent = text;
    return span;
  };
  const share = (one) => `${number.format(100 * one.fill_share)}%`;

  const draw = (data) => {
    const seen = [...data.kelurahan, ...data.kitchens, ...data.cooperatives].map((one) => one.at);
    if (seen.length) map.fitBounds(seen, { padding: [20, 20], maxZoom: 15 }); // a single place would be infinitely near
    else map.setView([0, 0], 2);
    for (const one of data.kelurahan) {
      const [latitude, longitude] = one.at;
      const half = 0.005;
      L.rectangle([[latitude - half, longitude - half], [latitude + half, longitude + half]],
        { color: colour("--line"), weight: 1, fillOpacity: 0.25 }).bindTooltip(told(one.name)).addTo(map);
    }
    const heaviest = Math.max(1, ...data.flows.map((flow) => flow.kg));
    for (const flow of data.flows) {
      L.polyline([flow.from, flow.to], { color: colour("--pico-primary"), opacity: 0.55, weight: 1 + 7 * flow.kg / heaviest })
        .bindTooltip(told(`${flow.names[0]} → ${flow.names[1]}: ${number.format(flow.kg)} kg`), { sticky: true }).addTo(map);
    }
    for (const one of data.cooperatives) {
      L.circleMarker(one.at, { radius: 7, color: colour("--good"), fillOpacity: 0.8 }).bindTooltip(told(one.name)).addTo(map);
    }
    for (const one of data.kitchens) {
      L.circleMarker(one.at, { radius: 6 + 14 * (1 - one.fill_share), color: colour("--late"), weight: 2, fillOpacity: 0.35 })
        .bindTooltip(told(`${one.name}: ${words.filled} ${share(one)}, ${words.short} ${number.format(one.short_kg)} kg`)).addTo(map);
    }
  };

  fetch(words.address, { headers: { Accept: "application/json" } })
    .then((answer) => answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText)))
    .then(draw)
    .catch(() => { place.textContent = words.failed; });

  let borders = null;
  document.getElementById("borders")?.addEventListener("change", async (event) => {
    const said = document.getElementById("borders-said");
    const [file] = event.target.files;
    if (!file) return;
    try {
      const drawn = L.geoJSON(JSON.parse(await file.text()), { style: { color: colour("--quiet"), weight: 2, fill: false } });
      borders?.remove();
      borders = drawn.addTo(map);
      map.fitBounds(borders.getBounds(), { maxZoom: 15 });
      said.textContent = words.bordersDone;
    } catch {
      said.textContent = words.bordersFailed;
    }
  });
})();
