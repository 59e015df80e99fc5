// Applies the stored theme before anything is painted; without a stored one the system decides.
(() => {
  try {
    const theme = localStorage.getItem("regulars-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be closed to us (private windows); the system's theme is a good answer.
  }
})();
