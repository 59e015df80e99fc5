"""At the counter: what staff do with a member's points, each act shown before it is done.

A form carries the act's id from the moment it is shown: `confirming.py` shows what the act would do, and then does it,
once, however often it is sent. `desk.py` is the page from which all begins; `redeeming.py`, `returning.py` and
`goodwill.py` have the acts. `deciding.py` is where a second person answers what somebody proposed, `missing.py` answers
members who miss a purchase.
"""
