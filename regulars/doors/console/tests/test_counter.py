"""The counter: every act is shown before it is done, done once, and done by those who may."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from regulars.doors.console.counter import spent
from regulars.doors.console.counter.gathering import gathered
from regulars.doors.console.counter.wording import refused
from regulars.doors.console.tests.conftest import PASSWORD, PRESENT, Enrol, text
from regulars.engine.entries import Refusal
from regulars.exchange.counter.goodwill import proposals
from regulars.exchange.counter.missing import missed
from regulars.exchange.counter.missing import tell as tell_missing
from regulars.exchange.counter.rehearsing import Change
from regulars.exchange.earning.acting import By, hold
from regulars.exchange.earning.tests.cast import account, pots, purchase, redemption, rows, tell
from regulars.exchange.ledger.holdings import LotView, balances, holds
from regulars.ground.access.models import Staff
from regulars.ground.publishing.versions import versions


def signed_in(name: str, role: str) -> Client:
    client = Client()
    client.force_login(Staff.objects.create_user(f"{name}@harbour.example", PASSWORD, name=name, role=role))
    return client


def look(client: Client, address: str, **asked: str) -> tuple[str, dict[str, str]]:
    """Look at what an act would do: where its form leads, and with which fields."""
    page = client.get(address, asked, follow=True).content.decode()
    (form,) = re.findall(r'<form class="cluster" method="post" action="([^"]+)">(.*?)</form>', page, re.S)
    return form[0], dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[1]))


def confirm(client: Client, address: str, **asked: str) -> str:
    """Look at what an act would do and agree; answers the page one is led to."""
    there, fields = look(client, address, **asked)
    for _ in range(2):  # a double click
        answer = client.post(there, fields, follow=True)
    return answer.content.decode()


def test_points_are_redeemed_after_a_look_at_what_is_left(console: Client, ada: str) -> None:
    address = f"/console/members/{ada}/counter/"
    act = str(uuid4())
    page = text(console, f"{address}redeem/?points=150&currency=points&act={act}")
    assert "Redeem 150 points" in page and "They are worth $1.50." in page
    assert "Points to spend 200 50" in page and "May 4, 2026" in page
    assert pots(ada)["available"] == 200
    done = confirm(console, f"{address}redeem/", points="150", currency="points", act=act)
    assert pots(ada)["available"] == 50 and "nothing was done twice" in done
    assert "This was done already" in text(console, f"{address}redeem/?points=150&currency=points&act={act}")
    other = console.get(f"{address}redeem/", {"points": "20", "currency": "points", "act": act})
    assert other.status_code == 409 and "used before for something else" in other.content.decode()
    acts = [row["act"] for row in rows("audit", account(ada)) if row["actor"] == "carmen@harbour.example"]
    assert acts.count("points redeemed") == 1


def test_many_lots_are_put_together_by_when_they_end_and_stand_folded_each(console: Client, ada: str) -> None:
    tell(*(purchase(ada, f"2026-05-{on:02} 15:00", 1_000) for on in range(5, 16)))
    address = f"/console/members/{ada}/counter/redeem/"
    few = console.get(address, {"points": "200", "currency": "points", "act": str(uuid4())}).content.decode()
    assert "<details" not in few.partition("Which lots change")[2]
    tell(*(purchase(ada, f"2026-05-{on:02} 15:00", 1_000) for on in range(16, 28)))
    every = balances(account(ada), PRESENT)[0].available
    page = console.get(address, {"points": str(every), "currency": "points", "act": str(uuid4())}).content.decode()
    lots, folded = page.partition("Which lots change")[2].split("<details")
    assert f"−{every} points" in lots and "May 4 to May 27, 2026" in lots and "34 lots" in lots
    assert (lots.count('<th scope="row">'), folded.count('<th scope="row">')) == (1, 34)


def test_lots_that_end_on_many_days_are_put_together_by_month_or_by_year(harbour: int) -> None:
    currency = next(one for one in versions().latest.kernel.terms.programme.currencies if one.id == "points")

    def lot(seq: int, expires_on: date) -> Change:
        on = date(2026, 1, 1) + timedelta(days=seq)
        return Change(LotView(seq, currency, 10, 10, False, on, on, expires_on, 1), 4, 6)

    found = gathered([lot(seq, date(2027, 1 + seq // 10, 1 + seq % 10)) for seq in range(30)])
    assert [(one.count, one.points, one.rest) for one in found.together] == [("10 lots", "−40", "60")] * 3
    assert (found.together[0].earned, found.together[0].ends) == (
        "Jan 1 to Jan 10, 2026", "Last days to spend them: Jan 1 to Jan 10, 2027.",
    )  # fmt: skip
    assert found.total == "−120 points" and len(found.each) == 30
    years = gathered([lot(seq, date(2027 + seq // 12, 1 + seq % 12, 1)) for seq in range(36)])
    assert [one.count for one in years.together] == ["12 lots"] * 3
    assert years.together[1].ends == "Last days to spend them: Jan 1 to Dec 1, 2028."


def test_more_than_there_is_is_refused_with_figures_and_in_the_readers_language(console: Client, ada: str) -> None:
    address = f"/console/members/{ada}/counter/redeem/"
    answer = console.get(address, {"points": "500", "currency": "points", "act": str(uuid4())})
    assert answer.status_code == 409 and "200 are there, 300 are missing" in answer.content.decode()
    assert console.get(address, {"points": "0", "currency": "points", "act": str(uuid4())}).status_code == 422
    assert console.get(address, {"points": "5"}).status_code == 422  # without an id
    assert pots(ada)["available"] == 200


def test_what_was_set_aside_is_handed_over_or_released(console: Client, ada: str) -> None:
    for name, act in (("A", "capture"), ("B", "release")):
        hold(ada, 80, "points", 7, By("member", "portal", name, PRESENT))
        (one,) = holds(account(ada), PRESENT)
        address = f"/console/members/{ada}/counter/"
        assert "80 points" in text(console, address) and f"{name}, until Jun 22, 2026" in text(console, address)
        confirm(console, f"{address}holds/{one.id}/{act}/")
        assert holds(account(ada), PRESENT) == []
    assert pots(ada)["available"] == 120


def test_a_redemption_is_given_back_whole(console: Client, ada: str) -> None:
    page = console.get(f"/console/members/{ada}/counter/").content.decode()
    (address,) = re.findall(r'href="([^"]+/counter/spent/[^"]+)"', page)
    assert "were given back" in confirm(console, address) or pots(ada)["available"] == 500
    assert pots(ada)["available"] == 500
    assert "/counter/spent/" not in console.get(f"/console/members/{ada}/counter/").content.decode()


def test_what_was_spent_long_ago_is_reached_and_given_back(
    console: Client, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spent, "_ROWS", 5)
    address = f"/console/members/{ada}/counter/"
    tell(*(redemption(ada, "2026-06-02 12:00", 10) for _ in range(6)), redemption(ada, "2026-06-03 12:00", 9))
    assert "Everything that was spent" not in text(console, address)
    tell(*(redemption(ada, "2026-06-03 12:00", 10) for _ in range(4)))
    desk = console.get(address).content.decode()
    assert len(re.findall(r"/counter/spent/[0-9a-f-]+/", desk)) == 8
    found, here = [], f"{address}spent/"
    assert f'href="{here}"' in desk
    while here:
        page = console.get(here).content.decode()
        found += re.findall(r'href="([^"]+/counter/spent/[0-9a-f-]+/)"', page)
        older = re.findall(r'href="(\?before=[^"]+)" rel="next"', page)
        here = f"{address}spent/{older[0]}" if older else ""
    assert len(found) == len(set(found)) == 12
    there, fields = look(console, found[-1])
    assert "300 points were given back." in console.post(there, fields, follow=True).content.decode()
    assert pots(ada)["available"] == 200 - 9 - 100 + 300
    assert found[-1] not in console.get(f"{address}spent/").content.decode()
    (event,) = re.findall(r"spent/([^/]+)/$", found[-1])
    assert "Nothing before that" in text(console, f"{address}spent/?before={event}")
    assert console.get(f"{address}spent/?before=x").status_code == 200


def test_of_one_point_it_is_said_that_it_was_given_back(console: Client, ada: str) -> None:
    tell(redemption(ada, "2026-06-12 12:00", 1))
    page = console.get(f"/console/members/{ada}/counter/").content.decode()
    there, fields = look(console, re.findall(r'href="([^"]+/counter/spent/[0-9a-f-]+/)"', page)[0])
    assert "1 point was given back." in console.post(there, fields, follow=True).content.decode()


def test_of_one_point_a_refusal_speaks_in_the_singular() -> None:
    one, two = (refused(Refusal("holds_open", "", {"held": held})) for held in (1, 2))
    assert one.startswith("1 point is set aside: hand it over") and two.startswith("2 points are set aside")
    assert "1 point is missing" in refused(Refusal("unmerge_short", "", {"missing": 1}))


def test_a_line_comes_back_in_part_and_says_what_it_takes(console: Client, member: Enrol) -> None:
    bruno = member("Bruno")
    basket = purchase(bruno, "2026-05-04 15:00", 30_000, 20_000)
    tell(basket, redemption(bruno, "2026-05-20 12:00", 450))
    page = console.get(f"/console/members/{bruno}/timeline/").content.decode()
    (address,) = re.findall(r'href="([^"]+/counter/purchases/[^"]+)"', page)
    assert "Up to $300.00" in text(console, address)
    act = str(uuid4())
    would = text(console, f"{address}?act={act}&line_0=100.00")
    assert "Bring back for $100.00" in would and "Points to spend 50 0" in would and "Points owed 0 50" in would
    nothing = console.get(address, {"act": act, "some": "on", "line_0": ""})
    assert nothing.status_code == 422 and "Fill in at least one amount." in nothing.content.decode()
    confirm(console, address, act=act, line_0="100.00", some="on")
    assert (pots(bruno).get("available", 0), pots(bruno)["debt"]) == (0, -50)
    assert "Points to spend 0 Points owed 50 The next points pay for them." in text(
        console, f"/console/members/{bruno}/counter/"
    )
    assert "Up to $200.00" in text(console, address)
    assert console.get(address, {"act": str(uuid4()), "line_0": "200.01"}).status_code == 422
    confirm(console, address, act=str(uuid4()))
    assert "All of it has come back already" in text(console, address)
    again = console.get(address, {"act": str(uuid4())})
    assert (
        again.status_code == 409 and "Nothing is left of this purchase that could come back" in again.content.decode()
    )


def test_what_changed_since_it_was_shown_is_shown_anew_and_not_done(console: Client, member: Enrol) -> None:
    bruno = member("Bruno")
    tell(purchase(bruno, "2026-05-04 15:00", 10_000, 20_000))
    page = console.get(f"/console/members/{bruno}/timeline/").content.decode()
    (address,) = re.findall(r'href="([^"]+/counter/purchases/[^"]+)"', page)
    there, fields = look(console, address, act=str(uuid4()))
    confirm(console, address, act=str(uuid4()), line_0="100.00", some="on")
    for told in (fields, {**fields, "seen": ""}):
        answer = console.post(there, told)
        assert answer.status_code == 409 and pots(bruno)["available"] == 200
        page = answer.content.decode()
        assert "has changed since it was shown" in page and "Bring back for $200.00" in page
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', page)
    assert "$200.00 came back" in console.post(there, {**fields, "seen": seen}, follow=True).content.decode()
    assert "nothing was done twice" in console.post(there, fields, follow=True).content.decode()
    assert "available" not in pots(bruno)


def test_a_tier_that_a_return_would_lower_stands_beside_the_points(console: Client, ada: str) -> None:
    page = console.get(f"/console/members/{ada}/timeline/").content.decode()
    small, large = re.findall(r'href="([^"]+/counter/purchases/[^"]+)"', page)
    assert "Tier" not in text(console, f"{small}?act={uuid4()}")
    would = text(console, f"{large}?act={uuid4()}")
    assert "Bring back for $1,680.00" in would and "Tier Mate until May 4, 2027 Deckhand" in would


def test_a_number_with_an_underscore_is_no_number(console: Client, ada: str) -> None:
    address, act = f"/console/members/{ada}/counter/", str(uuid4())
    asked = {"act": act, "way": "give", "points": "1_0", "currency": "points", "reason": "thank-you"}
    for client in (console.get, console.post):
        answer = client(f"{address}goodwill/", asked)
        assert answer.status_code == 422 and "Enter a whole number." in answer.content.decode()
    page = console.get(f"/console/members/{ada}/timeline/").content.decode()
    purchases = re.findall(r'href="([^"]+/counter/purchases/[^"]+)"', page)
    assert any(console.get(one, {"act": act, "line_0": "1_0"}).status_code == 422 for one in purchases)


def test_goodwill_above_the_limit_waits_for_another_with_the_right(ada: str, settings: Settings) -> None:
    settings.GOODWILL_LIMIT = 100
    bruno, finn, otto = signed_in("bruno", "staff"), signed_in("finn", "finance"), signed_in("otto", "staff")
    address = f"/console/members/{ada}/counter/goodwill/"
    told = {"way": "give", "points": "100", "currency": "points", "reason": "late-delivery"}
    confirm(bruno, address, act=str(uuid4()), **told)
    assert pots(ada)["available"] == 300
    asked = f"way=give&currency=points&reason=thank-you&act={uuid4()}"
    said = text(bruno, f"{address}?{asked}&points=1")
    assert "need a second person" in said and "Used of them in the last 24 hours: 100; left: 0." in said
    settings.GOODWILL_LIMIT = 120
    assert "need a second person" not in text(bruno, f"{address}?{asked}&points=20")
    assert "Used of them in the last 24 hours: 100; left: 20." in text(bruno, f"{address}?{asked}&points=21")
    settings.GOODWILL_LIMIT = 100
    confirm(bruno, address, act=str(uuid4()), **told)
    assert pots(ada)["available"] == 300
    (kept,) = proposals(account(ada), 9)
    respond = f"/console/members/{ada}/counter/proposals/{kept.id}/"
    assert otto.post(respond, {"answer": "confirm"}).status_code == 403
    assert "One thing waits to be decided" in text(finn, "/console/")
    assert "You proposed this" in text(bruno, "/console/deciding/")
    assert "+100 points" in text(finn, "/console/deciding/")
    assert f'href="{respond}?answer=confirm"' in finn.get("/console/deciding/").content.decode()
    would = text(finn, f"{respond}?answer=confirm")
    assert "Confirm: +100 points" in would and "Points to spend 300 400" in would and pots(ada)["available"] == 300
    assert finn.get(respond).status_code == 405 and otto.get(f"{respond}?answer=confirm").status_code == 403
    assert "the points have moved" in finn.post(respond, {"answer": "confirm"}, follow=True).content.decode()
    assert "nothing was done twice" in finn.post(respond, {"answer": "confirm"}, follow=True).content.decode()
    assert pots(ada)["available"] == 400
    assert "something came late" in text(finn, f"/console/members/{ada}/statement/")
    assert "Nothing waits" in text(finn, "/console/deciding/")


def test_a_keeper_does_not_confirm_what_she_proposed_herself(console: Client, ada: str, settings: Settings) -> None:
    settings.GOODWILL_LIMIT = 0
    told = {"way": "take", "points": "10", "currency": "points", "reason": "our-mistake"}
    confirm(console, f"/console/members/{ada}/counter/goodwill/", act=str(uuid4()), **told)
    (kept,) = proposals(account(ada), 9)
    answer = console.post(f"/console/members/{ada}/counter/proposals/{kept.id}/", {"answer": "confirm"}, follow=True)
    assert "somebody else has to answer it" in answer.content.decode()
    assert console.post(f"/console/members/{ada}/counter/proposals/{kept.id}/", {"answer": "x"}).status_code == 403
    assert pots(ada)["available"] == 200


@pytest.mark.parametrize(
    "part", ["", "spent/", "redeem/", "goodwill/", f"holds/{UUID(int=7)}/capture/", f"spent/{UUID(int=7)}/"]
)
def test_who_counts_the_books_does_not_move_points(ada: str, part: str) -> None:
    finn = signed_in("finn", "finance")
    for send in (finn.get, finn.post):
        assert send(f"/console/members/{ada}/counter/{part}").status_code == 403
    assert "/counter/" not in finn.get(f"/console/members/{ada}/timeline/").content.decode()


def test_a_form_from_elsewhere_moves_nothing(carmen: Staff, ada: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(carmen)
    told = {"points": "10", "currency": "points", "act": str(uuid4())}
    assert client.post(f"/console/members/{ada}/counter/redeem/", told).status_code == 403
    assert pots(ada)["available"] == 200


def test_a_purchase_that_a_member_misses_is_answered_by_staff(console: Client, ada: str, settings: Settings) -> None:
    for receipt in ("R-1", "R-2", "R-3"):
        tell_missing(account(ada), uuid4(), "Quay", date(2026, 6, 12), 4_200, receipt, PRESENT)
    page = console.get("/console/deciding/").content.decode()
    first, second, third = re.findall(r'href="([^"]+/counter/missing/[^"]+)"', page)
    assert "3 things wait to be decided" in text(console, "/console/")
    shown = console.get(first).content.decode()
    (event,) = re.findall(r'name="event" value="([^"]+)"', shown)
    assert "Answered." in console.post(first, {"answer": "found", "event": event}, follow=True).content.decode()
    before = balances(account(ada), PRESENT)[0].pending
    told = {"answer": "record", "source": "till"}
    would = console.get(second, told).content.decode()
    assert "Record $42.00" in would and "As the statement will tell it" in would and "Points still pending" in would
    assert balances(account(ada), PRESENT)[0].pending == before
    for said in ("The purchase is recorded.", "nothing was done twice"):
        assert said in console.post(second, told, follow=True).content.decode()
    assert (after := balances(account(ada), PRESENT)[0].pending) > before
    settings.GOODWILL_LIMIT = 50
    assert "need a second person" in console.get(third, told).content.decode() and proposals(account(ada), 9) == []
    proposed = console.post(third, {"answer": "record", "source": "till"}, follow=True).content.decode()
    assert "waits for a second person" in proposed and balances(account(ada), PRESENT)[0].pending == after
    assert "somebody else answers that first" in text(console, third)
    assert "Nothing is done twice" in console.get(third, told).content.decode()
    (kept,) = proposals(account(ada), 9)
    finn = signed_in("finn", "finance")
    respond = f"/console/members/{ada}/counter/proposals/{kept.id}/"
    assert "Points still pending" in text(finn, f"{respond}?answer=confirm")
    finn.post(respond, {"answer": "decline"})
    assert console.post(third, {"answer": "decline", "reason": "because"}).status_code == 409
    assert console.post(third, {"answer": "found", "event": "x"}).status_code == 409
    assert "Answered." in console.post(third, {"answer": "decline", "reason": "too-old"}, follow=True).content.decode()
    assert [one.state for one in missed(account(ada), 9)].count("open") == 0
    assert finn.get(first).status_code == 403 and "R-1" not in text(finn, "/console/deciding/")
