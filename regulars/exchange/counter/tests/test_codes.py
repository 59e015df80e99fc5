"""Staff find a member by the code under which they set points aside, however it is said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regulars.exchange.counter.codes import accepted, asked_by, holder, is_code, offered
from regulars.exchange.earning.acting import hold, release
from regulars.exchange.earning.housing import found, join
from regulars.exchange.earning.tests.cast import account
from regulars.exchange.earning.tests.test_acting import TODAY, by, member_with
from regulars.ground.activity.naming import PORTAL

CODE = "7QK4-X2MP"
pytestmark = pytest.mark.usefixtures("harbour")


def test_a_code_leads_to_who_set_points_aside_under_it() -> None:
    ada, code = member_with(100), CODE
    hold(ada, 40, "points", 14, by(code, source=PORTAL))
    said = code.replace("-", " ").lower()
    assert is_code(code) and not is_code(said)
    assert {holder(told, TODAY) for told in (code, said, code.replace("-", ""), f" {code} ")} == {account(ada)}


def test_in_a_household_a_code_leads_to_the_member_who_asked() -> None:
    ada, bruno = member_with(100), member_with(20, "bruno")
    home, own = found(ada, "", by()).household, account(bruno)
    join(bruno, home.number, by())
    hold(bruno, 40, "points", 14, by(CODE, source=PORTAL))
    assert (holder(CODE, TODAY), asked_by(CODE, TODAY)) == (home.account, own)


def test_what_is_no_code_or_nobodys_leads_to_nobody() -> None:
    ada, code = member_with(100), CODE
    hold(ada, 40, "points", 14, by(code, source="desk"))
    assert {holder(told, TODAY) for told in (code, "7QK4-X2MQ", "", "Ada", "AAAA-AAA", f"{code}2", ada)} == {None}


def test_a_code_leads_to_nobody_once_what_was_set_aside_is_over() -> None:
    ada = member_with(100)
    done = hold(ada, 40, "points", 14, by(CODE, source=PORTAL))
    assert holder(CODE, TODAY) == account(ada)
    assert holder(CODE, TODAY + timedelta(days=15)) is None
    release(ada, done.event, 0, by())
    assert (holder(CODE, TODAY), asked_by(CODE, TODAY)) == (None, None)


def test_a_code_is_taken_back_from_whom_the_house_offered_it_to_alone() -> None:
    told = offered("9999-AAAA", 1)
    assert accepted(told, 1) == "9999-AAAA"
    assert accepted(told, 2) == accepted(CODE, 1) == accepted(f"{CODE}{told[9:]}", 1) == accepted("", 1) == ""
