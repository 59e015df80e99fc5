"""The editor in Chromium: what is wrong appears beside the line while one types, and nothing typed is lost."""

# ruff: noqa: F811 - fixtures are imported by name
from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Route, expect

from regulars.doors.console.tests.conftest import PASSWORD, PRESENT
from regulars.doors.console.tests.test_browser import sign_in
from regulars.doors.console.tests.test_tryouts import work
from regulars.doors.portal.tests.browsing import chromium, opened, overflow, site  # noqa: F401
from regulars.exchange.earning.tests.cast import fresh, purchase, tell
from regulars.ground.access.models import Staff
from regulars.ground.publishing.drafting import draft_of, keep
from regulars.ground.publishing.models import ProgrammeVersion, Tryout

DRAFT = "/console/programme/draft/"


@pytest.fixture
def shop(site: str, harbour: int) -> Iterator[tuple[str, int]]:
    """A shop whose keeper is Carmen; answers its address and her id."""
    carmen = Staff.objects.create_user("carmen@harbour.example", PASSWORD, name="Carmen Ruiz", role="keeper")
    yield site, int(carmen.pk)


def latest_text() -> str:
    """What is promised, as a file."""
    return ProgrammeVersion.objects.get().text


def written(staff: int) -> str:
    draft = draft_of(staff)
    return draft.text if draft else ""


def test_what_is_wrong_appears_beside_the_line_as_carmen_types(chromium: Browser, shop: tuple[str, int]) -> None:
    site, carmen = shop
    with opened(chromium, 1360, 900) as (_context, page):
        sign_in(page, site)
        page.goto(f"{site}{DRAFT}")
        field, status = page.locator("#text"), page.locator("#draft-status")
        expect(status).to_contain_text("sound")
        lines = field.input_value().split("\n")
        line = lines.index("      times: 2") + 1
        field.focus()
        # She puts the cursor behind `times` of that line and takes two letters away.
        at = len("\n".join(lines[: line - 1])) + 1 + len("      times")
        field.evaluate("(field, at) => field.setSelectionRange(at, at)", at)
        page.keyboard.press("Backspace")
        page.keyboard.press("Backspace")
        expect(status).to_contain_text("one error")
        expect(page.locator("#numbers b.is-error")).to_have_text(str(line))
        note, number = page.locator("#notes .is-error"), page.locator("#numbers b.is-error")
        expect(note).to_contain_text("tim")
        assert abs(note.bounding_box()["y"] - number.bounding_box()["y"]) < 8  # type: ignore[index]
        # The cursor stays where she writes, and what she wrote is kept, wrong as it is.
        assert field.evaluate("field => field.selectionStart") == at - 2
        assert "      tim: 2" in written(carmen)
        page.keyboard.type("es")
        expect(status).to_contain_text("sound")
        assert written(carmen) == "\n".join(lines)


def test_how_it_stands_is_told_in_one_region_that_stays_and_only_when_it_changes(
    chromium: Browser, shop: tuple[str, int]
) -> None:
    """Whoever hears the page is told by a change of a region's text, and nothing by a region that was exchanged."""
    site, _carmen = shop
    with opened(chromium, 1360, 900) as (_context, page):
        sign_in(page, site)
        page.goto(f"{site}{DRAFT}")
        page.evaluate(
            """() => {
              const status = document.getElementById("draft-status");
              window.region = status;
              window.told = 0;
              new MutationObserver(() => window.told++).observe(status, { childList: true });
            }"""
        )
        status = page.locator("#draft-status")
        page.locator("#text").focus()
        with page.expect_response(f"**{DRAFT}"):
            page.keyboard.press("Control+s")
        expect(status).to_contain_text("Saved on")
        told = page.evaluate("window.told")
        with page.expect_response(f"**{DRAFT}"):
            page.keyboard.press("Control+s")
        page.keyboard.type("x")
        expect(status).to_contain_text("error")
        assert page.evaluate("window.told") == told + 1  # the second saving changed nothing that is told
        assert page.evaluate("document.getElementById('draft-status') === window.region")


