"""A person is erased at their wish: nothing finds them any more, and the ledger is what it was."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from regulars.exchange.counter import missing
from regulars.exchange.counter.erasing import Erased, erase
from regulars.exchange.counter.goodwill import SOURCE, give
from regulars.exchange.earning.acting import ActRefused, By, hold
from regulars.exchange.earning.housing import found
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import account, fresh, purchase, redemption, returned, rows, tell
from regulars.exchange.ledger.proving import prove
from regulars.exchange.notices.counting import count_arrived
from regulars.ground.members.describing import Telling, describe
from regulars.ground.members.enrolling import Person, accounts_of, enrol
from regulars.ground.members.finding import account_with_address, find
from regulars.ground.members.signing_in import make_link, open_link
from regulars.ground.messaging.models import Message
from tests.test_catalogue import OURS

pytestmark = pytest.mark.usefixtures("harbour")
NOW = datetime(2026, 6, 15, 22, tzinfo=UTC)


def joins(name: str, points: int = 240) -> str:
    """Somebody of whom everything is known, and who has so many points."""
    number = fresh(name.lower())
    enrol([Person(number, name, f"{name}holm", f"{number}@example.org", "da", 5, 12, 1990, date(2024, 3, 1))], NOW)
    describe([Telling(number, {"preferred_name": f"{name}chen", "phone": phone(name)})], "dagny", NOW)
    if points:
        tell(purchase(number, "2026-05-04 15:00", points * 100))
    return number


def phone(name: str) -> str:
    return f"+45 {int.from_bytes(name.encode()[:3])}"


def by(actor: str = "dagny") -> By:
    return By(actor, SOURCE, str(uuid4()), NOW)


def code(number: str, **more: Any) -> tuple[str, dict[str, object]]:
    with pytest.raises(ActRefused) as refused:
        erase(number, "dagny", NOW, **more)
    return refused.value.refusal.code, dict(refused.value.refusal.figures)


def everything() -> str:
    """Every row of every table of ours, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(OURS):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            found += cursor.fetchone() or ()
    return " ".join(found)


def ledger() -> list[tuple[Any, ...]]:
    """Every event, entry, lot and balance."""
    with connection.cursor() as cursor:
        found = []
        for table in ("event", "event_key", "entry", "lot", "balance", "standing"):
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            found += cursor.fetchall()
        return found


def sound() -> bool:
    return prove(also=refolder(NOW)).differences == ()


def traces(number: str) -> int:
    """A trace of somebody wherever one may lie; answers the account."""
    own = account(number)
    missing.tell(own, uuid4(), "Quay", date(2026, 6, 12), 20_000, f"receipt-{number}", NOW)
    take([purchase(number, "2026-06-01 12:00", 500, currency="XYZ")], "till", NOW, False)
    make_link(own, NOW)
    for kind, state in (("notice", "waiting"), ("sign_in", "sent"), ("tier notice", "delivered")):
        Message.objects.create(
            account_id=own, id=uuid4(), kind=kind, channel="email", language="da", state=state, made_at=NOW, due_at=NOW,
            sent_at=None if state == "waiting" else NOW,
        )  # fmt: skip
    return own


def test_no_table_names_who_was_erased_and_the_ledger_is_what_it_was() -> None:
    maren, bruno = joins("Maren"), joins("Bruno")
    own = traces(maren)
    before = ledger()
    assert all(trace in everything() for trace in (maren, "Marenholm", "Marenchen", phone("Maren"), "Quay"))
    done = erase(maren, "dagny", NOW, leave_points=True)
    assert done == Erased([maren], {"points": 240}, {}, 2, 1, 1)
    rest = everything()
    assert not any(trace in rest for trace in (maren, "Marenholm", "Marenchen", phone("Maren"), "Quay"))
    assert ledger() == before and sound()
    assert find(maren).members == find("marenh").members == find("maren").members == ()
    assert account_with_address(f"{maren}@example.org") is None and accounts_of([maren]) == {}
    assert sorted(row["state"] for row in rows("message", own)) == ["delivered", "overtaken", "overtaken"]
    assert [(row["actor"], row["detail"]) for row in rows("audit", own) if row["act"] == "member erased"] == [
        ("dagny", '{"numbers": 1}')
    ]
    assert find(bruno).members[0].name == "Bruno Brunoholm"


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    maren = joins("Maren")
    traces(maren)
    before = everything()
    said = erase(maren, "dagny", NOW, leave_points=True, dry_run=True)
    assert everything() == before
    assert erase(maren, "dagny", NOW, leave_points=True) == said


