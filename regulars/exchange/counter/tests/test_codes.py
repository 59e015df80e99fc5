"""Staff find a member by the code under which they set points aside, however it is said."""

from __future__ import annotations

import pytest

from regulars.exchange.counter.codes import asked_by, holder, is_code
from regulars.exchange.earning.acting import hold
from regulars.exchange.earning.housing import found, join
from regulars.exchange.earning.tests.cast import account
from regulars.exchange.earning.tests.test_acting import by, member_with
from regulars.ground.activity.naming import PORTAL

CODE = "7QK4-X2MP"
pytestmark = pytest.mark.usefixtures("harbour")


def test_a_code_leads_to_who_set_points_aside_under_it() -> None:
    ada, code = member_with(100), CODE
    hold(ada, 40, "points", 14, by(code, source=PORTAL))
    said = code.replace("-", " ").lower()
    assert is_code(code) and not is_code(said)
    assert {holder(told) for told in (code, said, code.replace("-", ""), f" {code} ")} == {account(ada)}


def test_in_a_household_a_code_leads_to_the_member_who_asked() -> None:
    ada, bruno = member_with(100), member_with(20, "bruno")
    home, own = found(ada, "", by()).household, account(bruno)
    join(bruno, home.number, by())
    hold(bruno, 40, "points", 14, by(CODE, source=PORTAL))
    assert (holder(CODE), asked_by(CODE)) == (home.account, own)


def test_what_is_no_code_or_nobodys_leads_to_nobody() -> None:
    ada, code = member_with(100), CODE
    hold(ada, 40, "points", 14, by(code, source="desk"))
    assert {holder(told) for told in (code, "7QK4-X2MQ", "", "Ada", "AAAA-AAA", f"{code}2", ada)} == {None}
