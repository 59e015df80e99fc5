"""Budgets: what all members together may be given, drawn by many writers at once and never a point too many.

Nothing that every purchase must write may be one row. So what is left of a budget in a period lies in a pool, from
which buckets of accounts lease blocks; a purchase draws on the lease of its own bucket, in its own transaction
(`leasing`). `left` says how much there is, `agreeing` proves it against what events drew. The rule in prose:
docs/rules/budgets.md.
"""
