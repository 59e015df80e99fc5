// Small custom elements. Every page works without them; they only add comfort.

// <theme-switch> with buttons [value="auto|light|dark"]: chooses the theme and remembers it.
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.choose(button.value);
    });
    this.show();
  }

  choose(theme) {
    const root = document.documentElement;
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      if (theme === "auto") localStorage.removeItem("regulars-theme");
      else localStorage.setItem("regulars-theme", theme);
    } catch {
      // Not remembered, but shown until the page is left.
    }
    document.querySelectorAll("theme-switch").forEach((element) => element.show());
  }

  show() {
    const current = document.documentElement.dataset.theme ?? "auto";
    for (const button of this.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === current));
    }
  }
}

// <search-key> around a search field: Ctrl K (on a Mac: ⌘ K) goes to the field, Escape leaves it.
class SearchKey extends HTMLElement {
  #listen = (event) => {
    const field = this.querySelector("input");
    if (event.key === "Escape" && document.activeElement === field) field.blur();
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  };

  connectedCallback() {
    const hint = this.querySelector("kbd");
    if (hint && navigator.platform.startsWith("Mac")) hint.textContent = "⌘ K";
    document.addEventListener("keydown", this.#listen);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#listen);
  }
}

customElements.define("theme-switch", ThemeSwitch);
customElements.define("search-key", SearchKey);
