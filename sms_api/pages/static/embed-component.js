// <live-music href="https://calendar.example/seattle/week?hood=Ballard"></live-music>: that page's list, in a frame.
class LiveMusic extends HTMLElement {
  static observedAttributes = ["href"];

  connectedCallback() {
    this.frame = document.createElement("iframe");
    this.frame.title = this.getAttribute("title") || "Live music";
    this.frame.loading = "lazy";
    this.frame.style.cssText = "border: 0; width: 100%; height: 480px";
    this.fit = (event) => {
      const height = event.source === this.frame.contentWindow && event.data && event.data.liveMusicHeight;
      if (Number.isFinite(height)) this.frame.style.height = `${Math.min(height, 4000)}px`;
    };
    addEventListener("message", this.fit);
    (this.shadowRoot || this.attachShadow({ mode: "open" })).replaceChildren(this.frame);
    this.show();
  }

  disconnectedCallback() {
    removeEventListener("message", this.fit);
  }

  attributeChangedCallback() {
    if (this.frame) this.show();
  }

  show() {
    const page = new URL(this.getAttribute("href") || "/", LiveMusic.origin);
    if (page.origin === LiveMusic.origin) this.frame.src = `${page.origin}/embed${page.pathname}${page.search}`;
  }
}

LiveMusic.origin = new URL(document.currentScript.src).origin;
if (!customElements.get("live-music")) customElements.define("live-music", LiveMusic);
