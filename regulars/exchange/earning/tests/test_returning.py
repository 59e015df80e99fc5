"""Returns told live: what the past of an account tells them, however the events are cut into batches."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from regulars.exchange.earning import acting
from regulars.exchange.earning.acting import By
from regulars.exchange.earning.recording import RECORDED
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import NOW, account, fresh, pots, purchase, redemption, returned, rows, tell
from regulars.exchange.ledger.holdings import holds
from regulars.exchange.ledger.proving import prove
from regulars.ground.publishing.versions import publish, versions

LOYAL = "    - {id: loyal, title: loyal, points: 40, streak: {days: 2}}\n"
EXPIRY = "expiry: {after: earning, months: 1, notice: none}"


def promised(harbour: int, debt: str, gift: str = "") -> None:
    """The programme of the harbour, with points that are available at once, for a month."""
    text = versions().latest.kernel.terms.programme.text
    text = re.sub(r"    pending: .*\n    expiry:\n(      .*\n)+    debt: true", f"    {EXPIRY}\n    debt: {debt}", text)
    text = text.replace("    - id: tenth-visit\n", gift + "    - id: tenth-visit\n")
    publish(text, datetime(2026, 4, 1, tzinfo=UTC), "keeper", datetime(2026, 1, 2, tzinfo=UTC), harbour)


@pytest.mark.parametrize("together", [False, True])
def test_what_expired_is_not_taken_again_and_a_gift_goes_with_the_last_purchase_of_its_day(
    together: bool, harbour: int
) -> None:
    promised(harbour, "true", LOYAL)
    ada = fresh("ada")
    cup = purchase(ada, "2026-08-27 15:00", 7_000, 3_000)
    pot, tea = purchase(ada, "2026-08-28 15:00", 1_000), purchase(ada, "2026-08-28 16:00", 1_000)
    events = [
        cup, pot, tea, returned(ada, "2026-08-29 15:00", pot), redemption(ada, "2026-08-29 18:00", 40),
        purchase(ada, "2026-10-03 15:00", 5_000), returned(ada, "2026-10-03 16:00", cup, {"2": 3_000}),
        returned(ada, "2026-10-03 17:00", cup), returned(ada, "2026-10-03 18:00", tea),
    ]  # fmt: skip
    for batch in [events] if together else [[one] for one in events]:
        assert {result.status for result in tell(*batch)} == {RECORDED}
    entries = rows("entry", account(ada), "seq")
    # Of the cup's hundred points 40 were spent and 60 expired; so did the tea's ten, and the gift that the pot gave.
    assert [(row["rule"], row["amount"]) for row in entries if row["reverses"]] == [("base", 10), ("base", 40)]
    assert pots(ada) == {"available": 10, "issued": -160, "redeemed": 40, "expired": 110}
    gone = [
        json.loads(row["outcome"]).get("gone") for row in rows("event", account(ada), "id") if row["type"] == "return"
    ]
    assert [[points for _, points in one or ()] for one in gone] == [[], [30], [30], [10, 40]]
    assert prove([account(ada)], also=refolder(NOW)).differences == ()


def test_what_is_held_is_taken_where_nothing_may_be_owed(harbour: int) -> None:
    promised(harbour, "false")
    bruno = fresh("bruno")
    lamp, rug = purchase(bruno, "2026-08-27 15:00", 1_000), purchase(bruno, "2026-08-27 16:00", 600)
    tell(lamp, rug)
    by = By("dagny@harbour.example", "desk", fresh("hold"), datetime(2026, 8, 28, 10, tzinfo=UTC))
    acting.hold(bruno, 12, "points", 14, by)
    tell(returned(bruno, "2026-08-29 15:00", lamp))
    entries = rows("entry", account(bruno), "seq")
    taken = [(row["source"], row["amount"], row["lots"]) for row in entries if row["reverses"]]
    assert taken == [("available", 4, [2, 4]), ("held", 6, [1, 6])]
    assert [row["remaining"] for row in rows("lot", account(bruno), "seq")] == [0, 0]
    (left,) = holds(account(bruno), datetime(2026, 8, 30, tzinfo=UTC))
    assert left.left == 6
    assert prove([account(bruno)], also=refolder(NOW)).differences == ()
