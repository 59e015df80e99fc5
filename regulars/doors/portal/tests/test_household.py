"""A member's household: whose points they are together with, by given name alone, and leaving it."""

from __future__ import annotations

import re
from uuid import uuid4

from regulars.doors.portal.tests.conftest import PRESENT, Enrol, SignedIn
from regulars.doors.portal.tests.test_home import text
from regulars.exchange.earning.acting import By, redeem
from regulars.exchange.earning.housing import found, join
from regulars.exchange.earning.tests.cast import pots, purchase, tell


def by() -> By:
    return By("dagny@harbour.example", "desk", uuid4().hex, PRESENT)


def test_a_member_sees_the_household_and_leaves_it_after_a_look(member: Enrol, signed_in: SignedIn) -> None:
    ada, bruno = member("Ada"), member("Bruno", "Bauer")
    tell(purchase(ada, "2026-05-04 15:00", 30_000), purchase(bruno, "2026-05-04 15:00", 4_000))
    browser = signed_in(bruno)
    join(bruno, found(ada, "", by()).household.number, by())
    home = text(browser, "/")
    assert "together with: Ada." in home and "Lovelace" not in home and ">340<" in home
    assert ">Bruno<" in text(browser, "/statement/")
    page = text(browser, "/household/")
    assert "Ada" in page and "Lovelace" not in page and "40 points" in page
    (act,) = re.findall(r'name="act" value="([^"]+)"', page)
    seen = text(browser, f"/household/leave/?act={act}")
    assert ">0<" in seen and ">40<" in seen and pots(bruno)["available"] == 340
    for _ in range(2):
        browser.post("/household/leave/", {"act": act})
    assert pots(bruno)["available"] == 40 and pots(ada)["available"] == 300
    assert "together with" not in text(browser, "/")
    assert browser.get("/household/").status_code == 302


def test_who_would_leave_with_something_else_by_now_is_shown_that_first(member: Enrol, signed_in: SignedIn) -> None:
    ada, bruno = member("Ada"), member("Bruno", "Bauer")
    tell(purchase(bruno, "2026-05-04 15:00", 4_000))
    browser = signed_in(bruno)
    join(bruno, found(ada, "", by()).household.number, by())
    fields = dict(re.findall(r'name="(act|seen)" value="([^"]+)"', text(browser, f"/household/leave/?act={uuid4()}")))
    redeem(ada, 30, "points", by())
    answer = browser.post("/household/leave/", fields)
    page = answer.content.decode()
    assert answer.status_code == 409 and "has changed since you saw it" in page and pots(bruno)["available"] == 10
    fields = dict(re.findall(r'name="(act|seen)" value="([^"]+)"', page))
    for _ in range(2):
        assert browser.post("/household/leave/", fields).status_code == 302
    assert pots(bruno)["available"] == 10 and "together with" not in text(browser, "/")


def test_who_leaves_takes_the_tier_along_and_is_told_of_no_other_one(member: Enrol, signed_in: SignedIn) -> None:
    ada, bruno = member("Ada"), member("Bruno", "Bauer")
    tell(purchase(ada, "2026-05-04 15:00", 168_000))
    browser = signed_in(bruno)
    join(bruno, found(ada, "", by()).household.number, by())
    seen = text(browser, f"/household/leave/?act={uuid4()}")
    assert "Afterwards" in seen and ">Tier</th>" not in seen


def test_the_last_one_is_told_that_all_of_it_is_theirs(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    tell(purchase(ada, "2026-05-04 15:00", 30_000))
    browser = signed_in(ada)
    found(ada, "", by())
    assert "nobody else yet" in text(browser, "/")
    assert "You are the last one" in text(browser, "/household/")
