"""The counter: acts on points as people decide them face to face, seen before they are done.

`rehearsing.py` says what an act would do, by doing it and taking it back. `goodwill.py` gives or takes points by
decision; above a limit somebody proposes and somebody else answers. `missing.py` has the purchases that members miss.
`erasing.py` lets a person go. `spent.py` reads what can still be given back: redemptions, and purchases with their
lines.
"""
