// The map of the districts: own style, no tiles from elsewhere. It is laid over the outline that the page came with, and
// shown only once it is drawn; whatever goes wrong before or after, the outline is there. The table tells the same.
import { Map as Atlas, Marker, NavigationControl } from "../vendor/maplibre-gl/dist/maplibre-gl.mjs";

const place = document.getElementById("portal-map");
const told = JSON.parse(document.getElementById("portal-map-data").textContent);
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
  link.setAttribute("role", "link"); // or the library calls it a button
  link.setAttribute("aria-label", fact.label);
  new Marker({ element: link }).setLngLat(middle(feature.geometry)).addTo(atlas);
}

function shade(collection, facts) {
  const most = Math.max(1, ...told.districts.map((fact) => fact.communities));
  for (const feature of collection.features) {
    feature.properties.share = (facts.get(feature.properties.code)?.communities ?? 0) / most;
  }
}

async function bordersOf() {
  const answer = await fetch(told.borders);
  if (!answer.ok) throw new Error(`borders: ${answer.status}`);
  return answer.json();
}

function atlasIn(canvas, collection) {
  const fill = ["interpolate", ["linear"], ["get", "share"], 0, "#eef4fc", 1, "#8fb6ea"];
  return new Atlas({
    container: canvas,
    bounds: CITY,
    fitBoundsOptions: { padding: 12 },
    locale: told.words,
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
}

function furnish(atlas, collection, facts) {
  const nearness = () => place.classList.toggle("hh-map-near", atlas.getZoom() >= 9.2);
  atlas.addControl(new NavigationControl({ showCompass: false }), "top-right");
  atlas.touchZoomRotate.disableRotation();
  atlas.on("zoom", nearness);
  nearness();
  for (const feature of collection.features) {
    const fact = facts.get(feature.properties.code);
    if (fact) label(atlas, feature, fact);
  }
  atlas.on("click", "fill", (event) => {
    const fact = facts.get(event.features[0].properties.code);
    if (fact) location.href = fact.url;
  });
  atlas.on("mousemove", "fill", () => { atlas.getCanvas().style.cursor = "pointer"; });
  atlas.on("mouseleave", "fill", () => { atlas.getCanvas().style.cursor = ""; });
}

// Resolves once the map is drawn; rejects if it can't be. Neither happens where the worker is blocked: the outline stays.
function drawn(atlas) {
  return new Promise((resolve, reject) => {
    atlas.once("idle", resolve);
    atlas.once("error", (event) => reject(event.error));
  });
}

async function draw() {
  const collection = await bordersOf();
  const facts = new Map(told.districts.map((fact) => [fact.code, fact]));
  shade(collection, facts);
  const canvas = document.createElement("div");
  canvas.className = "hh-map-canvas";
  place.append(canvas);
  let atlas = null;
  const giveUp = (trouble) => {
    place.dataset.drawn = "outline";
    canvas.remove();
    atlas?.remove();
    console.warn(trouble);
  };
  try {
    atlas = atlasIn(canvas, collection);
    await drawn(atlas);
    furnish(atlas, collection, facts);
    atlas.once("webglcontextlost", () => giveUp(new Error("the graphics card went away")));
    place.dataset.drawn = "map";
  } catch (trouble) {
    giveUp(trouble);
  }
}

if (document.createElement("canvas").getContext("webgl2")) {
  draw().catch((trouble) => {
    place.dataset.drawn = "outline";
    console.warn(trouble);
  });
} else {
  place.dataset.drawn = "outline";
}
