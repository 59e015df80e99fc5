"""The console as staff meet it: with a keyboard alone, at a desk and on a phone, by day and by night."""

# ruff: noqa: F811 - fixtures are imported by name
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from regulars.doors.console.tests.conftest import PASSWORD, PRESENT
from regulars.doors.console.tests.test_forfeiting import with_a_reason
from regulars.doors.portal.tests.browsing import chromium, opened, overflow, site  # noqa: F401
from regulars.exchange.earning.acting import By, adjust
from regulars.exchange.earning.housing import found
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import Line, fresh, purchase, redemption, tell
from regulars.exchange.forfeitures.announcing import announce
from regulars.exchange.notices.finding import ask_notices
from regulars.ground.access.models import Staff
from regulars.ground.members.enrolling import Person, enrol
from regulars.insight.liability import months
from regulars.insight.liability.estimating import BackTest
from regulars.insight.liability.movements import month_named

#: What is wrong on a page for whoever meets it by hand, ear or eye alone: too small to press (WCAG 2.2, 2.5.8: 24 px,
#: links in a sentence excepted), a field, link or button without a name, a level of headings left out, an id twice.
AMISS = """(() => {
  const shown = [...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select, textarea')]
    .filter((one) => one.checkVisibility() && !one.closest('.visually-hidden, .skip-link'));
  const inSentence = (one) => one.tagName === 'A' && getComputedStyle(one).display === 'inline';
  const small = shown.filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    return !inSentence(one) && (width < 24 || height < 23.5);
  });
  const named = (one) => one.labels?.length || one.ariaLabel || one.title;
  const nameless = shown.filter((one) => one.matches('input, select, textarea') && !named(one));
  const wordless = [...document.querySelectorAll('a[href], button')].filter((one) =>
    one.offsetParent && !(one.innerText.trim() || one.ariaLabel || one.title));
  const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map((one) => Number(one.tagName[1]));
  const skipped = levels.filter((level, place) => level > (levels[place - 1] ?? 0) + 1);
  const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
  return [
    ...small.map((one) => `small: ${one.outerHTML.slice(0, 80)}`),
    ...wordless.map((one) => `without words: ${one.outerHTML.slice(0, 80)}`),
    ...nameless.map((one) => `without a name: ${one.outerHTML.slice(0, 80)}`),
    ...skipped.map((level) => `a level is left out before h${level}`),
    ...ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `twice: ${id}`),
  ];
})()"""
#: The landmarks that a page lacks, and whether it has other than one heading of the first level.
LACKS = """(() => {
  const outside = (one) => !one.closest('article, aside, main, nav, section');
  const found = (what) => [...document.querySelectorAll(what)];
  const frame = {
    banner: found('header').filter(outside), navigation: found('nav'), main: found('main'),
    contentinfo: found('footer').filter(outside), search: found('[role=search]'),
  };
  const lacks = Object.keys(frame).filter((name) => !frame[name].some((one) => one.checkVisibility()));
  return found('h1').length === 1 ? lacks : [...lacks, 'one h1'];
})()"""


@pytest.fixture
def shop(site: str, harbour: int) -> Iterator[tuple[str, str]]:
    """A shop with Ada, who has a story, Bruno, who slips, and something set aside; answers its address and Ada's number."""
    Staff.objects.create_user("carmen@harbour.example", PASSWORD, name="Carmen Ruiz", role="keeper")
    ada, bruno = fresh("ada"), fresh("bruno")
    people = [Person(ada, "Ada", "Lovelace", "ada@example.org", "en"), Person(bruno, "Bruno", "Keller", "", "de")]
    enrol(people, datetime(2024, 3, 1, tzinfo=UTC))
    last = date(2026, 5, 20)
    tell(
        purchase(ada, "2026-05-04 15:00", 168_000, store="Quay"),
        redemption(ada, "2026-06-01 12:00", 300),
        redemption(ada, "2026-06-02 12:00", 90_000),
        purchase(ada, "2026-06-11 15:00", Line(2_600, "Private"), Line(1_600), store="Quay"),
        *(purchase(bruno, f"{last - timedelta(weeks=week)} 15:00", 2_000) for week in range(6)),
    )
    yield site, ada


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/console/")
    page.locator("input[type=email]").focus()
    page.keyboard.type("carmen@harbour.example")
    page.locator("input[type=password]").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/console/")


