"""Notices: nobody loses points, or a tier, without having been told in time.

`owed.py` decides, of one member, which notice is owed and what it has to say: it asks the kernel's own rules.
`finding.py` finds the members of whom that is true, and asks messaging for their messages. `wording.py` says it in
words. `housemates.py` is for a household, each of whose members is told. `counting.py` tells the kernel of every notice
that arrived: only then may anything end.
"""
