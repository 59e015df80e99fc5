"""The engine: what a programme means. Pure: no Django, no database, no clock.

    kernel = compile(programme)               once per published version
    outcome = kernel.step(standing, event)    one account, one event; everything else is a fold over this
    outcome = kernel.settle(standing, day)    what falls due by time alone: the night

`kernel.py` is the fold; `weighing.py` writes the rules as code; `earning.py` rounds, caps and credits;
`spending.py`, `holding.py`, `returning.py`, `reversing.py`, `arriving.py`, `adjusting.py`, `transferring.py`,
`merging.py` (with `uniting.py`), `expiring.py`, `night.py` and `tiering.py` are the other movements; `standing.py` is
what the past tells the future, with `purse.py` for its lots and `streaks.py` for what it counts in a row.
"""
