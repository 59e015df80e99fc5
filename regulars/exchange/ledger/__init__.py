"""The ledger: every movement of points, and who owes what to whom.

`posting.py` is the only writer. It takes the kernel's outcomes and writes entries, lots, balances, tier moves and
standing in the transaction that also holds the events. `assembling.py` locks accounts and puts a standing together
again from its rows. For people, `statement.py` tells what moved and `reasons.py` why, in their language;
`holdings.py` tells what there is now and what time will do to it. `proving.py` rebuilds everything from entries and
compares.
"""
