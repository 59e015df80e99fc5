"""Rewards are had once, as a whole, at their price; what is given back was not had; the ledger folds again alike."""

from __future__ import annotations

from uuid import UUID

import pytest

from regulars.exchange.earning.acting import bring_back, cancel, capture, redeem, release
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.tests.cast import account, purchase, rows
from regulars.exchange.ledger.holdings import balances, holds, lots
from regulars.exchange.ledger.statement import StatementLine, statement
from regulars.exchange.rewards import redeeming
from regulars.exchange.rewards.redeeming import set_aside
from regulars.exchange.rewards.tests.cast import TODAY, by, member_with, on, refused, sound
from regulars.ground.publishing.versions import publish, versions
from regulars.kit.json import decode

pytestmark = pytest.mark.usefixtures("bakery")


def available(member: str, at: str = "2026-06-10") -> int:
    return balances(account(member), on(at, "22:00"))[0].available


def latest(member: str) -> StatementLine:
    return statement(account(member), limit=1)[0]


def outcome(member: str, event: UUID) -> dict[str, object]:
    (row,) = [row for row in rows("event", account(member)) if row["id"] == event]
    told: dict[str, object] = decode(row["outcome"])
    return told


def test_a_reward_that_is_handed_over_at_once_is_one_act_and_says_what_it_was() -> None:
    ada, asked = member_with(100), by("receipt-7")
    first, second = (redeeming.redeem(ada, "coffee", asked) for _ in range(2))
    assert (first.again, second.again, first.event == second.event) == (False, True, True)
    assert available(ada) == 70
    line = latest(ada)
    assert (line.amount, line.title("en"), line.title("de")) == (-30, "A coffee", "Ein Kaffee")
    assert (line.reason.rule, line.version) == ("coffee", versions().latest.number)
    (noted,) = [row for row in rows("audit", account(ada)) if row["act"] == "points redeemed"]
    assert decode(noted["detail"])["reward"] == "coffee"
    sound(ada)


def test_a_limit_counts_by_the_month_of_berlin_and_not_what_was_given_back() -> None:
    ada = member_with(200)
    first = redeeming.redeem(ada, "coffee", by(at=on("2026-06-30", "21:59")))
    figures = {"most": 1, "per": "month", "had": 1, "again_on": "2026-07-01"}
    assert refused(redeeming.redeem, ada, "coffee", by(at=on("2026-06-30", "21:59"))) == ("limit_reached", figures)
    assert refused(set_aside, ada, "coffee", by(at=on("2026-06-30", "21:59"))) == ("limit_reached", figures)
    cancel(ada, first.event, by(at=on("2026-06-30", "21:59")))
    assert latest(ada).title("en") == "Given back: a coffee"
    redeeming.redeem(ada, "coffee", by(at=on("2026-06-30", "21:59")))
    redeeming.redeem(ada, "coffee", by(at=on("2026-06-30", "22:00")))  # midnight in Berlin
    assert available(ada, "2026-07-01") == 140
    sound(ada, now=on("2026-07-02"))


def test_a_price_that_moves_is_said_and_lies_between_its_ends() -> None:
    ada = member_with(1_000)
    facts = {"neighbour": True}
    ends = {"least": 100, "most": 150}
    assert refused(redeeming.redeem, ada, "course", by(), told=facts) == ("price_missing", ends)
    for price in (99, 151):
        code = refused(redeeming.redeem, ada, "course", by(), price, told=facts)
        assert code == ("price_out_of_range", {"price": price, **ends})
    redeeming.redeem(ada, "course", by(), 120, told=facts)
    assert available(ada) == 880
    assert refused(redeeming.redeem, ada, "coffee", by(), 29)[0] == "price_out_of_range"
    code, figures = refused(redeeming.redeem, ada, "tart", by())
    assert code == "unknown_reward" and "cake" in figures["rewards"]
    sound(ada)


