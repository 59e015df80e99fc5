"""Members are found while one types, and with a plain form."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from regulars.doors.console.tests.conftest import Enrol, text
from regulars.exchange.earning.acting import By, hold, release
from regulars.exchange.earning.housing import found as open_home
from regulars.exchange.earning.tests.cast import purchase, tell, visit
from regulars.ground.activity.naming import PORTAL

PART = {"HX-Request": "true", "HX-Target": "found"}


def found(client: Client, query: str, **more: str) -> list[str]:
    """The numbers of the members on the page."""
    page = client.get("/console/members/", {"q": query, **more}).content.decode()
    return re.findall(r'href="/console/members/([^"/]+)/"', page)


def test_a_member_is_found_by_the_beginning_of_name_number_and_address(
    console: Client, ada: str, member: Enrol
) -> None:
    bruno = member("Bruno", "Keller", "bruno@keller.example")
    for query in ("ada l", "LOVE", ada[:9], "ada@ex"):
        assert found(console, query) == [ada], query
    assert found(console, "kel") == [bruno]
    assert found(console, "zz") == []


def test_a_member_is_found_by_the_code_under_which_they_set_points_aside(console: Client, ada: str) -> None:
    hold(ada, 40, "points", 14, By("member", PORTAL, "7QK4-X2MP", datetime(2026, 6, 15, tzinfo=UTC)))
    assert found(console, "7qk4 x2mp") == found(console, "7QK4-X2MP") == [ada]
    assert found(console, "7QK4-X2MQ") == []


def test_a_code_never_hides_the_member_whose_number_it_is(console: Client, ada: str, member: Enrol) -> None:
    bruno, carmen = member("Bruno", number="48273956"), member("Carmen", number="482739567")
    by = By("member", PORTAL, "4827-3956", datetime(2026, 6, 15, tzinfo=UTC))
    held = hold(ada, 40, "points", 14, by)
    assert found(console, "48273956") == [bruno, ada, carmen] and found(console, "4827 3956") == [ada]
    release(ada, held.event, 0, By("member", PORTAL, "release-1", by.now))
    assert found(console, "48273956") == [bruno, carmen] and found(console, "4827 3956") == []


def test_a_household_is_found_by_its_number_and_by_those_in_it(console: Client, ada: str, member: Enrol) -> None:
    by = By("dagny", "desk", "open-1", datetime(2026, 6, 15, tzinfo=UTC))
    home = open_home(ada, "", by).household.number
    shown = f'href="/console/households/{home}/"'
    for query in (home, home[:3], home.lower()):
        page = console.get("/console/members/", {"q": query}).content.decode()
        assert page.count(shown) == 1 and f"Household {home}" in page and "Nobody found" not in page, query
    page = console.get("/console/members/", {"q": "love"}).content.decode()
    assert page.count(shown) == 1 and f"In household {home}" in page
    assert [points for points in re.findall(r">([\d,]+)</td>", page) if points != "0"], "what the household has is hers"
    bruno = member("Bruno", "Keller", number=f"{home}-x")  # a number that only begins like it
    assert shown in console.get("/console/members/", {"q": home}).content.decode() and found(console, home) == [bruno]
    assert "households/" not in console.get("/console/members/", {"q": "kel"}).content.decode()


def test_the_list_says_tier_points_and_when_somebody_was_last_seen(console: Client, ada: str, member: Enrol) -> None:
    bruno = member("Bruno", "Keller")
    tell(visit(bruno, "2026-06-12 03:00"))
    assert f"Ada Lovelace ada@example.org {ada} Mate 200 Jun 11, 2026" in text(console, "/console/members/?q=love")
    # In New York it was still the day before.
    assert f"Bruno Keller {bruno} Deckhand 0 Jun 11, 2026" in text(console, "/console/members/?q=kel")


def test_the_list_says_what_the_members_page_says_before_the_night_has_run(console: Client, member: Enrol) -> None:
    carmen = member("Carmen", "Settled")
    tell(purchase(carmen, "2026-05-20 15:00", 168_000))  # a day gives 500; they are there since the 4th of June
    assert f"Carmen Settled {carmen} Mate 500 " in text(console, "/console/members/?q=settled")
    assert "Points to spend 500 " in text(console, f"/console/members/{carmen}/")


def test_whoever_never_came_was_never_seen(console: Client, member: Enrol) -> None:
    dagny = member("Dagny")
    assert f"Dagny Lovelace {dagny} Deckhand 0 never" in text(console, "/console/members/?q=dagny")


def test_what_follows_the_typing_is_the_list_and_its_count_alone(console: Client, ada: str) -> None:
    part = console.get("/console/members/?q=love", headers=PART).content.decode()
    assert "<html" not in part and part.count('id="found"') == 1
    assert re.search(r'role="status" id="found-count" hx-swap-oob="innerHTML">One member found\.<', part)
    whole = console.get("/console/members/?q=love").content.decode()
    assert "<html" in whole and "hx-swap-oob" not in whole
    assert 'name="q" value="love"' in whole and 'hx-target="#found"' in whole


def test_a_part_of_another_page_is_not_taken_for_the_list(console: Client, ada: str) -> None:
    whole = console.get("/console/members/", headers={"HX-Request": "true", "HX-Boosted": "true"}).content.decode()
    assert "<html" in whole


def test_page_by_page_everybody_is_met_once(console: Client, member: Enrol) -> None:
    numbers = [member("Ada", "Manifold", number=f"manifold-{place:02}") for place in range(30)]
    first = console.get("/console/members/?q=manifold-").content.decode()
    assert "25 on this page, and there are more." in first
    (following,) = re.findall(r'href="\?([^"]*)" rel="next"', first)
    rest = console.get("/console/members/?" + following.replace("&amp;", "&")).content.decode()
    met = [re.findall(r'href="/console/members/([^"/]+)/"', page) for page in (first, rest)]
    assert [len(page) for page in met] == [25, 5] and sorted(met[0] + met[1]) == numbers
    assert 'rel="next"' not in rest


def test_a_cursor_that_no_page_gave_leads_to_the_first_page(console: Client, ada: str) -> None:
    assert found(console, "love", after="nonsense") == [ada]


def test_one_may_type_at_once_on_this_page_alone(console: Client, ada: str) -> None:
    fields = [
        re.findall(r'<input type="search"[^>]*>', console.get(page).content.decode())
        for page in ("/console/members/", "/console/", f"/console/members/{ada}/")
    ]
    assert [["autofocus" in field for field in found] for found in fields] == [[True], [False], [False]]


def test_a_name_is_found_without_its_accents(console: Client, member: Enrol) -> None:
    jordan = member("Íñigo", "Jordán", number="J-1")
    for query in ("Jordan", "jordán", "inigo j", "jordan, inigo"):
        assert found(console, query) == [jordan], query


def test_what_was_typed_is_only_ever_text(console: Client, harbour: int) -> None:
    page = console.get("/console/members/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page
    assert "Nobody found" in page


def test_nobody_at_all_is_said_as_such(console: Client, harbour: int) -> None:
    assert "No members yet" in text(console, "/console/members/")


@pytest.mark.parametrize("number", ["%00", "a%00b", "%EF%BF%BE", "nobody", "x" * 300])
@pytest.mark.parametrize("part", ["", "statement/", "timeline/", "lots/"])
def test_what_is_nobodys_number_is_not_found(console: Client, number: str, part: str) -> None:
    assert console.get(f"/console/members/{number}/{part}").status_code == 404


@pytest.mark.parametrize("query", ["%00", "%ED%A0%80", "a%00"])
def test_what_nobody_can_be_called_finds_nobody(console: Client, query: str) -> None:
    assert console.get(f"/console/members/?q={query}").status_code == 200
