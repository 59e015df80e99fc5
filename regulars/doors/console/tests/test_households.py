"""Households in the console: seen before anything is done, done once, and who bought stands beside it."""

from __future__ import annotations

from uuid import uuid4

from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, Enrol, text
from regulars.doors.console.tests.test_counter import confirm, signed_in
from regulars.exchange.counter.goodwill import proposals
from regulars.exchange.earning.acting import By
from regulars.exchange.earning.housing import found
from regulars.exchange.earning.tests.cast import account, purchase, tell
from regulars.ground.members.enrolling import own_accounts_of


def by() -> By:
    return By("dagny@harbour.example", "desk", uuid4().hex, PRESENT)


def test_a_household_is_opened_joined_and_left_after_a_look(console: Client, ada: str, member: Enrol) -> None:
    bruno = member("Bruno", "Bauer")
    tell(purchase(bruno, "2026-05-04 15:00", 4_000))
    assert "Open a household" in text(console, f"/console/members/{ada}/")
    opened = {"act": str(uuid4())}
    seen = console.get(f"/console/members/{ada}/counter/household/", opened).content.decode()
    assert '<td class="num">200</td><td class="num">200</td>' in seen, "what she had, the household has"
    assert "Which lots change" not in seen and ">Tier</th>" not in seen, "and she stands where she stood"
    confirm(console, f"/console/members/{ada}/counter/household/", **opened)
    page = text(console, f"/console/members/{ada}/")
    assert "In household H-" in page
    home = page.split("In household ")[1].split()[0]
    asked = {"member": bruno, "act": str(uuid4())}
    seen = console.get(f"/console/households/{home}/join/", asked).content.decode()
    assert ">200<" in seen and ">240<" in seen
    done = confirm(console, f"/console/households/{home}/join/", **asked)
    assert "nothing was done twice" in done and "Bruno Bauer" in done
    whose = text(console, f"/console/households/{home}/")
    assert "Ada Lovelace" in whose and "40 points" in whose
    assert text(console, f"/console/members/{home}/") == ""  # led to the household
    assert console.get(f"/console/members/{home}/", follow=True).status_code == 200
    tell(purchase(bruno, "2026-06-12 15:00", 1_000, store="Quay"))
    lines = text(console, f"/console/members/{ada}/statement/")
    assert "Quay, Bruno Bauer" in lines and "A member joined These points came with the member" in lines
    confirm(console, f"/console/members/{bruno}/counter/household/leave/", act=str(uuid4()))
    assert "A member left" in text(console, f"/console/members/{ada}/statement/")
    assert "Household left These points came from the" in text(console, f"/console/members/{bruno}/statement/")
    assert "In household" not in text(console, f"/console/members/{bruno}/")
    assert f"members/{bruno}/" not in console.get(f"/console/households/{home}/").content.decode()


def test_who_joined_is_no_stranger_and_their_statement_of_before_is_still_there(console: Client, ada: str) -> None:
    home = found(ada, "", by()).household.number
    page = text(console, f"/console/members/{ada}/")
    assert "Last seen on Jun 11, 2026." in page and "Twelve months $1,722.00 2 purchases" in page
    assert "Bought for $42.00" in text(console, f"/console/members/{ada}/timeline/")
    address = f"/console/members/{ada}/statement/"
    assert f"Household {home} Number {ada} Each account has" in text(console, address)
    assert "Spent" not in text(console, address).split("Each account has")[1].split("Statement")[1]
    before = text(console, f"{address}?of={ada}")
    assert "Household joined" in before and "−300" in before
    assert f'name="of" value="{ada}"' in console.get(f"{address}?of={ada}").content.decode()
    assert text(console, f"{address}?of=nobody") == text(console, address)


def test_who_cannot_join_is_told_why(console: Client, ada: str, member: Enrol) -> None:
    home = found(ada, "", by()).household.number
    answer = console.get(f"/console/households/{home}/join/", {"member": "nobody", "act": str(uuid4())})
    assert answer.status_code == 422 and "No member has this number." in answer.content.decode()
    again = console.get(f"/console/households/{home}/join/", {"member": ada, "act": str(uuid4())})
    assert again.status_code == 409 and "let them leave it first" in again.content.decode()
    assert f'href="/console/households/{home}/">Back<' in again.content.decode()
    assert console.get("/console/households/nothing/").status_code == 404


def test_finance_sees_a_household_and_changes_nothing(ada: str) -> None:
    home = found(ada, "", by()).household.number
    frida = signed_in("frida", "finance")
    assert "Let them leave" not in text(frida, f"/console/households/{home}/")
    assert frida.get(f"/console/members/{ada}/counter/household/leave/").status_code == 403


def test_what_is_proposed_for_somebody_in_a_household_waits_under_their_name(console: Client, ada: str) -> None:
    found(ada, "", by())
    page = f"/console/members/{ada}/counter/goodwill/"
    asked = {
        "points": "5000",
        "currency": "points",
        "way": "give",
        "reason": "late-delivery",
        "act": str(uuid4()),
    }
    shown = console.get(page, asked)
    assert shown.status_code == 200, shown.content.decode()[:400]
    confirm(console, page, **asked)
    own = own_accounts_of([ada])[ada]
    assert len(proposals(own, 5)) == 1 and own != account(ada)
    assert "Ada Lovelace" in text(console, "/console/deciding/")