def test_who_may_have_it_is_asked_of_the_tier_of_what_is_told_and_of_the_vault() -> None:
    ada, bruno = member_with(500, birth_month=6, birth_day=1), member_with(500, "bruno", birth_month=7, birth_day=1)
    code, figures = refused(redeeming.redeem, ada, "course", by(), 100)
    assert code == "not_eligible" and "Friend" in figures["missing"][0]
    take([purchase(ada, "2026-06-10 15:00", 50_000, currency="EUR")], "till", TODAY, False)
    redeeming.redeem(ada, "course", by(), 100)
    redeeming.redeem(bruno, "course", by(), 100, told={"neighbour": "yes"})
    assert refused(redeeming.redeem, bruno, "course", by(), 100, told={"neighbour": False})[0] == "not_eligible"
    redeeming.redeem(ada, "card", by())
    assert refused(redeeming.redeem, bruno, "card", by())[0] == "not_eligible"
    code, figures = refused(redeeming.redeem, bruno, "course", by(), 100, told={"nieghbour": True})
    assert (code, figures) == ("unknown_attribute", {"attribute": "nieghbour"})
    assert refused(redeeming.redeem, bruno, "course", by(), 100, told={"neighbour": "perhaps"})[0] == "bad_attribute"
    sound(ada, bruno)


def test_nothing_is_kept_of_a_member_that_the_reward_does_not_ask() -> None:
    ada = member_with(500, birth_month=6, birth_day=1, language="de")
    redeeming.redeem(ada, "coffee", by("a"), told={"neighbour": True, "segments": ["vip"]})
    redeeming.redeem(ada, "card", by("b"), told={"neighbour": True})
    kept = [decode(row["attributes"]) for row in rows("event", account(ada), "id") if row["type"] == "redemption"]
    assert [sorted(name for name in told if not name.startswith("_")) for told in kept] == [[], ["birthday_month"]]


def test_what_a_retry_says_of_the_member_does_not_make_it_another_act() -> None:
    ada = member_with(500)
    redeeming.redeem(ada, "course", by("once"), 100, told={"neighbour": True})
    assert redeeming.redeem(ada, "course", by("once"), 100, told={"neighbour": True, "segments": ["vip"]}).again
    assert refused(redeeming.redeem, ada, "course", by("once"), 101, told={"neighbour": True})[0] == "other_content"
    assert refused(redeeming.redeem, ada, "coffee", by("once"))[0] == "other_content"
    assert available(ada) == 400


def test_what_is_handed_over_later_is_set_aside_until_then() -> None:
    ada = member_with(500)
    asked = set_aside(ada, "cake", by("friday"))
    (held,) = holds(account(ada), TODAY)
    assert (held.left, held.reward and held.reward.id, str(held.until)) == (200, "cake", "2026-06-12")
    assert (latest(ada).title("en"), available(ada)) == ("Set aside: a whole cake", 300)
    assert refused(capture, ada, asked.event, 50, by())[0] == "reward_is_whole"
    assert refused(release, ada, asked.event, 50, by())[0] == "reward_is_whole"
    capture(ada, asked.event, 0, by(at=on("2026-06-12")))
    line = latest(ada)
    assert line.title("en") == "A whole cake" and "It can be used until June 17, 2026." in line.why("en")
    assert holds(account(ada), on("2026-06-12")) == []
    sound(ada, now=on("2026-06-13"))


def test_what_is_given_up_or_not_handed_over_in_time_comes_back_and_counts_for_no_limit() -> None:
    ada = member_with(500)
    given_up = set_aside(ada, "coffee", by()).event
    release(ada, given_up, 0, by())
    assert latest(ada).title("en") == "No longer set aside: a coffee"
    set_aside(ada, "coffee", by())
    ends = max(lot.expires_on for lot in lots(account(ada), TODAY) if lot.expires_on)
    settle_due(on("2026-06-14", "00:10"))
    back = [lot for lot in lots(account(ada), on("2026-06-14")) if lot.left == 30]
    assert back[0].expires_on and (back[0].expires_on - ends).days == 4  # from 10 to 14 June
    redeeming.redeem(ada, "coffee", by(at=on("2026-06-14")))
    sound(ada, now=on("2026-06-15"))


def test_a_discount_pays_what_it_says_of_what_is_payable_or_is_refused() -> None:
    ada = member_with(1_000)
    assert refused(redeeming.redeem, ada, "five", by()) == ("payable_missing", {"pays": 500})
    figures = {"payable": 999, "most": 499, "pays": 500}
    assert refused(redeeming.redeem, ada, "five", by(), payable=999) == ("share_exceeded", figures)
    assert refused(redeeming.redeem, ada, "coffee", by(), payable=999)[0] == "not_payable"
    done = redeeming.redeem(ada, "five", by(), payable=1_000)
    assert outcome(ada, done.event) == {"pays": 500, "spent": [["points", 400]]}
    assert "They took €5.00 off your bill." in latest(ada).why("en")
    held = set_aside(ada, "five", by()).event
    assert refused(capture, ada, held, 0, by(), payable=900)[0] == "share_exceeded"
    assert outcome(ada, capture(ada, held, 0, by(), payable=2_000).event)["pays"] == 500
    sound(ada)


