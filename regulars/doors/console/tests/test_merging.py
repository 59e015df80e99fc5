"""The same person twice, at the counter: both are seen side by side, merged once, and parted again."""

from __future__ import annotations

import re
from uuid import uuid4

from django.test import Client
from pytest_django.fixtures import Settings

from regulars.doors.console.tests.conftest import PRESENT, Enrol, text
from regulars.doors.console.tests.test_counter import confirm, look, signed_in
from regulars.exchange.earning.acting import By, hold
from regulars.exchange.earning.housing import found
from regulars.exchange.earning.tests.cast import account, pots, purchase, tell
from regulars.ground.members.enrolling import given_accounts_of


def second(member: Enrol, number: str = "") -> str:
    """Another number of Ada's, with points of its own."""
    other = member("Ada", "Byron", number=number)
    tell(purchase(other, "2026-05-05 15:00", 50_000))
    return other


def test_two_are_seen_side_by_side_merged_once_and_parted_again(console: Client, ada: str, member: Enrol) -> None:
    other = second(member)
    before = pots(ada)
    address = f"/console/members/{ada}/counter/merging/"
    assert "The same person twice" in text(console, f"/console/members/{ada}/counter/")
    listed = console.get(address, {"q": "byron"}).content.decode()
    assert re.findall(r'href="([^"]+/merging/both/[^"]+)"', listed) == [f"{address}both/?other={other}"]
    assert f"other={ada}" not in console.get(address, {"q": "love"}).content.decode()
    shown = text(console, f"{address}both/?other={other}&act={uuid4()}")
    assert "Points to spend 200 500 700" in shown and pots(ada) == before
    done = confirm(console, f"{address}both/", other=other)
    assert f"{other} is one with {ada} now." in done or "nothing was done twice" in done
    assert account(other) == account(ada) and pots(ada)["available"] == 700
    listed = console.get("/console/members/", {"q": "byron"}).content.decode()
    assert "merged" in listed and "700" in listed
    assert "Twelve months $2,222.00 3 purchases" in text(console, f"/console/members/{other}/")
    asked = f"Number {other} was asked for. It was merged, and is number {ada}’s now."
    assert asked in text(console, f"/console/members/{other}/timeline/")
    assert "was asked for" not in text(console, f"/console/members/{ada}/timeline/")
    assert "Points 333 +333" in text(console, f"/console/members/{ada}/statement/?of={other}")
    seen = text(console, f"{address}undo/?other={other}&act={uuid4()}")
    assert "Points to spend 700 200 500" in seen
    confirm(console, f"{address}undo/", other=other)
    assert pots(ada) == before and pots(other)["available"] == 500
    assert given_accounts_of([other])[other] == account(other)


def test_of_a_number_that_cannot_be_the_other_one_it_is_said_whose_it_is(
    console: Client, ada: str, member: Enrol
) -> None:
    address = f"/console/members/{ada}/counter/merging/"
    assert f"What begins with “{ada}” is this member, or leads here already." in text(console, f"{address}?q={ada}")
    home = found(member("Bruno"), "", By("dagny", "desk", uuid4().hex, PRESENT)).household.number
    assert f"“{home}” is the number of a household" in text(console, f"{address}?q={home}")
    assert "begins with “nobody”" in text(console, f"{address}?q=nobody")


def test_what_cannot_be_done_is_said_in_the_readers_language(console: Client, ada: str, member: Enrol) -> None:
    other = second(member)
    hold(other, 10, "points", 7, By("member", "portal", uuid4().hex, PRESENT))
    address = f"/console/members/{ada}/counter/merging/"
    shown = text(console, f"{address}both/?other={other}&act={uuid4()}", "en")
    assert "Points set aside" in shown, "what is set aside goes along, and is shown"
    answer = console.get(f"{address}undo/", {"other": other, "act": str(uuid4())})
    assert answer.status_code == 409 and "not merged" in answer.content.decode()
    assert "no se unió con otro" in text(console, f"{address}undo/?other={other}&act={uuid4()}", "es")
    assert console.get(f"{address}both/", {"other": "nobody", "act": str(uuid4())}).status_code == 404
    assert console.get(f"{address}undo/", {"other": "nobody", "act": str(uuid4())}).status_code == 404


def test_a_merge_brings_no_more_together_than_one_person_may_give(
    console: Client, ada: str, member: Enrol, settings: Settings
) -> None:
    settings.GOODWILL_LIMIT = 100
    other = second(member)
    for number in (ada, other):
        asked = {"act": str(uuid4()), "way": "give", "points": "60", "currency": "points", "reason": "thank-you"}
        assert console.post(f"/console/members/{number}/counter/goodwill/", asked).status_code == 302
    address, asked = f"/console/members/{ada}/counter/merging/both/", {"other": other, "act": str(uuid4())}
    for answer in (console.get(address, asked), console.post(address, asked)):
        page = answer.content.decode()
        assert answer.status_code == 409 and "given 120 points together, and more than 100 need a second" in page
    assert account(other) != account(ada)
    home = found(ada, "", By("dagny", "desk", uuid4().hex, PRESENT)).household.number
    asked = {"member": other, "act": str(uuid4())}
    for answer in (
        console.get(f"/console/households/{home}/join/", asked),
        console.post(f"/console/households/{home}/join/", asked),
    ):
        assert answer.status_code == 409 and "more than 100 need a second" in answer.content.decode()


def test_a_merge_of_what_changed_since_it_was_shown_is_shown_anew(console: Client, ada: str, member: Enrol) -> None:
    other = second(member)
    address = f"/console/members/{ada}/counter/merging/both/"
    there, fields = look(console, address, other=other)
    tell(purchase(other, "2026-05-06 15:00", 10_000))
    answer = console.post(there, fields)
    assert answer.status_code == 409 and "has changed since it was shown" in answer.content.decode()
    assert account(other) != account(ada)
    confirm(console, address, other=other)
    assert account(other) == account(ada)


def test_a_number_with_a_slash_is_found_and_merged_as_well(console: Client, ada: str, member: Enrol) -> None:
    other = second(member, f"card/{uuid4().hex[:6]} +1")
    address = f"/console/members/{ada}/counter/merging/"
    (link,) = re.findall(r'href="([^"]+/merging/both/[^"]+)"', console.get(address, {"q": "card/"}).content.decode())
    shown = console.get(link.replace("&amp;", "&"), follow=True)
    assert other in shown.content.decode().replace("&#x2B;", "+")


def test_members_are_merged_by_those_at_the_counter_alone(ada: str, member: Enrol) -> None:
    other = second(member)
    finn = signed_in("finn", "finance")
    for part in ("", "both/", "undo/"):
        assert finn.get(f"/console/members/{ada}/counter/merging/{part}", {"other": other}).status_code == 403
