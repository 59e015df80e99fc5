"""The linter: what a loader cannot refuse and members would not forgive.

`linting.lint` loads a file and asks every check; a check is a small function in the module of its family
(`loyalty_penalty`, `captivity`, ...), registered with what it stands on: `registry` is the form, `rulings` the
profiles and grounds, `catalogue` the list of all. `subject` gives checks the programme's values and their places in
the file; `conditions`, `cells` and `giving` let them compare customers exhaustively, `custom`, `leading` and `simplex`
on every basket that they could buy.

`allowances` reads `# regulars: allow CODE because ...`, `mending` carries out mechanical remedies, `pages` writes
docs/checks, `elsewhere` says who looks after the rules that no file can decide.

Pure: no Django, no database, no clock.
"""
