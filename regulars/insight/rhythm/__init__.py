"""Rhythm: how often each member comes, and who has stayed away longer than is like them.

A habit is measured against itself: three weeks are nothing for one member and a farewell for another.
`rules.py` decides from the days of somebody's purchases alone; `slipping.py` reads those days for everybody
and answers the members that slip, the best customers first.
"""
