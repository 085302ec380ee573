// Shows the product: the lightest model first, then the one that suits the screen.
//
// model-viewer hands its `src` to Android's Scene Viewer, which reads neither meshopt nor KTX2. So where Scene
// Viewer may open, `src` is the portable file, and AR is offered only while it is.

const viewer = document.querySelector("model-viewer");
const trouble = document.querySelector(".trouble");
const inputs = [...document.querySelectorAll('input[name="level"]')];
const choices = inputs.filter((input) => input.dataset.kind);
const levels = choices.filter((input) => input.dataset.kind === "web"); // the most detailed first
const portable = choices.find((input) => input.dataset.kind === "ar");
const opensSceneViewer = /android/i.test(navigator.userAgent) && !/firefox|OculusBrowser/i.test(navigator.userAgent);

/** The lightest level whose texture has a texel for each pixel of the stage. */
function bestLevel() {
  const side = Math.max(viewer.clientWidth, viewer.clientHeight) * Math.min(devicePixelRatio, 2);
  const enough = levels.filter((level) => Number(level.dataset.px) >= side);
  const index = enough.length ? enough.length - 1 : 0;
  return levels[navigator.connection?.saveData ? Math.min(index + 1, levels.length - 1) : index];
}

function show(choice) {
  const source = choice.value;
  if (viewer.getAttribute("src") === source) return;
  const orbit = viewer.loaded ? viewer.getCameraOrbit().toString() : null;
  viewer.setAttribute("src", source);
  if (opensSceneViewer) viewer.toggleAttribute("ar", choice === portable);
  if (orbit) keepView(orbit);
}

/** A new source puts the camera back where it began; people expect it to stay where they turned it. */
function keepView(orbit) {
  viewer.addEventListener(
    "load",
    () => {
      viewer.cameraOrbit = orbit;
      viewer.jumpCameraToGoal();
    },
    { once: true },
  );
}

function showBest() {
  if (opensSceneViewer && portable) show(portable);
  else if (levels.length) show(bestLevel());
}

function chosen() {
  return inputs.find((input) => input.checked)?.value ?? "auto";
}

function choose() {
  if (chosen() === "auto") showBest();
  else show(choices.find((input) => input.value === chosen()));
}

async function start() {
  const { viewer: library, decoder } = viewer.dataset;
  if (levels.length && !(opensSceneViewer && portable)) viewer.setAttribute("src", levels.at(-1).value);
  // Read by model-viewer as it starts: without it, files with meshopt compression are refused.
  if (decoder) self.ModelViewerElement = { meshoptDecoderLocation: new URL(decoder, location.href).href };
  viewer.addEventListener("load", () => chosen() === "auto" && showBest(), { once: true });
  viewer.addEventListener("load", () => (trouble.hidden = true));
  viewer.addEventListener("progress", (event) =>
    viewer.style.setProperty("--progress", event.detail.totalProgress),
  );
  viewer.addEventListener("camera-change", (event) => {
    if (event.detail.source === "user-interaction") document.querySelector(".hint").hidden = true;
  });
  viewer.addEventListener("error", (event) => {
    if (event.detail?.type === "loadfailure" && portable && viewer.getAttribute("src") !== portable.value) {
      portable.checked = true;
      show(portable);
      return;
    }
    trouble.textContent = "The model could not be shown here. The files below can be downloaded.";
    trouble.hidden = false;
  });
  for (const input of inputs) input.addEventListener("change", choose);
  try {
    await import(new URL(library, location.href).href);
  } catch (error) {
    trouble.textContent = "The 3D viewer could not be loaded. The files below can be downloaded.";
    trouble.hidden = false;
    console.warn("model-viewer did not load:", error);
  }
}

if (viewer) start();

const embed = document.querySelector(".embed");

/** Fill in the snippets: the page knows its own address only in the browser. */
function showSnippets() {
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const alt = escaped(`${document.querySelector("h1").textContent}, 3D model`);
  const at = (path) => escaped(new URL(path, location.href).href);
  embed.querySelector(".element").value =
    `<script type="module" src="${at(embed.dataset.script)}"></script>\n` +
    `<vitrine-model src="${at("./")}" alt="${alt}"></vitrine-model>`;
  embed.querySelector(".iframe").value =
    `<iframe src="${at("embed.html")}" title="${alt}" width="640" height="480" loading="lazy" ` +
    'frameborder="0" allow="xr-spatial-tracking; fullscreen"></iframe>';
  embed.hidden = false;
}

if (embed && location.protocol.startsWith("http")) showSnippets();