def test_nights_tills_and_messages_go_on_without_them() -> None:
    maren = joins("Maren")
    first = purchase(maren, "2026-06-10 15:00", 12_000)
    tell(first)
    own = account(maren)
    traces(maren)
    erase(maren, "dagny", NOW, leave_points=True)
    settle_due(NOW + timedelta(days=400))
    assert count_arrived(NOW + timedelta(days=6)) == 0
    (late,) = take([returned(maren, "2026-06-16 12:00", first)], "till", NOW + timedelta(days=1), False)
    assert late.refusal is not None and late.refusal.code == "unknown_member"
    again = enrol([Person(maren, "Another", "Maren", f"{maren}@example.org")], NOW)[maren]
    assert again != own and account_with_address(f"{maren}@example.org") == again
    (twice,) = take([first], "till", NOW + timedelta(days=1), False)
    assert twice.refusal is not None, "what was told of the one is not counted for the other"
    assert sound()


def test_links_and_sessions_open_nothing_any_more() -> None:
    maren = joins("Maren", 0)
    link = make_link(account(maren), NOW)
    erase(maren, "dagny", NOW)
    assert open_link(link.token, NOW) is None


def test_all_numbers_of_a_person_go_together_and_a_merged_one_says_which_to_name() -> None:
    maren, second = joins("Maren"), joins("Mare")
    merge(second, maren, by())
    assert code(second, leave_points=True) == ("merged_before", {"member": second, "now": maren})
    assert erase(maren, "dagny", NOW, leave_points=True).numbers == [maren, second]
    rest = everything()
    assert "Mareholm" not in rest and second not in rest and sound()
    with pytest.raises(ActRefused):
        unmerge(second, by())


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (lambda one: None, ("points_left", {"points": 240})),
        (lambda one: hold(one, 40, "points", 30, by()), ("set_aside", {"points": 40})),
        (lambda one: found(one, "", by()), ("in_household", {})),
        (lambda one: give(one, 5_000, "points", "poor-service", by(), 100), ("proposal_open", {})),
    ],
)  # fmt: skip
def test_what_has_to_come_to_its_end_first_is_said(
    first: Callable[[str], Any], told: tuple[str, dict[str, int]]
) -> None:
    maren = joins("Maren")
    first(maren)
    name, figures = code(maren, leave_points=told[0] != "points_left")
    assert (name, figures) == (told[0], {"member": maren, **told[1]})
    assert find(maren).members


def test_a_number_goes_however_its_accents_were_written() -> None:
    apart = f"cafe\u0301-{uuid4().hex[:8]}"
    own = enrol([Person(apart, "Maren")], NOW)[apart]
    with connection.cursor() as cursor:  # as some were kept before
        cursor.execute("UPDATE member_number SET number = %s WHERE account_id = %s", [apart, own])
    assert erase(apart, "dagny", NOW).numbers == [unicodedata.normalize("NFC", apart)]
    assert accounts_of([apart]) == {} and apart not in everything()


def test_nobody_and_a_household_are_not_erased() -> None:
    assert code("nobody")[0] == "unknown_member"
    home = found(joins("Maren"), fresh("home"), by()).household.number
    assert code(home)[0] == "not_a_member"


def test_who_owes_points_is_let_go_and_nobody_owes_them() -> None:
    maren = joins("Maren", 0)
    bought = purchase(maren, "2026-01-04 15:00", 24_000)
    tell(bought, redemption(maren, "2026-03-04 15:00", 200))
    tell(returned(maren, "2026-03-05 12:00", bought))
    own = account(maren)
    done = erase(maren, "dagny", NOW, leave_points=True)
    assert done.owed == {"points": 200} and rows("balance", own)[0]["debt"] == -200
    assert sound()
