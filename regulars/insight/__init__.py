"""Insight: what the house knows about itself. It reads every floor below and writes nothing.

`shop` holds the figures of the whole shop, `rhythm` who is later than their own habit, `journeys` what
happened to one member.
"""
