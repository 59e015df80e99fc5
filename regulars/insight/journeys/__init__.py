"""Journeys: what happened between one member and the shop.

`timeline.py` reads events and changes of tier together, the latest first; `last_visit.py` when members were last
seen; `year.py` what somebody bought for in the last twelve months.
"""