def test_the_keyboard_alone_saves_finds_and_indents(chromium: Browser, shop: tuple[str, int]) -> None:
    site, carmen = shop
    with opened(chromium, 1360, 900) as (_context, page):
        sign_in(page, site)
        page.goto(f"{site}{DRAFT}")
        field, status = page.locator("#text"), page.locator("#draft-status")
        field.fill("regulars: 1\nprogramme:")
        field.evaluate("field => field.setSelectionRange(field.value.length, field.value.length)")
        # However short it is, there is room to write; and nothing but a gap lies between it and what stands above.
        frame, tabs = page.locator(".editor").bounding_box(), page.locator(".tabs").bounding_box()
        assert frame and tabs and frame["height"] > 200 and frame["y"] - tabs["y"] - tabs["height"] < 40
        page.keyboard.press("Enter")
        page.keyboard.type("nme: Harbour")
        page.keyboard.press("Enter")
        assert field.input_value() == "regulars: 1\nprogramme:\n  nme: Harbour\n  "
        page.keyboard.press("Control+s")
        expect(status).to_contain_text("Saved")
        expect(page.locator("#numbers")).to_contain_text("4")
        # The button saves as well, and leaves her where she writes.
        field.evaluate("field => field.setSelectionRange(11, 11)")
        with page.expect_response(f"**{DRAFT}") as answer:
            page.get_by_role("button", name="Check and save").click()
        assert answer.value.request.headers["hx-request"] == "true"
        assert field.evaluate("field => field.selectionStart") == 11
        field.focus()
        page.keyboard.press("Control+Home")
        page.keyboard.press("F8")
        expect(page.locator("#checked .problem").first).to_be_visible()
        selected = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
        found = set()
        for _ in range(6):
            found.add(field.evaluate(selected))
            page.keyboard.press("F8")
        assert "nme: Harbour" in found
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") != "text"
        page.reload()
        assert page.locator("#text").input_value() == written(carmen)


def test_without_scripts_the_form_saves_and_shows_the_same(chromium: Browser, shop: tuple[str, int]) -> None:
    site, carmen = shop
    with opened(chromium, 390, 844, java_script_enabled=False) as (_context, page):
        page.goto(f"{site}{DRAFT}")
        page.fill("input[type=email]", "carmen@harbour.example")
        page.fill("input[type=password]", PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        text = page.locator("#text").input_value().replace("most: 500", "most: -1")
        page.fill("#text", text)
        page.get_by_role("button", name="Check and save").click()
        expect(page.locator("#numbers b.is-error")).to_have_count(1)
        expect(page.locator(".problem")).to_contain_text("out_of_range")
        assert written(carmen) == text
        page.fill("#text", text.replace("most: -1", "most: 400"))
        page.get_by_role("button", name="What the draft changes").click()
        expect(page.locator("ins").first).to_have_text("400")


def test_a_draft_is_tried_on_last_year_and_the_page_follows_by_itself(chromium: Browser, shop: tuple[str, int]) -> None:
    site, carmen = shop
    tell(purchase(fresh("ada"), "2026-05-04 15:00", 30_000))
    with opened(chromium, 1360, 900) as (_context, page):
        sign_in(page, site)
        page.goto(f"{site}{DRAFT}")
        changed = page.locator("#text").input_value().replace("most: 500", "most: 200")
        page.fill("#text", changed)
        page.get_by_role("button", name="Try it on last year").click()
        expect(page.locator("#progress")).to_contain_text("Waiting for its turn")
        Tryout.objects.update(state="running", phase="reading", done=1, whole=4)
        expect(page.locator("#progress")).to_contain_text("1 of 4 members")
        assert work() == 1
        expect(page.get_by_role("heading", name="Points by rule")).to_be_visible()
        why = page.locator(".losers li").first
        expect(why).to_contain_text("ada")
        expect(why.get_by_text("Spent $300.00.")).to_be_hidden()
        why.get_by_text("Why, and what it would take").click()
        expect(why.get_by_text("Spent $300.00.")).to_be_visible()
        assert written(carmen) == changed
        assert overflow(page) == 0
        page.get_by_role("link", name="The whole report").click()
        expect(page.locator("h1")).to_contain_text("Harbour, June 15, 2025 – June 15, 2026")


def test_without_scripts_one_looks_again_and_cancels(chromium: Browser, shop: tuple[str, int]) -> None:
    site, _carmen = shop
    with opened(chromium, 390, 844, java_script_enabled=False) as (_context, page):
        page.goto(f"{site}{DRAFT}")
        page.fill("input[type=email]", "carmen@harbour.example")
        page.fill("input[type=password]", PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Try it on last year").click()
        Tryout.objects.update(state="running", phase="folding", done=1_200, whole=3_000)
        page.get_by_role("link", name="Look again").click()
        expect(page.locator("#progress")).to_contain_text("1,200 of 3,000 lines")
        page.get_by_role("button", name="Cancel it").click()
        expect(page.get_by_text("Nobody is waiting for it any more.")).to_be_visible()


def test_a_draft_is_published_and_the_keyboard_comes_all_the_way(chromium: Browser, shop: tuple[str, int]) -> None:
    site, carmen = shop
    with opened(chromium, 1360, 900) as (_context, page):
        sign_in(page, site)
        page.goto(f"{site}{DRAFT}")
        page.fill("#text", page.locator("#text").input_value().replace("points: 50\n", "points: 75\n"))
        page.get_by_role("button", name="Publish …").press("Enter")
        expect(page.get_by_text("Nobody gets less")).to_be_visible()
        # What changes is read before it is ticked.
        changes, tick = page.get_by_text("In sentences"), page.get_by_label("I have read what changes")
        assert changes.bounding_box()["y"] < tick.bounding_box()["y"]  # type: ignore[index]
        page.get_by_label("I have read what changes, and members are told.").press("Space")
        page.get_by_role("button", name="Publish it").press("Enter")
        expect(page.get_by_text("Version 2 is published.")).to_be_visible()
        expect(page.get_by_text("Points: 75 once in every 10 purchases")).to_be_visible()
        assert written(carmen) == ""


def test_signed_out_in_the_middle_of_a_word_carmen_keeps_it_and_saves_once_she_is_back(
    chromium: Browser, shop: tuple[str, int]
) -> None:
    site, carmen = shop
    context = chromium.new_context(viewport={"width": 1360, "height": 900})
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site}{DRAFT}")
    page.locator("#text").focus()
    Session.objects.all().delete()
    page.keyboard.type("# mine\n")
    lost = page.locator("[data-lost=signed-out]")
    expect(lost).to_be_visible()
    page.keyboard.type("# and more\n")
    # She stays where she was, and nothing is kept yet.
    assert page.url == f"{site}{DRAFT}" and written(carmen) == ""
    with context.expect_page() as opened_beside:
        lost.get_by_role("link", name="sign in beside it").click()
    beside = opened_beside.value
    beside.fill("input[type=email]", "carmen@harbour.example")
    beside.fill("input[type=password]", PASSWORD)
    beside.get_by_role("button", name="Sign in").click()
    beside.wait_for_url(f"{site}/console/")
    page.locator("#text").focus()
    page.keyboard.press("Control+s")
    expect(page.locator("#draft-status")).to_contain_text("Saved")
    expect(lost).to_be_hidden()
    assert written(carmen).startswith("# mine\n# and more\n")
    # The buttons go on as well, with the token of the new session.
    page.get_by_role("button", name="What the draft changes").click()
    expect(page.locator("h1")).to_have_text("What the draft changes")
    context.close()


def failing(status: int) -> Callable[[Route], None]:
    """Answers with this status; with 0, not at all."""

    def fail(route: Route) -> None:
        if status:
            route.fulfill(status=status)
        else:
            route.abort()

    return fail


def test_whatever_keeps_a_text_from_being_saved_is_said_until_one_is(chromium: Browser, shop: tuple[str, int]) -> None:
    site, _carmen = shop
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site}{DRAFT}")
    page.locator("#text").focus()
    said = page.locator("[data-lost]:not([hidden])")
    for status, why in ((500, "unanswered"), (0, "unanswered"), (400, "too-long"), (413, "too-long")):
        page.route(f"**{DRAFT}", failing(status))
        with page.expect_event("response" if status else "requestfailed"):
            page.keyboard.type("#")
        expect(said).to_have_attribute("data-lost", why)
        page.unroute(f"**{DRAFT}")
        page.keyboard.press("Control+s")
        expect(page.locator("#draft-status")).to_contain_text("Saved")
        expect(said).to_have_count(0)
    context.close()


