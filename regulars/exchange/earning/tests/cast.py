"""The people of these tests and what they do: events as a till would tell them, and the ledger as rows."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.db import connection

from regulars.engine.events import NOTICE, REDEMPTION, RETURN, VISIT
from regulars.exchange.earning import histories
from regulars.exchange.earning.recording import Result, take
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import accounts_of

#: When the tests record: after everything that happens in them.
NOW = datetime(2027, 1, 1, tzinfo=UTC)
SOURCE = "till"
DELIVERY = "order delivered"

_number = count(1)


def fresh(name: str) -> str:
    """A member number that no other test knows."""
    return f"{name}-{uuid4().hex[:12]}"


def us(moment: str) -> int:
    """An ISO time in UTC as microseconds since 1970."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()) * 1_000_000


def had_an_older_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all that is recorded be from before events came to what they come to today, where they say no more."""
    monkeypatch.setattr(histories, "fact", {histories.EXACT_FROM: "2099-01-01T00:00:00+00:00"}.get)


class Line(NamedTuple):
    """One line of a basket; `net` in minor units."""

    net: int
    brand: str | None = None
    department: str | None = None
    category: str | None = None
    quantity: int = 1


def purchase(member: str, when: str, *lines: Line | int, id: str = "", currency: str = "USD", **more: Any) -> Incoming:
    """A purchase at `when` (ISO, UTC); a line may be its net alone. Without `id` it gets one of its own."""
    rows = [line if isinstance(line, Line) else Line(line) for line in lines]
    columns: dict[str, list[Any]] = {"quantity": [row.quantity for row in rows]}
    for name in ("brand", "department", "category"):
        values = [getattr(row, name) for row in rows]
        if any(values):
            columns[name] = values
    numbers = [str(place) for place in range(1, len(rows) + 1)]
    nets = [row.net for row in rows]
    return Incoming(member, id or _id("purchase"), "purchase", us(when), currency, numbers, nets, columns, {}, **more)


def returned(member: str, when: str, original: Incoming, lines: dict[str, int] | None = None, id: str = "") -> Incoming:
    """A return of all that is left of a purchase, or of the amounts in `lines` by line id."""
    taken = lines or {}
    numbers = [str(place) for place in range(1, len(taken) + 1)]
    columns: dict[str, list[Any]] = {"quantity": [1] * len(taken), "original_line": list(taken)} if taken else {}
    nets = list(taken.values())
    return Incoming(member, id or _id("return"), RETURN, us(when), "", numbers, nets, columns, {}, original=original.id)


def redemption(member: str, when: str, points: int, id: str = "", of: str = "points", original: str = "") -> Incoming:
    """Spending of points, for the purchase `original` or the one with its own id."""
    return Incoming(
        member, id or _id("redemption"), REDEMPTION, us(when), "", [], [], {}, {}, points=points, of=of,
        original=original,
    )  # fmt: skip


def delivery(member: str, when: str, original: Incoming) -> Incoming:
    """The parcel of a purchase arrives."""
    return Incoming(
        member, _id("delivery"), DELIVERY, us(when), "", [], [], {}, {}, original=original.id
    )  # fmt: skip


def visit(member: str, when: str, currency: str = "") -> Incoming:
    """A visit without a purchase."""
    return Incoming(member, _id("visit"), VISIT, us(when), currency, [], [], {}, {})


def notice(member: str, when: str) -> Incoming:
    """A notice that points are about to expire has reached the member."""
    return Incoming(member, _id("notice"), NOTICE, us(when), "", [], [], {}, {})


def tell(*events: Incoming, create: bool = True) -> list[Result]:
    """Take events as one batch, each as of its own time."""
    return take(events, SOURCE, NOW, create, history=True)


def account(member: str) -> int:
    """The account behind a member number."""
    return accounts_of([member])[member]


def rows(table: str, account_id: int, order: str = "1") -> list[dict[str, Any]]:
    """The rows of a table that belong to an account."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE account_id = %s ORDER BY {order}", [account_id])
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def pots(member: str, currency: str = "points") -> dict[str, int]:
    """The pots of a member in one currency, those that hold nothing left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT available, pending, debt, issued, redeemed, expired FROM balance"
            " WHERE account_id = %s AND currency = %s",
            [account(member), currency],
        )
        row = cursor.fetchone() or (0,) * 6
    return {
        pot: held
        for pot, held in zip(("available", "pending", "debt", "issued", "redeemed", "expired"), row, strict=True)
        if held
    }


def _id(kind: str) -> str:
    return f"{kind}-{next(_number)}-{uuid4().hex[:8]}"
