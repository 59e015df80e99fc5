"""A household's points end only when each of its members was told: all whom a mail or a letter can reach."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from regulars.engine.tests.worked import Member
from regulars.exchange.earning.acting import By
from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.merging import merge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import account, purchase, rows, tell
from regulars.exchange.ledger.proving import prove
from regulars.exchange.ledger.statement import statement
from regulars.exchange.notices.owed import Falling
from regulars.exchange.notices.tests.conftest import OPENS, Days, at, joins
from regulars.exchange.notices.wording import tier_text
from regulars.ground.members.enrolling import given_accounts_of
from regulars.ground.messaging.models import Message


def by(moment: str) -> By:
    return By("dagny@harbour.example", "desk", uuid4().hex, at(moment))


def has(number: str) -> dict[str, int]:
    (row,) = rows("balance", account(number)) or [{}]
    return {pot: row[pot] for pot in ("available", "expired") if row[pot]}


def states(number: str) -> list[tuple[str, str]]:
    return [(row["channel"], row["state"]) for row in rows("message", given_accounts_of([number])[number], "id")]


def together(*members: str) -> str:
    home = found(members[0], "", by("2026-06-01 12:00")).household.number
    for member in members[1:]:
        join(member, home, by("2026-06-01 12:00"))
    return home


def test_each_housemate_is_told_and_points_end_when_the_last_one_was(days: Days) -> None:
    maren, ada = joins(), joins("Ada", "ada@example.org")
    carl = joins("", "", spent=10_000)
    home = together(maren, ada, carl)
    assert days.asks(OPENS) == 2, "Carl is known by a number alone"
    days.office.addresses["ada@example.org"] = "550 nobody here"
    assert days.sends("2026-11-06 06:45") == 1
    mail = days.office.mails[0]
    assert mail["Subject"] == f"What household {home} has at Harbour is good until January 5, 2027"
    assert f"Your household {home} has 490 points at Harbour that are good until" in str(mail.get_body(("plain",)))
    figures = Message.objects.get(account_id=given_accounts_of([maren])[maren]).figures
    assert figures[0]["household"] == account(home), "so that it reads the same when Maren has left"
    assert days.counts("2026-11-11 06:45") == 1 and states(maren) == [("email", "delivered")]
    assert [row["type"] for row in rows("event", account(home), "id")].count("expiry notice") == 0
    assert days.asks("2026-11-12 06:40") == 1, "a letter follows to Ada, and Maren is left alone"
    assert states(ada) == [("email", "refused"), ("letter", "waiting")]
    days.letters(ada, "2026-11-13 09:00")
    assert days.counts("2026-11-18 09:00") == 1
    (told,) = [row for row in rows("event", account(home), "id") if row["type"] == "expiry notice"]
    assert told["occurred_at"].date().isoformat() == "2026-11-16", "three days after it was posted"
    settle_due(at("2027-01-05 12:00"))
    assert has(home) == {"available": 490}
    settle_due(at("2027-01-06 12:00"))
    assert has(home) == {"expired": 490}
    assert days.asks("2027-01-07 06:40") == 0 and prove([account(home)]).differences == ()


def test_who_joins_before_all_were_told_is_told_as_well_and_who_leaves_takes_along_what_was_told(days: Days) -> None:
    maren, ada = joins(), joins("Ada", "ada@example.org")
    home = together(maren)
    assert days.asks(OPENS) == 2 and days.sends("2026-11-06 06:45") == 2
    join(ada, home, by("2026-11-07 12:00"))
    assert days.counts("2026-11-11 06:45") == 0, "each was told of less than there is together"
    assert (states(maren), states(ada)) == ([("email", "overtaken")], [("email", "overtaken")])
    assert days.asks("2026-11-12 06:40") == 2 and days.sends("2026-11-12 06:45") == 2
    assert days.counts("2026-11-17 06:45") == 2
    leave(ada, 0, "", by("2026-11-20 12:00"))
    settle_due(at("2027-01-06 12:00"))
    assert (has(ada), has(home)) == ({"expired": 240}, {"expired": 240})


def test_what_was_announced_of_one_account_ends_when_two_are_one_and_the_rest_waits_for_its_notice(days: Days) -> None:
    maren, again = joins(), joins("Maren", "maren@example.com")
    days.asks(OPENS)
    days.office.addresses["maren@example.com"] = "550 nobody here"
    days.sends("2026-11-06 06:45")
    assert days.counts("2026-11-11 06:45") == 1
    merge(again, maren, by("2026-11-12 12:00"))
    settle_due(at("2027-01-06 12:00"))
    assert has(maren) == {"available": 240, "expired": 240}
    assert days.asks("2027-01-07 06:40") == 1 and days.sends("2027-01-07 06:45") == 1
    assert "240 points" in str(days.office.mails[-1].get_body(("plain",)))
    days.counts("2027-01-12 06:45")
    settle_due(at("2027-02-07 12:00"))
    assert has(maren) == {"expired": 480}
    assert prove([account(maren)]).differences == ()


def test_what_a_night_ends_of_a_household_is_one_line_with_its_lots(days: Days) -> None:
    maren = joins()
    assert days.asks(OPENS) == 1 and days.sends("2026-11-06 06:45") == 1 and days.counts("2026-11-11 06:45") == 1
    ada = joins("Ada", "ada@example.org", spent=10_000)
    tell(purchase(ada, "2024-01-04 12:00", 2_000))
    assert days.asks("2026-11-12 06:40") == 1 and days.sends("2026-11-12 06:45") == 1
    assert days.counts("2026-11-17 06:45") == 1
    home = found(maren, "", by("2026-11-20 12:00")).household.number
    join(ada, home, by("2026-11-20 12:00"))
    settle_due(at("2027-01-06 12:00"))
    each = statement(account(home), kinds=["expiry"])
    assert sorted(line.amount for line in each) == [-240, -12]
    (line,) = statement(account(home), kinds=["expiry"], gathered=True)
    assert (line.amount, line.available_after, line.seq) == (-252, 0, max(one.seq for one in each))
    assert line.working("en") == [
        ("Earned on January 4, 2024", "2"), ("Earned on January 5, 2024", "250"), ("Points", "252"),
    ]  # fmt: skip
    assert sorted(len(one.working("en")) for one in each) == [2, 3]


def test_a_tier_of_a_household_is_told_as_the_households() -> None:
    tiers = "earn: {rules: [{id: base, points: 1, per: 10.00}]}\ntiers: {counts: spend, window: calendar_year, levels: [{id: mate, at: 0}, {id: captain, at: 100.00}]}"
    programme = Member(tiers).kernel.terms.programme
    fall = Falling("captain", "mate", date(2026, 12, 31).toordinal())
    told, own = (tier_text(fall, "Maren", programme, "da", "", home) for home in ("H-7", ""))
    assert told.subject.startswith("Husstanden H-7 er captain") and own.subject.startswith("Du er captain")
    assert str(told.paragraphs[1]).startswith("Din husstand H-7 er captain")


def test_a_purchase_of_anybody_keeps_all_there_is(days: Days) -> None:
    maren, ada = joins(), joins("Ada", "ada@example.org")
    home = together(maren, ada)
    days.asks(OPENS)
    days.sends("2026-11-06 06:45")
    tell(purchase(ada, "2026-11-08 10:00", 1_000))
    assert days.counts("2026-11-12 08:00") == 0
    settle_due(at("2027-03-01 12:00"))
    assert has(home) == {"available": 481}
