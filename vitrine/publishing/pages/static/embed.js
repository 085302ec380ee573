// <vitrine-model src="https://cdn.example/products/mug/"> shows a published product on any page.
//
// One script, no build step. It reads the product's pointer and manifest, so the page shows a new release without a
// change. It loads model-viewer from the same place as itself, once, and only when an element comes near the screen.

const root = new URL("./", import.meta.url);

async function json(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return response.json();
}

class VitrineModel extends HTMLElement {
  static observedAttributes = ["src"];
  #seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.#start(), {
    rootMargin: "200px",
  });

  connectedCallback() {
    this.style.display ||= "block";
    this.style.aspectRatio ||= "1";
    this.#seen.observe(this);
  }

  disconnectedCallback() {
    this.#seen.disconnect();
  }

  attributeChangedCallback(_name, before, after) {
    if (before !== null && before !== after && this.firstChild) this.#show();
  }

  #start() {
    this.#seen.disconnect();
    this.#show();
  }

  async #show() {
    const source = this.getAttribute("src");
    try {
      const product = new URL(source.endsWith("/") ? source : `${source}/`, location.href);
      const bucket = new URL("../../", product);
      const pointer = await json(new URL("current.json", product));
      const release = await json(new URL(pointer.manifest, bucket));
      if (source !== this.getAttribute("src")) return;
      const file = (role) => release.files.find((one) => one.role === role);
      const url = (role) => file(role) && new URL(file(role).key, bucket).href;
      const viewer = document.createElement("model-viewer");
      const attributes = {
        src: url("ar"),
        "ios-src": url("usdz"),
        poster: url("poster"),
        alt: this.getAttribute("alt") ?? `${release.product.title}, 3D model`,
        ar: "",
        "camera-controls": "",
        "touch-action": "pan-y",
        "interaction-prompt": "none",
        "shadow-intensity": "1",
        "tone-mapping": "neutral",
        "environment-image": "neutral",
      };
      for (const [name, value] of Object.entries(attributes)) if (value !== undefined) viewer.setAttribute(name, value);
      viewer.style.width = viewer.style.height = "100%";
      this.replaceChildren(viewer);
      if (!customElements.get("model-viewer")) await import(new URL(VIEWER, root).href);
      this.dispatchEvent(new CustomEvent("show", { detail: { product: release.product.id, release: pointer.release } }));
    } catch (error) {
      console.warn(`vitrine-model ${source}:`, error);
      this.dispatchEvent(new CustomEvent("error", { detail: error }));
    }
  }
}

customElements.get("vitrine-model") ?? customElements.define("vitrine-model", VitrineModel);