def test_credit_and_points_as_such_pay_at_most_what_is_payable() -> None:
    ada = member_with(300, credit=1_000)
    assert outcome(ada, redeeming.redeem(ada, "voucher", by(), 450, payable=450).event)["pays"] == 450
    figures = {"payable": 299, "most": 299, "pays": 300}
    assert refused(redeem, ada, 300, "credit", by(), payable=299) == ("share_exceeded", figures)
    assert outcome(ada, redeem(ada, 300, "credit", by(), payable=300).event) == {"pays": 300}
    assert outcome(ada, redeem(ada, 150, "points", by()).event) == {}
    sound(ada)


def test_a_return_brings_back_what_a_discount_paid_line_by_line() -> None:
    ada = member_with(800)
    basket = purchase(ada, "2026-06-10 15:00", 1_000, 1_500, currency="EUR", tendered=500)
    take([basket], "till", TODAY, False)
    assert latest(ada).amount == 20  # of 25.00, less the 5.00 that points paid
    redeeming.redeem(ada, "five", by("five", source="till"), payable=2_500, original=basket.id)
    assert available(ada) == 420
    bring_back(ada, basket.id, {"1": 1_000}, by(source="till"))
    assert available(ada) == 420 + 160 - 8
    bring_back(ada, basket.id, {}, by(source="till"))
    assert available(ada) == 800
    assert [line.title("en") for line in statement(account(ada), kinds=["reversal"])] == [
        "Given back: five euros off"
    ] * 2
    sound(ada)


def test_what_was_set_aside_is_handed_over_as_it_was_promised_by_a_version_that_is_over() -> None:
    ada = member_with(500)
    cake = set_aside(ada, "cake", by()).event
    text = versions().latest.text
    without = text[: text.index("  - id: cake")] + text[text.index("  - id: course") :]
    start = on("2026-06-11")
    publish(
        without, start, "keeper", start, versions().latest.number, keep_notice=False, allow_devaluation=True
    )  # fmt: skip
    assert refused(set_aside, ada, "cake", by(at=on("2026-06-11", "16:00")))[0] == "unknown_reward"
    assert [one.reward and one.reward.id for one in holds(account(ada), on("2026-06-11", "16:00"))] == ["cake"]
    capture(ada, cake, 0, by(at=on("2026-06-11", "16:00")))
    assert latest(ada).title("en") == "A whole cake"
    sound(ada, now=on("2026-06-12"))


def test_a_reward_may_have_the_id_of_a_rule() -> None:
    text = versions().latest.text.replace("id: coffee", "id: base")
    publish(
        text, on("2026-06-09"), "keeper", on("2026-06-09"), versions().latest.number, keep_notice=False,
        allow_devaluation=True,
    )  # fmt: skip
    ada = member_with(100)
    redeeming.redeem(ada, "base", by())
    assert (latest(ada).title("en"), latest(ada).rule_sentence("en")) == ("A coffee", "")
    sound(ada)


def test_a_limit_counts_from_the_version_on_that_states_it_and_by_the_period_it_states_now() -> None:
    ada = member_with(2_000)
    redeeming.redeem(ada, "cake", by())
    text = versions().latest.text.replace("    valid_days: 5\n", "    limit: {most: 1, per: day}\n")
    start = on("2026-06-10", "18:00")
    publish(text, start, "keeper", start, versions().latest.number, keep_notice=False, allow_devaluation=True)
    redeeming.redeem(ada, "cake", by(at=on("2026-06-10", "19:00")))
    assert refused(redeeming.redeem, ada, "cake", by(at=on("2026-06-10", "19:00")))[0] == "limit_reached"
    start = on("2026-06-11")
    yearly = text.replace("per: day", "per: year")
    publish(yearly, start, "keeper", start, versions().latest.number, keep_notice=False, allow_devaluation=True)
    assert refused(redeeming.redeem, ada, "cake", by(at=on("2026-06-12")))[1]["again_on"] == "2027-01-01"
    sound(ada, now=on("2026-06-13"))
