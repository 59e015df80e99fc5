"""The people of these tests, and what they have to spend in the bakery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from regulars.exchange.earning.acting import ActRefused, By, Done, adjust
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import account, fresh
from regulars.exchange.ledger.proving import prove
from regulars.ground.members.enrolling import Person, enrol

#: A Wednesday, in the afternoon in Berlin.
TODAY = datetime(2026, 6, 10, 15, tzinfo=UTC)
_number = count(1)


def on(day: str, time: str = "15:00") -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(f"{day} {time}").replace(tzinfo=UTC)


def by(name: str = "", at: datetime = TODAY, source: str = "desk") -> By:
    """Carmen at the desk, under an id of its own unless `name` gives one."""
    return By("carmen@bakery.example", source, name or f"act-{next(_number)}-{uuid4().hex[:8]}", at)


def member_with(points: int, name: str = "ada", credit: int = 0, **known: Any) -> str:
    """A member who has so many points and so much credit to spend on 10 June 2026."""
    number = fresh(name)
    enrol([Person(number, joined_on=date(2026, 5, 1), given_name=name.title(), **known)], on("2026-05-01"))
    for amount, currency in ((points, "points"), (credit, "credit")):
        if amount:
            adjust(number, amount, currency, "welcome", by(at=on("2026-06-01")))
    return number


def refused(act: Callable[..., Done], *told: Any, **more: Any) -> tuple[str, dict[str, Any]]:
    """The code and the figures of an act that is refused."""
    with pytest.raises(ActRefused) as caught:
        act(*told, **more)
    return caught.value.refusal.code, dict(caught.value.refusal.figures)


def sound(*members: str, now: datetime = TODAY) -> None:
    """The ledger of these members is right, and folds again to the same rows."""
    assert prove([account(member) for member in members], also=refolder(now)).differences == ()