def test_a_tick_that_is_missing_is_asked_for_below_its_words(chromium: Browser, shop: tuple[str, int]) -> None:
    site, carmen = shop
    keep(carmen, 1, latest_text().replace("points: 50\n", "points: 75\n"), uuid4(), None, PRESENT)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site}{DRAFT}publish/")
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.get_by_role("button", name="Publish it").click()
    said = page.get_by_text("This field is required.").bounding_box()
    tick = page.get_by_label("I have read what changes").bounding_box()
    words = page.get_by_text("I have read what changes").bounding_box()
    assert said and tick and words
    assert words["x"] - tick["x"] - tick["width"] < 24 and said["y"] > words["y"]
    assert min(tick["width"], tick["height"]) >= 24
    context.close()


def test_a_table_that_is_wider_than_its_frame_shows_that_more_lies_beside_it(
    chromium: Browser, shop: tuple[str, int]
) -> None:
    site, carmen = shop
    long = "\n".join(f"# {'a long line ' * 12}" for _ in range(3))
    keep(carmen, 1, f"{long}\n{latest_text()}", uuid4(), None, PRESENT)
    with opened(chromium, 390, 844, color_scheme="light") as (_context, page):
        sign_in(page, site)
        page.goto(f"{site}{DRAFT}changes/")
        frame = page.locator(".lines-changed").locator("..")
        # Chromium draws both kinds of layers: what moves with the lines covers the shadow where they end.
        layers = frame.evaluate("frame => getComputedStyle(frame).backgroundAttachment")
        assert layers == "local, local, scroll, scroll"
        assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth") and overflow(page) == 0
