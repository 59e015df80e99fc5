"""Journeys: what happened between one member and the shop, in whichever accounts it stands.

`timeline.py` reads events and changes of tier together, the latest first; `last_visit.py` when members were last
seen; `year.py` what somebody bought for in the last twelve months; `theirs.py` which events are a member's.
"""
