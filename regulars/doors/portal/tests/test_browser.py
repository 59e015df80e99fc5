"""The portal as people meet it: on a phone, by day and by night, in four languages, and with a keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from regulars.doors.portal.receiving import COOKIE
from regulars.doors.portal.tests.browsing import opened, overflow
from regulars.doors.portal.tests.conftest import PRESENT, link_in
from regulars.doors.worker import schedule
from regulars.exchange.earning.acting import By
from regulars.exchange.earning.housing import found
from regulars.exchange.earning.tests.cast import Line, account, fresh, purchase, redemption, tell
from regulars.ground.members.enrolling import Person, enrol, own_accounts_of
from regulars.ground.members.models import Member
from regulars.ground.members.signing_in import make_link
from regulars.ground.messaging.models import Message
from regulars.ground.messaging.tests.post_office import PostOffice

PAGES = (
    "/", "/statement/", "/statement/?kind=ended", "/spend/", "/returns/", "/missing/", "/promise/", "/you/", "/messages/",
    "/forfeitures/", "/household/",
)  # fmt: skip


@pytest.fixture
def ada(site: str, harbour: int) -> Iterator[str]:
    """Ada has shopped, spent, and waits for some points."""
    number = fresh("ada")
    person = Person(number, "Ada", "Lovelace", "ada@example.org", "en")
    enrol([person], datetime(2024, 3, 1, tzinfo=UTC))
    tell(
        purchase(number, "2026-05-04 15:00", 168_000),
        redemption(number, "2026-06-01 12:00", 300),
        purchase(number, "2026-06-10 15:00", Line(2_640, "Private"), Line(1_620)),
    )
    yield number


@pytest.fixture
def settled(ada: str) -> str:
    """Ada lives with nobody else, and was told of points that end."""
    Message.objects.create(
        account_id=account(ada), id=uuid4(), kind="notice", channel="email", language="en", state="delivered",
        made_at=PRESENT, due_at=PRESENT, written_at=PRESENT, sent_at=PRESENT,
        figures=[{"currency": "points", "points": 7, "last": "2026-07-01", "through": "2026-07-02"}],
    )  # fmt: skip
    found(ada, "", By("dagny@harbour.example", "desk", uuid4().hex, PRESENT))
    return ada


def test_without_scripts_ada_sets_points_aside_and_releases_them(chromium: Browser, site: str, ada: str) -> None:
    with opened(chromium, java_script_enabled=False) as (_context, page):
        page.goto(link(site, ada))
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Spend", exact=True).click()
        page.get_by_label("How many").fill("50")
        page.get_by_role("button", name="See what is left").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Set aside 50 points?")
        page.get_by_role("button", name="Set them aside").click()
        expect(page.get_by_role("status")).to_contain_text("Your code:")
        assert overflow(page) == 0
        page.get_by_role("link", name="Release").click()
        page.get_by_role("button", name="Release").click()
        expect(page.get_by_role("link", name="Release")).to_have_count(0)
        page.get_by_role("link", name="What happens if I bring something back?").click()
        page.get_by_role("link", name="$1,680.00").click()
        expect(page.get_by_text("Points owed")).to_be_visible()
        assert overflow(page) == 0


def test_without_scripts_ada_asks_for_a_link_and_comes_in_by_her_mail(
    chromium: Browser, site: str, ada: str, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "now", lambda: PRESENT)
    with opened(chromium, java_script_enabled=False, locale="de-DE") as (_context, page):
        page.goto(site)
        assert overflow(page) == 0
        page.get_by_role("textbox").fill(ada)
        page.get_by_role("button", name="Schickt mir einen Link").click()
        page.wait_for_url(f"{site}/in/asked/")
        assert overflow(page) == 0
        schedule.sign_ins(timestamp=0)
        page.goto(site + link_in(office.mails[-1]))
        page.get_by_role("button", name="Anmelden").click()
        page.wait_for_url(f"{site}/")
        expect(page.locator(".balance-figure")).to_have_text("200")


def link(site: str, number: str) -> str:
    return f"{site}/in/{make_link(own_accounts_of([number])[number], PRESENT).token}/"


def test_with_a_keyboard_alone_ada_comes_in_reads_why_and_leaves(chromium: Browser, site: str, ada: str) -> None:
    with opened(chromium) as (context, page):
        page.goto(link(site, ada))
        expect(page.get_by_role("heading", level=1)).to_have_text("Harbour")
        to(page, "Sign in")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/")
        expect(page.locator(".balance-figure")).to_have_text("200")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link"
        to(page, "Whole statement")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/statement/")
        to(page, "How it was worked out")
        page.keyboard.press("Enter")
        expect(page.locator("details[open] dd").first).to_be_visible()
        page.goto(f"{site}/you/")
        to(page, "Sign out")
        page.keyboard.press("Enter")
        expect(page.get_by_text("How to come in")).to_be_visible()
        assert COOKIE not in {cookie["name"] for cookie in context.cookies()}


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("de", "dark"), ("es", "light"), ("da", "dark")])
def test_every_page_fits_a_phone_in_every_language(
    chromium: Browser, site: str, settled: str, language: str, theme: str
) -> None:
    Member.objects.filter(account_id=own_accounts_of([settled])[settled]).update(language=language)
    with opened(chromium, color_scheme=theme) as (_context, page):
        page.goto(link(site, settled))
        page.locator("form:not(.choices) button").click()
        for address in PAGES:
            page.goto(f"{site}{address}")
            assert page.url == f"{site}{address}"
            assert page.locator("html").get_attribute("lang") == language
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert overflow(page) == 0, address
            # Nothing that is tapped is smaller than WCAG 2.2 asks.
            small = page.evaluate(
                "[...document.querySelectorAll('button, nav a, .button')].filter(one => one.offsetParent"
                " && (one.offsetHeight < 24 || one.offsetWidth < 24)).map(one => one.outerHTML)"
            )
            assert small == [], address


#: Whether what has the focus stands wholly behind the bar at the foot of a phone (WCAG 2.4.11).
HIDDEN = """() => {
    const bar = document.querySelector('.portal-nav'), one = document.activeElement;
    const [box, over] = [one.getBoundingClientRect(), bar.getBoundingClientRect()];
    return !bar.contains(one) && box.height > 0 && box.top >= over.top && box.bottom <= innerHeight;
}"""


def test_what_has_the_focus_is_never_behind_the_bar_of_a_phone(chromium: Browser, site: str, ada: str) -> None:
    tell(*(purchase(ada, f"2026-05-{day:02} 15:00", Line(2_640, "Private"), Line(1_620)) for day in range(1, 21)))
    with opened(chromium) as (_context, page):
        page.goto(link(site, ada))
        page.locator("form:not(.choices) button").click()
        page.goto(f"{site}/statement/")
        seen = 0
        while seen < 2 or page.evaluate("document.activeElement !== document.body"):
            page.keyboard.press("Tab")
            assert not page.evaluate(HIDDEN), page.evaluate("document.activeElement.outerHTML")
            seen += 1
        assert seen > 10


def test_the_pages_wear_the_colour_of_the_programme_and_a_chosen_theme_stays(
    chromium: Browser, site: str, ada: str
) -> None:
    with opened(chromium, color_scheme="light") as (_context, page):
        page.goto(link(site, ada))
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.button-primary')).backgroundColor")
            == "rgb(31, 77, 92)"
        )
        ink = page.evaluate("getComputedStyle(document.body).color")
        page.get_by_role("button", name="Dark").click()
        page.reload()
        assert page.evaluate("getComputedStyle(document.body).color") != ink


def to(page: Page, name: str) -> None:
    """Go on with the Tab key until what bears this name has the focus."""
    for _ in range(60):
        if name in page.evaluate("document.activeElement?.innerText ?? ''").split("\n")[-1:][0]:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard never reached {name!r}")
