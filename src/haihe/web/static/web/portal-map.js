// The map of the districts: own style, no tiles from elsewhere. The table beside it tells the same without it.
import { Map as Atlas, Marker, NavigationControl } from "../vendor/maplibre-gl/dist/maplibre-gl.mjs";

const place = document.getElementById("portal-map");
const told = JSON.parse(document.getElementById("portal-map-data").textContent);
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(`--hh-${name}`).trim();
const CITY = [116.68, 38.54, 118.08, 40.26];
const INNER = /^12010[1-6]/;

function middle(geometry) {
  const rings = geometry.coordinates.map((polygon) => polygon[0]);
  const ring = rings.reduce((a, b) => (a.length > b.length ? a : b));
  let [x, y, twice] = [0, 0, 0];
  for (let n = 0; n + 1 < ring.length; n += 1) {
    const cross = ring[n][0] * ring[n + 1][1] - ring[n + 1][0] * ring[n][1];
    x += (ring[n][0] + ring[n + 1][0]) * cross;
    y += (ring[n][1] + ring[n + 1][1]) * cross;
    twice += cross;
  }
  return [x / (3 * twice), y / (3 * twice)];
}

function label(atlas, feature, fact) {
  const link = document.createElement("a");
  link.href = fact.url;
  link.className = INNER.test(fact.code) ? "hh-map-label hh-map-inner" : "hh-map-label";
  link.textContent = fact.label;
  link.title = `${fact.communities.toLocaleString()}${told.unit}`;
  new Marker({ element: link }).setLngLat(middle(feature.geometry)).addTo(atlas);
}

function shade(collection, facts) {
  const most = Math.max(1, ...told.districts.map((fact) => fact.communities));
  for (const feature of collection.features) {
    feature.properties.share = (facts.get(feature.properties.code)?.communities ?? 0) / most;
  }
}

async function draw() {
  const answer = await fetch(told.borders);
  if (!answer.ok) throw new Error(`borders: ${answer.status}`);
  const collection = await answer.json();
  const facts = new Map(told.districts.map((fact) => [fact.code, fact]));
  shade(collection, facts);
  const fill = ["interpolate", ["linear"], ["get", "share"], 0, "#eef4fc", 1, "#8fb6ea"];
  place.replaceChildren();
  const atlas = new Atlas({
    container: place,
    bounds: CITY,
    fitBoundsOptions: { padding: 12 },
    attributionControl: false,
    cooperativeGestures: false,
    scrollZoom: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 13,
    fadeDuration: 0,
    style: {
      version: 8,
      sources: { districts: { type: "geojson", data: collection } },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": "#fff" } },
        { id: "fill", type: "fill", source: "districts", paint: { "fill-color": fill } },
        { id: "line", type: "line", source: "districts", paint: { "line-color": "#fff", "line-width": 1.5 } },
      ],
    },
  });
  atlas.addControl(new NavigationControl({ showCompass: false }), "top-right");
  atlas.touchZoomRotate.disableRotation();
  const nearness = () => place.classList.toggle("hh-map-near", atlas.getZoom() >= 9.2);
  atlas.on("zoom", nearness);
  atlas.on("load", () => {
    for (const feature of collection.features) {
      const fact = facts.get(feature.properties.code);
      if (fact) label(atlas, feature, fact);
    }
    nearness();
    place.dataset.drawn = "1";
  });
  atlas.on("click", "fill", (event) => {
    const fact = facts.get(event.features[0].properties.code);
    if (fact) location.href = fact.url;
  });
  atlas.on("mousemove", "fill", () => { atlas.getCanvas().style.cursor = "pointer"; });
  atlas.on("mouseleave", "fill", () => { atlas.getCanvas().style.cursor = ""; });
}

// Where nothing can be drawn, the plain outline that the page came with stays.
if (document.createElement("canvas").getContext("webgl2")) draw().catch((trouble) => console.warn(trouble));
