"""Earning: what happened meets the promise in force, and points move.

`recording.py` is the one act by which events arrive, from wherever: one event is a batch of one. It locks the
accounts, folds the kernel over them, and writes events and ledger in one transaction. `acting.py` has the acts of the
house on points (redeem, hold, cancel, adjust, transfer ...), which go the same way. `importing.py` brings a
file, `nights.py` what falls due by time alone, `quoting.py` answers without writing. `backtest.py` folds a file
without a database: `replaying.py` folds members' histories, `tallying.py` adds up what came of it; `trying.py` does so
with a draft and the last twelve months of this house. `comparing.py` folds two programmes over one file, `pairing.py`
sets each member beside themselves, `gains.py` tells who gains and who loses. `bunching.py` shares members out among
processes. `folding.py` is what they all share with live posting; `originals.py` finds what events of a batch refer to.
`stepping.py` is one event's step, live and again; `histories.py` reads what is kept of accounts, `refolding.py` folds
it again and compares every row, `witnessing.py` events and standings; `rounds.py` does so for some accounts at a time.
"""
