"""Points that are to be taken, on the console: announced by one, upheld by another, dropped, given back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT
from regulars.doors.portal.tests.test_forfeiting import REASON
from regulars.exchange.earning.tests.cast import account
from regulars.exchange.forfeitures.announcing import announce, told
from regulars.exchange.forfeitures.reading import of_member
from regulars.exchange.forfeitures.taking import take_due
from regulars.ground.access.models import Staff
from regulars.ground.publishing.versions import publish, versions


def with_a_reason() -> None:
    latest = versions().latest
    day = PRESENT - timedelta(days=1)
    text = latest.kernel.terms.programme.text + REASON
    publish(text, day, "keeper", day, latest.number, keep_notice=False, allow_devaluation=True)


def form(**more: Any) -> dict[str, Any]:
    return {
        "act": str(uuid4()), "points": "100", "currency": "points", "reason": "twice", "evidence": "case 4711", **more,
    }  # fmt: skip


def page(console: Client, path: str) -> str:
    return console.get(path).content.decode()


def test_a_shop_that_names_no_reason_has_no_such_page(console: Client, ada: str) -> None:
    assert console.get(f"/console/members/{ada}/counter/forfeit/").status_code == 404
    assert "Points that are to be taken" not in page(console, f"/console/members/{ada}/counter/")


def test_it_is_announced_heard_upheld_by_another_taken_and_given_back(console: Client, ada: str) -> None:
    with_a_reason()
    path = f"/console/members/{ada}/counter/forfeit/"
    assert "points that were booked twice" in page(console, path)
    asked = form()
    for _ in range(2):
        assert console.post(path, asked).status_code == 302
    (one,) = of_member(account(ada))
    assert one.announced_by == "carmen@harbour.example"
    assert console.post(path, form()).status_code == 409
    assert console.post(path, form(evidence="")).status_code == 422
    told(one.account, one.id, "announced", PRESENT.date())
    assert console.post(f"{path}{one.id}/objection/", {"why": "mistake"}).status_code == 302
    waits = page(console, "/console/deciding/")
    assert "it is a mistake" in waits and "case 4711" in waits and 'value="uphold"' not in waits
    console.post(f"{path}{one.id}/", {"answer": "uphold"})
    assert of_member(one.account)[0].state == "objected"
    bruno = Client()
    bruno.force_login(Staff.objects.create_user("bruno@harbour.example", "x", name="Bruno", role="finance"))
    assert 'value="uphold"' in page(bruno, "/console/deciding/")
    assert bruno.post(f"{path}{one.id}/", {"answer": "uphold"}).status_code == 302
    assert of_member(one.account)[0].state == "upheld"
    assert take_due(PRESENT + timedelta(days=31)) == 1
    assert bruno.post(f"{path}{one.id}/", {"answer": "back"}).status_code == 302
    assert of_member(one.account)[0].state == "given back"
    assert bruno.post(f"{path}{one.id}/", {"answer": "nothing"}).status_code == 403


def test_whoever_announced_it_may_let_it_drop(console: Client, ada: str) -> None:
    with_a_reason()
    one = announce(ada, 10, "points", "twice", "case 1", "carmen@harbour.example", uuid4(), PRESENT)
    assert "Let it drop" in page(console, "/console/deciding/")
    console.post(f"/console/members/{ada}/counter/forfeit/{one.id}/", {"answer": "drop"})
    assert of_member(one.account)[0].state == "dropped"
    assert "Nothing waits" in page(console, "/console/deciding/")
