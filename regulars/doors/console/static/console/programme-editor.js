// <programme-editor> around the form of a draft: numbers follow the lines, Enter keeps the indentation, Ctrl S saves,
// F8 goes from problem to problem. Saving and checking are htmx's; without scripts the form does both.
class ProgrammeEditor extends HTMLElement {
  #form;
  #text;
  #unsaved = false;
  #leave = (event) => {
    if (this.#unsaved) event.preventDefault();
  };

  connectedCallback() {
    this.#form = this.querySelector("form");
    this.#text = this.querySelector("textarea");
    this.#text.addEventListener("input", () => this.#changed());
    this.#text.addEventListener("keydown", (event) => this.#indent(event));
    this.#form.addEventListener("submit", (event) => {
      this.#renewToken();
      // Who only saves stays where they write; the buttons that lead on are named.
      if (window.htmx && event.submitter && !event.submitter.name) {
        event.preventDefault();
        this.#keep();
        return;
      }
      this.#unsaved = false;
    });
    this.addEventListener("keydown", (event) => this.#shortcut(event));
    this.addEventListener("click", (event) => {
      const link = event.target.closest("[data-line]");
      if (!link) return;
      event.preventDefault();
      this.#go(link);
    });
    this.addEventListener("htmx:configRequest", ({ detail }) => {
      detail.parameters.csrfmiddlewaretoken = this.#renewToken();
    });
    this.addEventListener("htmx:beforeRequest", () => (this.#unsaved = false));
    this.addEventListener("htmx:beforeOnLoad", (event) => {
      // Led to the sign-in one would lose what one typed last.
      if (event.detail.xhr.getResponseHeader("HX-Redirect")) event.preventDefault();
    });
    this.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
      // What stands there already is not read out once more.
      const { target, fragment } = detail;
      if (target.id === "draft-status" && target.textContent === fragment.textContent) detail.shouldSwap = false;
    });
    this.addEventListener("htmx:afterRequest", ({ detail }) => this.#answered(detail.xhr));
    window.addEventListener("beforeunload", this.#leave);
  }

  disconnectedCallback() {
    window.removeEventListener("beforeunload", this.#leave);
  }

  #changed() {
    this.#unsaved = true;
    const lines = this.#text.value.split("\n").length;
    const numbers = this.querySelector(".editor-numbers");
    if (lines === this.#text.rows) return;
    this.#text.rows = lines;
    numbers.textContent = Array.from({ length: lines }, (_, index) => index + 1).join("\n");
  }

  #keep() {
    this.#form.dispatchEvent(new CustomEvent("keep"));
  }

  // Nothing is said of a text that was saved; whatever else came back is.
  #answered(xhr) {
    const saved = xhr.status >= 200 && xhr.status < 300;
    const refusals = { 400: "too-long", 403: "signed-out", 413: "too-long" };
    const lost = xhr.getResponseHeader("HX-Redirect") ? "signed-out" : saved ? "" : (refusals[xhr.status] ?? "unanswered");
    for (const notice of this.querySelectorAll("[data-lost]")) notice.hidden = notice.dataset.lost !== lost;
    if (lost) this.#unsaved = true;
  }

  // Who signs in anew, in another window, has a new token.
  #renewToken() {
    const token = this.#form.elements.csrfmiddlewaretoken;
    token.value = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? token.value;
    return token.value;
  }

  #indent(event) {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const before = this.#text.value.slice(0, this.#text.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    event.preventDefault();
    // What is typed for people can be taken back by them: Ctrl Z knows only this way.
    document.execCommand("insertText", false, "\n" + line.match(/^ */)[0] + (/:\s*$/.test(line) ? "  " : ""));
  }

  #shortcut(event) {
    if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      this.#keep();
    } else if (event.key === "F8") {
      event.preventDefault();
      const here = this.#text.value.slice(0, this.#text.selectionEnd).split("\n").length;
      const links = [...this.querySelectorAll("[data-line]")];
      if (event.shiftKey) links.reverse();
      const next = links.find(({ dataset }) => (event.shiftKey ? dataset.line < here : dataset.line > here));
      if (next ?? links[0]) this.#go(next ?? links[0]);
    }
  }

  #go({ dataset }) {
    const lines = this.#text.value.split("\n");
    const line = Math.min(Number(dataset.line), lines.length);
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + Number(dataset.column) - 1;
    const frame = this.querySelector(".editor");
    frame.scrollTop = (line - 4) * parseFloat(getComputedStyle(this.#text).lineHeight);
    frame.scrollLeft = 0;
    this.#text.focus({ preventScroll: true });
    this.#text.setSelectionRange(start, start + Number(dataset.length));
    frame.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("programme-editor", ProgrammeEditor);
