"""Forfeitures: points are taken for a reason that the programme names, announced, heard, decided by somebody else.

`rules.py` says when a member may object and when points may be taken. `announcing.py` begins one, `hearing.py` has the
member's objection and the decision of a second person, `taking.py` takes what is due and gives back what was wrong.
`wording.py` is what the member reads, `reading.py` what is there. The rule in prose: docs/rules/forfeiture.md.
"""
