"""The console: where staff see the shop, its members, the promise in force, and what could not be taken.

`admitting.py` lets staff in and nobody else, and hands every page its `Desk`: who asks, when, and under which
promise. Then one file per page: `home`, `slipping`, `members`, `member`, `sign_in_link`, `erasing`, `quarantine`; those
about the programme are in `programme/`. Pages work without JavaScript; with it, the list of members follows the typing.
"""
