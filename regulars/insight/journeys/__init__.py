"""Journeys: what happened between one member and the shop.

`timeline.py` reads events and changes of tier together, the latest first.
"""
