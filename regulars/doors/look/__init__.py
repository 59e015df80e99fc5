"""The look that console and portal share: paper, ink, one accent, and amber for what needs attention.

Everything that may be seen twice lives here once. `static/look/tokens.css` holds every colour, size and
typeface as a custom property, with its light and its dark value side by side. The other stylesheets only
speak in tokens. `templates/look/` holds the three shells a page extends: `console.html` for staff,
`portal.html` for members, `entrance.html` for signing in. `templates/cotton/` holds the components a page
is put together from (`<c-card>`, `<c-stat>`, `<c-statement.row>`), and `templatetags/look.py` the few tags
they need.

Three pure files stand behind them: `contrast.py` measures colours as WCAG does, `branding.py` turns a
programme's own colours into a stylesheet for the portal (or refuses them, naming the nearest that can be
read), `drawing.py` works out the geometry of a chart. None of them imports Django.

`sifting.py` is the one form that both show: which movements of a statement.

Nothing here is inline: the pages run under `default-src 'self'`. Nothing is built: what is in the
repository is what is served. `docs/look.md` lists tokens, classes and components.
"""
