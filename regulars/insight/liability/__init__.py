"""Liability: what points owed to members mean in the books, month by month (IFRS 15).

`rules.py` shares the price of a sale between goods and points and says how much of it is revenue yet; `estimating.py`
how many of the points that are left will be redeemed, from the months before; `rolling.py` rolls every month forward
in points and in money. All three are pure. `movements.py` reads what moved, `months.py` folds it into the figures of
every month, and `closing.py` closes a month for good. `journal.py` writes a closed month for bookkeeping,
`auditing.py` every entry of it for an auditor. `till.py` reads what a till counted by itself, and `reconciling.py`
puts it beside what was recorded. docs/finance.md is for whoever closes the month, docs/rules/liability.md says the
arithmetic in prose, with worked numbers.
"""
