"""Whoever owes points pays these first: what is missing for a reward says so."""

from __future__ import annotations

from regulars.exchange.earning.acting import redeem as spend
from regulars.exchange.earning.tests.cast import account, fresh, pots, purchase, returned, tell
from regulars.exchange.earning.tests.test_acting import TODAY, by
from regulars.exchange.rewards.offering import rewards
from regulars.exchange.rewards.redeeming import redeem
from regulars.exchange.rewards.tests.cast import refused


def test_what_is_owed_is_missing_as_well_as_it_is_paid_first(harbour: int) -> None:
    ada = fresh("ada")
    bought = purchase(ada, "2024-03-07 15:00", 60_000)
    tell(bought)
    spend(ada, 450, "points", by())
    tell(returned(ada, "2024-06-01 09:00", bought))
    owed = -pots(ada)["debt"]
    one = rewards(account(ada), ada, TODAY)[0]
    least = one.reward.price.least
    assert (one.available, one.missing) == (0, least + owed) and owed > 100
    assert one.why_not("en")[-2:] == [
        f"Still missing: {least + owed} points.",
        f"Of these, {owed} settle what is owed.",
    ]
    code, figures = refused(redeem, ada, one.reward.id, by())
    assert (code, figures["missing"]) == ("insufficient_points", one.missing)
