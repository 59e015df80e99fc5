"""A member reads that points are to be taken, and objects, once, as long as there is time."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.test import Client

from regulars.doors.portal.tests.conftest import PRESENT, Enrol, SignedIn
from regulars.doors.portal.tests.test_home import text
from regulars.exchange.earning.tests.cast import account, fresh, purchase, tell
from regulars.exchange.forfeitures.announcing import announce, told
from regulars.exchange.forfeitures.reading import forfeiture
from regulars.exchange.forfeitures.rules import Forfeiture
from regulars.ground.publishing.versions import publish, versions

REASON = """
forfeiture:
  - id: twice
    title: {en: points that were booked twice, de: doppelte Buchung, es: doble, da: dobbelt}
    when: member_since > "2000-01-01"
    evidence: {en: both receipts, de: beide Belege, es: ambos recibos, da: begge bonner}
"""


def announced(number: str) -> Forfeiture:
    latest = versions().latest
    day = PRESENT - timedelta(days=1)
    text = latest.kernel.terms.programme.text + REASON
    publish(text, day, "keeper", day, latest.number, keep_notice=False, allow_devaluation=True)
    tell(purchase(number, "2026-03-04 15:00", 100_000))
    return announce(number, 50, "points", "twice", "case 7", "dagny", uuid4(), PRESENT)


def test_a_member_reads_what_is_to_be_taken_and_objects_once(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    browser = signed_in(ada)
    assert "Nothing is to be taken" in text(browser, "/forfeitures/")
    assert "We mean to take points" not in text(browser, "/")
    assert "Points that are to be taken" not in text(browser, "/statement/")  # the programme has no reason to
    one = announced(ada)
    assert "Points that are to be taken" in text(browser, "/statement/")
    assert "We mean to take points" in text(browser, "/")
    page = text(browser, "/forfeitures/")
    assert "50 points" in page and "points that were booked twice" in page.lower() and "both receipts" in page
    assert "dagny" not in page and "case 7" not in page
    for _ in range(2):
        assert browser.post(f"/forfeitures/{one.id}/", {"why": "mistake"}).status_code == 302
    kept = forfeiture(one.account, one.id)
    assert kept and (kept.state, kept.objection) == ("objected", "mistake")
    assert "You have objected." in text(browser, "/forfeitures/")


def test_nobody_objects_for_another_or_when_it_is_too_late(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    one = announced(ada)
    stranger = signed_in(member("Bruno"))
    assert stranger.post(f"/forfeitures/{one.id}/", {"why": "mistake"}).status_code == 409
    assert "50 points" not in text(stranger, "/forfeitures/")
    told(one.account, one.id, "announced", (PRESENT - timedelta(days=40)).date())
    browser = signed_in(ada)
    assert "through" in text(browser, "/forfeitures/")
    assert browser.post(f"/forfeitures/{one.id}/", {"why": "mistake"}).status_code == 409
    assert Client().get("/forfeitures/").status_code in (302, 403)
    assert account(ada) == one.account and fresh("x")
