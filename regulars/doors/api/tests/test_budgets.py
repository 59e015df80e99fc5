"""What is left of budgets of all members, over the API."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from regulars.doors.api.tests.conftest import Caller, fresh, purchase
from regulars.exchange.budgets.tests.test_drawing import launch
from regulars.ground.access.keys import make_key

_NOW = datetime.now(UTC)


def caller(*scopes: str) -> Caller:
    return Caller(*make_key(f"app {uuid4().hex[:8]}", scopes, "keeper", _NOW))


def test_a_key_that_may_ask_for_quotes_reads_what_is_left_and_others_do_not(db: None) -> None:
    app = caller("quotes:read", "events:write")
    assert app.get("/v1/budgets").json()["code"] == "no_programme"
    launch(100)
    app.tell(*(purchase(fresh(name), "70.00", at=_NOW.isoformat()) for name in ("ada", "bruno")))
    (budget,) = app.get("/v1/budgets").json()["budgets"]
    assert (budget["id"], budget["rules"], budget["per"]) == ("campaign", ["launch"], "month")
    assert (budget["most"], budget["given"], budget["left"]) == (100, 100, 0)
    assert budget["first_day"][8:] == "01" and budget["first_day"] <= f"{_NOW:%Y-%m-%d}" <= budget["last_day"]
    assert app.get("/v1/budgets?of=campaign").status_code == 422
    assert caller("members:read").get("/v1/budgets").json()["code"] == "missing_scope"
