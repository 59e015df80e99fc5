"""Spending from home: points are set aside under a code, once, and released by who set them aside."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client

from regulars.doors.portal.spending import MOST
from regulars.doors.portal.tests.conftest import PRESENT, Enrol, SignedIn
from regulars.doors.portal.tests.test_home import text
from regulars.exchange.counter import spent
from regulars.exchange.earning.acting import By, bring_back, hold
from regulars.exchange.earning.housing import found, join
from regulars.exchange.earning.tests.cast import account, fresh, purchase, redemption, rows, tell
from regulars.exchange.ledger.holdings import balances, holds


@pytest.fixture
def ada(member: Enrol) -> str:
    number = member("Ada")
    tell(purchase(number, "2026-05-04 15:00", 30_000, 20_000), redemption(number, "2026-06-01 12:00", 100))
    return number


def asked(browser: Client, points: int) -> dict[str, str]:
    """What the form of the page sends for so many points."""
    page = text(browser, "/spend/")
    fields = dict(re.findall(r'<input type="hidden" name="(act|currency)" value="([^"]+)"', page))
    return {**fields, "points": str(points)}


def code_of(told: dict[str, str]) -> str:
    """The code that a form would set aside under: it is sent with its signature."""
    return told["act"].partition(":")[0]


def held(number: str) -> list[tuple[str, int]]:
    return [(one.name, one.left) for one in holds(account(number), PRESENT)]


def test_points_are_set_aside_once_under_the_code_that_is_shown(ada: str, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    told = asked(browser, 150)
    seen = text(browser, f"/spend/aside/?points=150&currency=points&act={told['act']}")
    assert "Set aside 150 points?" in seen and ">400<" in seen and ">250<" in seen and "$1.50" in seen
    assert held(ada) == []
    pages = [browser.post("/spend/aside/", told, follow=True).content.decode() for _ in range(2)]
    assert f"Your code: {code_of(told)}<" in pages[0] and "set aside before" not in pages[0]
    assert "set aside before; nothing was done twice" in pages[1]
    assert held(ada) == [(code_of(told), 150)]
    acts = [row["act"] for row in rows("audit", account(ada)) if row["actor"] == "member"]
    assert acts.count("points held") == 1
    browser.post("/spend/aside/", {**told, "points": "10"})  # the same form for something else
    assert held(ada) == [(code_of(told), 150)]


def test_what_changed_since_it_was_shown_is_shown_anew_and_not_set_aside(ada: str, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    told = asked(browser, 150)
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', browser.get("/spend/aside/", told).content.decode())
    hold(ada, 40, "points", 7, By("carmen", "till", "order-8", PRESENT))
    answer = browser.post("/spend/aside/", {**told, "seen": seen})
    page = answer.content.decode()
    assert answer.status_code == 409 and "has changed since you saw it" in page and ">360<" in page
    assert held(ada) == [("order-8", 40)]
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', page)
    for _ in range(2):
        assert browser.post("/spend/aside/", {**told, "seen": seen}).status_code == 302
    assert (code_of(told), 150) in held(ada)


def test_what_a_member_set_aside_they_release_and_nothing_else(ada: str, signed_in: SignedIn, member: Enrol) -> None:
    hold(ada, 40, "points", 7, By("carmen", "till", "order-7", PRESENT))
    browser = signed_in(ada)
    told = asked(browser, 60)
    browser.post("/spend/aside/", told)
    (mine,) = [one.id for one in holds(account(ada), PRESENT) if one.source == "portal"]
    (theirs,) = [one.id for one in holds(account(ada), PRESENT) if one.source == "till"]
    page = text(browser, "/spend/")
    assert f"/spend/{mine}/release/" in page and f"/spend/{theirs}/release/" not in page and "order-7" not in page
    bruno = signed_in(member("Bruno"))
    bruno.post(f"/spend/{mine}/release/")
    browser.post(f"/spend/{theirs}/release/")
    assert len(held(ada)) == 2
    for _ in range(2):
        assert browser.post(f"/spend/{mine}/release/").status_code == 302
    assert held(ada) == [("order-7", 40)]
    assert balances(account(ada), PRESENT)[0].available == 360


def test_too_much_and_too_many_are_refused(ada: str, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    for points, why in ((401, "1 are missing"), (0, "Say how many points")):
        answer = browser.post("/spend/aside/", asked(browser, points))
        assert answer.status_code == 409 and why in answer.content.decode()
    for _ in range(MOST):
        browser.post("/spend/aside/", asked(browser, 5))
    answer = browser.post("/spend/aside/", asked(browser, 5))
    assert answer.status_code == 409 and len(held(ada)) == MOST
    assert browser.post("/spend/aside/", {"points": "5", "currency": "points", "act": "x"}).status_code == 302
    assert len(held(ada)) == MOST


def test_a_code_that_the_house_did_not_offer_sets_nothing_aside(ada: str, signed_in: SignedIn, member: Enrol) -> None:
    browser, other = signed_in(ada), asked(signed_in(member("Bruno")), 5)
    told = asked(browser, 5)
    for act in ("4827-3956", f"4827-3956{told['act'][9:]}", other["act"], ""):
        for answer in (
            browser.post("/spend/aside/", {**told, "act": act}),
            browser.get("/spend/aside/", {**told, "act": act}),
        ):
            assert answer.status_code == 302
    assert held(ada) == []


def test_what_was_typed_is_still_there_where_it_was_refused(ada: str, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    told = asked(browser, 4_000)
    for answer in (browser.get("/spend/aside/", told), browser.post("/spend/aside/", told)):
        assert answer.status_code == 409 and 'value="4000"' in answer.content.decode()
    assert 'value="4000"' not in text(browser, "/spend/?points=4000&currency=points")


def test_a_housemate_neither_sees_the_code_nor_releases_what_another_one_set_aside(
    ada: str, signed_in: SignedIn, member: Enrol
) -> None:
    bruno = member("Bruno")
    hers, his = signed_in(ada), signed_in(bruno)
    home = found(ada, "", By("carmen", "till", "home", PRESENT)).household
    join(bruno, home.number, By("carmen", "till", "join", PRESENT))
    told = asked(hers, 60)
    hers.post("/spend/aside/", told)
    (one,) = holds(home.account, PRESENT)
    assert f"/spend/{one.id}/release/" in text(hers, "/spend/") and code_of(told) in text(hers, "/spend/")
    for page in (text(his, "/spend/"), text(his, f"/spend/?code={code_of(told)}")):
        assert "60 points" in page and code_of(told) not in page and f"/spend/{one.id}/release/" not in page
    his.post(f"/spend/{one.id}/release/")
    assert len(holds(home.account, PRESENT)) == 1
    for _ in range(MOST):
        assert his.post("/spend/aside/", asked(his, 5)).status_code == 302
    hers.post(f"/spend/{one.id}/release/")
    assert [hold.left for hold in holds(home.account, PRESENT)] == [5] * MOST


def test_no_more_are_set_aside_at_the_same_moment_than_one_after_the_other(
    committed: None, ada: str, signed_in: SignedIn
) -> None:
    forms = [asked(signed_in(ada), 5) for _ in range(2 * MOST)]
    browsers = [signed_in(ada) for _ in forms]
    start = threading.Barrier(len(forms))

    def ask(place: int) -> int:
        start.wait(20)
        try:
            return browsers[place].post("/spend/aside/", forms[place]).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(forms)) as pool:
        answers = list(pool.map(ask, range(len(forms))))
    assert sorted(answers) == [302] * MOST + [409] * MOST and len(held(ada)) == MOST


def test_what_a_return_would_do_is_seen_and_not_done(ada: str, signed_in: SignedIn, member: Enrol) -> None:
    browser = signed_in(ada)
    (address,) = re.findall(r'href="(/returns/[^"]+/)"', text(browser, "/returns/"))
    page = text(browser, address)
    assert "$500.00 of what you bought on" in page and "Points owed" in page and ">100<" in page
    one = text(browser, f"{address}?line=2")
    assert "$200.00 of what you bought on" in one and ">400<" in one and ">200<" in one
    assert balances(account(ada), PRESENT)[0].available == 400 and "owed" not in text(browser, "/spend/")
    assert signed_in(member("Bruno")).get(address).status_code == 404
    bought = spent.purchase(account(ada), UUID(address.split("/")[2]))
    assert bought
    bring_back(ada, bought.name, {}, By("dagny@harbour.example", bought.source, "back", PRESENT))
    assert "Nothing is left of it that could come back." in text(browser, address)
    assert "100 points are owed after a return; the next ones make up for it." in text(browser, "/spend/")
    assert Client().get(address).status_code == 302


def test_where_a_return_would_lower_the_tier_that_is_seen_as_well(signed_in: SignedIn, member: Enrol) -> None:
    carmen = member("Carmen")
    tell(purchase(carmen, "2026-05-04 15:00", 120_000, 20_000))
    browser = signed_in(carmen)
    (address,) = re.findall(r'href="(/returns/[^"]+/)"', text(browser, "/returns/"))
    lower = '>Tier</th><td class="num">Mate until May 4, 2027</td><td class="num">Deckhand</td>'
    assert lower in text(browser, address)
    assert ">Tier</th>" not in text(browser, f"{address}?line=2")  # what is left carries it


def test_what_ends_when_is_told_with_what_waits_apart(signed_in: SignedIn, corner: int) -> None:
    number = fresh("carmen")
    tell(purchase(number, "2026-05-01 12:00", 40_000, currency="DKK"))
    page = text(signed_in(number), "/spend/")
    assert "What ends when" in page and "Nov 1, 2026" in page
