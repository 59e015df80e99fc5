"""Rewards from home: what can be had and what is missing is seen, and one is set aside once under its code."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client

from regulars.doors.portal.tests.conftest import PRESENT, SignedIn
from regulars.doors.portal.tests.test_home import text
from regulars.exchange.earning.acting import By, adjust, capture
from regulars.exchange.earning.tests.cast import account, fresh
from regulars.exchange.ledger.holdings import balances, holds
from regulars.ground.members.enrolling import Person, enrol


@pytest.fixture
def ada(bakery: int) -> str:
    """Ada has 250 points in the bakery."""
    number = fresh("ada")
    enrol([Person(number, "Ada", "Lovelace", joined_on=PRESENT.date())], PRESENT)
    adjust(number, 250, "points", "welcome", By("dagny", "desk", uuid4().hex, PRESENT))
    return number


def act_on(page: str) -> str:
    """What the forms of a page send: a code with its signature."""
    return re.findall(r'name="act" value="([^"]+)"', page)[0]


def test_what_can_be_had_and_what_is_missing_is_seen(ada: str, signed_in: SignedIn) -> None:
    page = text(signed_in(ada), "/spend/")
    assert "/spend/rewards/coffee/" in page and "/spend/rewards/cake/" in page
    assert "/spend/rewards/five/" not in page and "Still missing: 150 points." in page
    assert "/spend/rewards/course/" not in page and "Only if " in page
    assert page.index("A coffee") < page.index("Five euros off")
    assert "What you can have for them" in text(signed_in(ada), "/promise/")


def test_a_reward_is_set_aside_once_handed_over_at_the_counter_and_gone(ada: str, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    act = act_on(text(browser, "/spend/"))
    seen = text(browser, f"/spend/rewards/cake/?act={act}")
    assert "Set aside: a whole cake?" in seen and ">250<" in seen and ">50<" in seen and "You have 2 days" in seen
    assert holds(account(ada), PRESENT) == []
    pages = [browser.post("/spend/rewards/cake/", {"act": act}, follow=True).content.decode() for _ in range(2)]
    code = act.partition(":")[0]
    assert f"Your code: {code}<" in pages[0] and "nothing was done twice" in pages[1]
    (one,) = holds(account(ada), PRESENT)
    assert (one.name, one.reward and one.reward.id, one.left) == (code, "cake", 200)
    assert "A whole cake" in pages[0] and f"Code {code}" in pages[0]
    capture(ada, one.id, 0, By("carmen", "desk", uuid4().hex, PRESENT))
    assert "A whole cake" in text(browser, "/statement/")
    assert f"Code {code}" not in text(browser, "/spend/")


def test_a_reward_is_given_up_and_can_be_had_again(ada: str, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    browser.post("/spend/rewards/coffee/", {"act": act_on(text(browser, "/spend/"))})
    page = text(browser, "/spend/")
    assert "again from July 1, 2026" in page and "/spend/rewards/coffee/" not in page
    (one,) = holds(account(ada), PRESENT)
    browser.post(f"/spend/{one.id}/release/")
    assert "/spend/rewards/coffee/" in text(browser, "/spend/")
    assert balances(account(ada), PRESENT)[0].available == 250


def test_what_cannot_be_had_is_refused_in_words(ada: str, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    act = act_on(text(browser, "/spend/"))
    for reward, why in (("five", "150 are missing"), ("card", "You cannot have this one yet")):
        answer = browser.post(f"/spend/rewards/{reward}/", {"act": act})
        assert answer.status_code == 409 and why in answer.content.decode()
    for reward, code in (("course", act), ("tart", act), ("coffee", "x")):
        assert browser.post(f"/spend/rewards/{reward}/", {"act": code}).status_code == 302
    assert holds(account(ada), PRESENT) == []
    assert Client().get("/spend/rewards/coffee/").status_code == 302


@pytest.mark.parametrize(("language", "said"), [("de", "Ein Kaffee"), ("es", "Un café"), ("da", "En kop kaffe")])
def test_rewards_are_told_in_the_members_language(ada: str, signed_in: SignedIn, language: str, said: str) -> None:
    page = signed_in(ada).get("/spend/", headers={"Accept-Language": language}).content.decode()
    assert said in page and "Still missing" not in page and "Only if" not in page
