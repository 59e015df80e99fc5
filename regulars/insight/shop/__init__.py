"""Shop: the figures of the whole shop, as its keeper sees them first.

`points.py` reads what was given, week by week and rule by rule, and what is still owed; `members.py` how many
there are and in which tier; `returning.py` who comes a second time. `overview.py` takes all of them together,
and `keeping.py` keeps what was read for a while, the longer the more it cost to read.
"""
