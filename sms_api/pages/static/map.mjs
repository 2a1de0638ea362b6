// Puts tiles under the dots of the map. Without it, or where it cannot draw, the dots stand on plain ground.
const CLOSEST = 16; // levels of tiles: a single room has its streets around it

function start({ Map, NavigationControl }, box, tiles, places) {
  const [longitudes, latitudes] = [0, 1].map((axis) => places.map((place) => place.at[axis]));
  const map = new Map({
    container: box,
    style: {
      version: 8,
      sources: { tiles: { type: "raster", tiles: [tiles], tileSize: 256, maxzoom: 19 } },
      layers: [{ id: "tiles", type: "raster", source: "tiles" }],
    },
    bounds: [[Math.min(...longitudes), Math.min(...latitudes)], [Math.max(...longitudes), Math.max(...latitudes)]],
    fitBoundsOptions: { padding: 40, maxZoom: CLOSEST },
    attributionControl: false, // said below the map, without a script too
    cooperativeGestures: true, // a finger that scrolls the page is not caught
    dragRotate: false,
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
  });
  map.addControl(new NavigationControl({ showCompass: false }));
  return map;
}

function dot_of(place) {
  const dot = document.createElement("a");
  Object.assign(dot, { href: place.list, textContent: place.numbers, title: place.words, className: "dot" });
  dot.setAttribute("role", "link"); // or the library makes a button of it
  dot.setAttribute("aria-label", place.words);
  return dot;
}

async function draw(ground) {
  const library = await import(ground.dataset.library);
  library.setWorkerUrl(new URL(ground.dataset.worker, location.href).href);
  const drawing = ground.querySelector("svg.map");
  const places = [...drawing.querySelectorAll("a[data-place]")].map((dot) => ({
    at: dot.dataset.place.split(",").map(Number),
    numbers: dot.dataset.numbers,
    words: dot.getAttribute("aria-label"),
    list: dot.getAttribute("href"),
  }));
  const { width, height } = drawing.viewBox.baseVal;
  const box = document.createElement("div");
  box.className = "tiles";
  box.style.aspectRatio = `${width} / ${height}`; // as large as the drawing: nothing below it moves
  drawing.before(box);
  drawing.setAttribute("hidden", "");
  try {
    const map = start(library, box, ground.dataset.tiles, places);
    for (const place of places) new library.Marker({ element: dot_of(place) }).setLngLat(place.at).addTo(map);
  } catch (error) {
    box.remove();
    drawing.removeAttribute("hidden");
    throw error;
  }
}

for (const ground of document.querySelectorAll(".ground")) {
  draw(ground).catch((error) => console.warn("The map stays on plain ground:", error));
}
