"""The ledger: every movement of points, and who owes what to whom.

`posting.py` is the only writer. It takes the kernel's outcomes and writes entries, lots, balances, tier moves and
standing in the transaction that also holds the events. `assembling.py` puts a standing together again from
its rows; `statement.py` reads it for people; `proving.py` rebuilds everything from entries and compares.
"""