@pytest.fixture
def more(shop: tuple[str, str]) -> list[str]:
    """The pages of Nils' household, and one on which something is to be taken from Ada."""
    _site, ada = shop
    nils = fresh("nils")
    enrol([Person(nils, "Nils", "Holgersen")], datetime(2024, 3, 1, tzinfo=UTC))
    tell(purchase(nils, "2026-05-15 15:00", 4_000))
    with_a_reason()
    announce(ada, 50, "points", "twice", "case 7", "dagny@harbour.example", uuid4(), PRESENT)
    home = found(nils, "", By("dagny@harbour.example", "desk", uuid4().hex, PRESENT)).household.number
    return [
        f"/console/members/?q={home}", f"/console/members/{nils}/", f"/console/households/{home}/",
        f"/console/members/{nils}/counter/household/leave/?act={uuid4()}", f"/console/members/{ada}/counter/forfeit/",
    ]  # fmt: skip


def addresses(number: str) -> list[str]:
    """Every page there is to see."""
    member = f"/console/members/{number}/"
    return [
        "/console/", "/console/members/", "/console/new-member/", f"{member}personal/", "/console/slipping/",
        "/console/programme/", "/console/programme/versions/",
        "/console/programme/versions/1/", "/console/programme/versions/1/1/", "/console/programme/draft/",
        "/console/programme/try-outs/", "/console/quarantine/",
        "/console/finance/", "/console/finance/2026-05/", "/console/finance/till/?month=2026-05&all=yes",
        "/console/finance/till/2026-05-04/?store=Quay",
        "/console/messages/", "/console/messages/letters/",
        member, f"{member}statement/", f"{member}timeline/", f"{member}lots/", f"{member}messages/",
        f"{member}counter/", "/console/deciding/",
        f"{member}counter/redeem/?points=150&currency=points&act={uuid4()}",
        f"{member}counter/merging/?q=bruno",
        "/accounts/password/change/", "/accounts/2fa/",
    ]  # fmt: skip


def test_letters_are_printed_one_to_a_page_in_each_members_language(chromium: Browser, shop: tuple[str, str]) -> None:
    site, _ada = shop
    people = [
        Person(fresh("m"), given, "Holm", "", language) for given, language in (("Maren", "da"), ("Jürgen", "de"))
    ]
    enrol(people, datetime(2022, 3, 1, tzinfo=UTC))
    tell(*(purchase(person.number, "2023-06-15 15:00", 24_000) for person in people))
    settle_due(PRESENT)
    assert ask_notices(PRESENT) == 2
    with opened(chromium, 390, 844, locale="en") as (_context, page):
        sign_in(page, site)
        page.goto(f"{site}/console/")
        page.get_by_role("link", name="Messages").click()
        page.get_by_role("link", name="Letters").click()
        page.get_by_role("button", name="Print these letters").click()
        expect(page.locator(".letter")).to_have_count(2)
        assert overflow(page) == 0
        assert sorted(page.locator(".letter").evaluate_all("all => all.map(one => one.lang)")) == ["da", "de"]
        page.emulate_media(media="print")
        assert page.locator(".sheets-bar").is_hidden()
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 2


def test_with_a_keyboard_alone_carmen_signs_in_finds_ada_and_reads_why(
    chromium: Browser, shop: tuple[str, str]
) -> None:
    site, ada = shop
    with opened(chromium, 1360, 900) as (_context, page):
        sign_in(page, site)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        page.goto(f"{site}/console/members/")
        expect(page.locator("#found tbody tr")).to_have_count(2)
        page.keyboard.press("Control+k")
        page.keyboard.type("love")
        expect(page.locator("#found tbody tr")).to_have_count(1)
        expect(page.get_by_role("status")).to_have_text("One member found.")
        assert page.url.endswith("/console/members/?q=love")
        # The field keeps the focus and what stands in it, while the list changes below.
        assert page.evaluate("document.activeElement.value") == "love"
        page.keyboard.type("x")
        expect(page.get_by_text("Nobody found")).to_be_visible()
        page.keyboard.press("Backspace")
        expect(page.locator("#found tbody tr")).to_have_count(1)
        to(page, "Ada Lovelace")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/console/members/{ada}/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Ada Lovelace")
        to(page, "Statement")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/console/members/{ada}/statement/")
        to(page, "How it was worked out")
        page.keyboard.press("Enter")
        expect(page.locator("details[open] dd").first).to_be_visible()
        page.go_back()
        to(page, "Make a sign-in link")
        page.keyboard.press("Enter")
        link = page.get_by_label("Link", exact=True)
        assert link.input_value().startswith(f"{site}/in/")


