"""Uniting: two numbers made one, or a member let into a household, by somebody at the counter.

What two were given apart would be one's, so that the limit over which a second person decides could be passed in parts:
together it may be no more than one member could have been given (`goodwill`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.engine.entries import Refusal
from regulars.exchange.counter.goodwill import alone
from regulars.exchange.earning import housing, merging
from regulars.exchange.earning.acting import ActRefused, By, Done
from regulars.exchange.earning.merging import Joined
from regulars.kit.speaking import worded


def merge(member: str, into: str, by: By, limit: int) -> Joined:
    """As `merging.merge`; refused besides with `given_lately`, above `limit` points."""
    with transaction.atomic():
        done = merging.merge(member, into, by)
        if not done.again:
            _check(done.survivor, limit, by.now)
    return done


def join(member: str, household: str, by: By, limit: int) -> Done:
    """As `housing.join`; refused besides with `given_lately`, above `limit` points."""
    with transaction.atomic():
        done = housing.join(member, household, by).done
        if not done.again:
            _check(done.account, limit, by.now)
    return done


def _check(account: int, limit: int, now: datetime) -> None:
    """Refuse what was decided for those who are one in this account now, where it is too much for one person. All of
    them are locked."""
    given = alone(account, now)
    if given > limit:
        sentence = worded("Within a day they were given, together, more than one person may give: do it a day later.")
        raise ActRefused(Refusal("given_lately", sentence, {"given": given, "limit": limit}))
