"""Audits at the very edge of their thresholds, on figures made up for it."""

from __future__ import annotations

import polars as pl
import pytest

from regulars.engine.tests.worked import programme_text
from regulars.exchange.earning.auditing import BROKEN, WARNED, Told, audits
from regulars.exchange.earning.tallying import YEAR
from regulars.programme.loading import load

MOVED = {"currency": pl.String, "kind": pl.String, "month": pl.Int64, "amount": pl.Int64}


@pytest.mark.parametrize(("got_first", "verdict"), [(100, WARNED), (101, BROKEN), (1, WARNED)])
def test_who_came_first_may_pay_five_per_cent_more_before_that_is_more_than_a_warning(
    got_first: int, verdict: str
) -> None:
    """Of 21.00 the newcomer gets 1.00 back and pays 20.00; 21.00 is exactly five per cent more."""
    programme = load(programme_text("currencies: [{id: points, value: 0.01}]\nearn: {rules: [{id: gift, points: 1}]}"))
    tenure = [
        {"since": since, "members": 30, "spend": 2_100, "points": {"points": got}}
        for since, got in ((0, got_first), (91, 0))
    ]
    told = Told(
        spend="none",
        points={"points": {"by_kind": {}, "outstanding": 0}},
        money={"margin_after": None, "cost": 0, "unvalued": []},
        pace={},
        prices={},
        tenure=tenure,
        moved=pl.DataFrame(schema=MOVED),
        tendered=0,
        end_month=YEAR,
    )
    (found,) = [audit["verdict"] for audit in audits(programme, told) if audit["code"] == "LP-6"]
    assert found == verdict