def test_from_any_page_a_search_leads_to_the_list(chromium: Browser, shop: tuple[str, str]) -> None:
    site, ada = shop
    with opened(chromium, 1360, 900) as (_context, page):
        sign_in(page, site)
        page.keyboard.press("Control+k")
        page.keyboard.type("ada@")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/console/members/?q=ada%40")
        expect(page.locator("#found tbody a")).to_have_attribute("href", f"/console/members/{ada}/")


def test_without_scripts_everything_can_still_be_done(chromium: Browser, shop: tuple[str, str]) -> None:
    site, ada = shop
    with opened(chromium, 1360, 900, java_script_enabled=False) as (_context, page):
        page.goto(f"{site}/console/members/")
        page.fill("input[type=email]", "carmen@harbour.example")
        page.fill("input[type=password]", PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.fill("input[name=q]", "love")
        page.press("input[name=q]", "Enter")
        page.get_by_role("link", name="Ada Lovelace").click()
        page.get_by_role("button", name="Make a sign-in link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in link")
        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{site}/console/members/{ada}/")
        assert "/accounts/login/" in page.url


@pytest.mark.parametrize("scripts", [True, False])
def test_at_the_counter_points_are_spent_given_back_and_a_line_returned(
    chromium: Browser, shop: tuple[str, str], scripts: bool
) -> None:
    site, ada = shop
    with opened(chromium, 390, 844, java_script_enabled=scripts) as (_context, page):
        page.goto(f"{site}/console/members/{ada}/counter/")
        page.fill("input[type=email]", "carmen@harbour.example")
        page.fill("input[type=password]", PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Points", exact=True).first.fill("60")
        page.get_by_role("button", name="See what it does").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Redeem 60 points")
        page.get_by_role("button", name="Redeem 60 points").click()
        expect(page.get_by_role("status")).to_have_text("60 points were redeemed.")
        page.go_back()
        page.reload()
        expect(page.get_by_role("status")).to_contain_text("This was done already")
        page.get_by_role("link", name="Back to the counter").click()
        page.get_by_role("link", name="Give back").first.click()
        page.get_by_role("button", name="Give it back").click()
        expect(page.get_by_role("status")).to_have_text("60 points were given back.")
        page.get_by_role("link", name="Bring back").first.click()
        page.get_by_label("Private").fill("10.00")
        page.get_by_role("button", name="See what it does").click()
        page.get_by_role("button", name="Bring back for $10.00").click()
        expect(page.get_by_role("status")).to_have_text("$10.00 came back.")
        assert overflow(page) == 0


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [(1360, "light", "en"), (1360, "dark", "de"), (390, "light", "da"), (390, "dark", "es")],
)
def test_every_page_fits_its_window_and_has_its_landmarks(
    chromium: Browser,
    shop: tuple[str, str],
    more: list[str],
    width: int,
    theme: str,
    language: str,
) -> None:
    site, ada = shop
    with opened(chromium, width, 844, color_scheme=theme, locale=language) as (_context, page):
        sign_in(page, site)
        for address in [*addresses(ada), *more]:
            page.goto(f"{site}{address}")
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert overflow(page) == 0, address
            assert page.locator("html").get_attribute("lang") == language
            assert page.evaluate(LACKS) == [], address
            assert page.evaluate(AMISS) == [], address
        night = page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(18, 19, 16)"
        assert night == (theme == "dark")


@pytest.mark.parametrize("language", ["de", "es"])
def test_nothing_to_press_is_cut_on_the_narrowest_phone(
    chromium: Browser, shop: tuple[str, str], language: str
) -> None:
    site, ada = shop
    Staff.objects.filter(email="carmen@harbour.example").update(name="")
    with opened(chromium, 320, 700, locale=language) as (_context, page):
        sign_in(page, site)
        for address in (f"/console/members/{ada}/", "/v1/docs"):
            page.goto(f"{site}{address}")
            cut = page.evaluate(
                "[...document.querySelectorAll('.console-nav, .tabs, .console-foot')]"
                ".filter(one => one.scrollWidth > one.clientWidth).map(one => one.className)"
            )
            assert cut == [], address
    with opened(chromium, 1280, 900, locale=language) as (_context, page):
        sign_in(page, site)
        tops = page.evaluate(
            "[...document.querySelectorAll('.person .button')].map(one => one.getBoundingClientRect().top)"
        )
        assert len(tops) == 2 and abs(tops[0] - tops[1]) < 2  # side by side


def test_the_look_back_at_the_estimate_fits_a_phone(
    chromium: Browser, shop: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, _ada = shop
    tested = [BackTest(month_named("2026-03"), month_named("2026-04"), 100, 55, 54, True)]
    monkeypatch.setattr(months, "back_tests", lambda _cohorts, _last: tested)
    with opened(chromium, 390, 844, locale="de") as (_context, page):
        sign_in(page, site)
        page.goto(f"{site}/console/finance/")
        expect(page.get_by_role("region", name="Rückrechnung der Schätzung")).to_be_visible()
        beyond = "[...document.querySelectorAll('.table-frame')].map((one) => one.scrollWidth - one.clientWidth)"
        assert page.evaluate(beyond) == [0, 0]


#: What of a phone's bar stands in more than one line.
BROKEN = """[...document.querySelectorAll('.console-nav .nav-item')].filter((one) => {
  const words = document.createRange();
  words.selectNodeContents([...one.childNodes].find((node) => node.nodeType === 3 && node.data.trim()));
  return new Set([...words.getClientRects()].map((line) => line.top)).size > 1;
}).map((one) => one.innerText)"""


@pytest.mark.parametrize("language", ["en", "de", "es", "da"])
def test_the_words_of_a_phones_bar_stand_in_one_line(chromium: Browser, shop: tuple[str, str], language: str) -> None:
    site, _ada = shop
    with opened(chromium, 390, 844, locale=language) as (_context, page):
        sign_in(page, site)
        for address in ("", "members/", "slipping/", "programme/", "finance/", "quarantine/"):
            page.goto(f"{site}/console/{address}")
            assert page.evaluate(BROKEN) == [], address


#: Figures that run out of their place, or over into another line.
TIGHT = """[...document.querySelectorAll('.stat-figure')].filter((one) => {
  const words = document.createRange();
  words.selectNodeContents(one);
  const place = one.closest('.stat').getBoundingClientRect();
  const line = parseFloat(getComputedStyle(one).lineHeight);
  return words.getBoundingClientRect().right > place.right || one.clientHeight > 1.5 * line;
}).map((one) => one.innerText)"""


def test_figures_of_thirteen_digits_fit_every_window_in_one_line(chromium: Browser, shop: tuple[str, str]) -> None:
    site, ada = shop
    for _ in range(4):
        given = By("dagny@harbour.example", "desk", uuid4().hex, datetime(2026, 5, 20, 15, tzinfo=UTC))
        adjust(ada, 10**12, "points", "thank-you", given)
    with opened(chromium, 1280, 900) as (_context, page):
        sign_in(page, site)
        for width in (1280, 1024, 768, 390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            for address in ("", f"members/{ada}/counter/", "finance/"):
                page.goto(f"{site}/console/{address}")
                assert overflow(page) == 0, (width, address)
                assert page.evaluate(TIGHT) == [], (width, address)


def test_the_door_speaks_the_language_one_chooses(chromium: Browser, shop: tuple[str, str]) -> None:
    site, _ada = shop
    with opened(chromium, 390, 844, locale="en") as (_context, page):
        page.goto(f"{site}/accounts/login/")
        page.get_by_role("button", name="Dansk").click()
        page.wait_for_url(f"{site}/accounts/login/")
        expect(page.locator("html")).to_have_attribute("lang", "da")


def test_a_chosen_theme_stays(chromium: Browser, shop: tuple[str, str]) -> None:
    site, _ada = shop
    with opened(chromium, 1360, 900, color_scheme="light") as (_context, page):
        sign_in(page, site)
        page.get_by_role("button", name="Dark").click()
        page.goto(f"{site}/console/programme/")
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(18, 19, 16)"


def test_the_language_is_chosen_at_the_foot_of_any_page(chromium: Browser, shop: tuple[str, str]) -> None:
    site, _ada = shop
    with opened(chromium, 1360, 900) as (_context, page):
        sign_in(page, site)
        page.goto(f"{site}/console/members/?q=love")
        page.get_by_role("button", name="DE Deutsch").click()
        page.wait_for_url(f"{site}/console/members/?q=love")
        expect(page.locator("html")).to_have_attribute("lang", "de")


def to(page: Page, name: str) -> None:
    """Go on with the Tab key until what bears this name has the focus."""
    for _ in range(80):
        tag, text = page.evaluate("[document.activeElement.tagName, document.activeElement.innerText]")
        if tag in ("A", "BUTTON", "SUMMARY") and name in text.split("\n"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard never reached {name!r}")
