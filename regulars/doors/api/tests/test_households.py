"""Ada and Bruno keep one account over the API: it is opened, joined, read and left."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from regulars.doors.api import examples
from regulars.doors.api.tests.conftest import Caller, fresh, purchase
from regulars.doors.api.tests.test_points import has, member, post, problem


def opened(till: Caller, who: str, query: str = "", **ask: Any) -> Any:
    return till.post(f"/v1/households{query}", {"event": uuid4().hex, "member": who, **ask})


def joined(till: Caller, home: str, who: str, query: str = "", **ask: Any) -> Any:
    return till.post(f"/v1/households/{home}/members{query}", {"event": uuid4().hex, "member": who, **ask})


def left(till: Caller, home: str, who: str, **asked: Any) -> Any:
    query = "&".join(f"{name}={value}" for name, value in {"event": uuid4().hex, **asked}.items())
    return till.client.delete(f"/v1/households/{home}/members/{who}?{query}")


def test_a_household_is_opened_joined_read_and_left(till: Caller) -> None:
    ada, bruno, number = member(till, "ada"), member(till, "bruno"), fresh("H")
    first = opened(till, ada, event="open" + number, number=number)
    assert first.status_code == 200 and first.json()["household"] == number
    assert first.json()["points"]["points"]["available"] == 100
    assert opened(till, ada, event="open" + number, number=number).json() == first.json()
    seen = joined(till, number, bruno, "?dry_run=true")
    assert seen.json()["points"]["points"]["available"] == 100 and has(till, ada) == (100, 0)
    assert joined(till, number, bruno, event="join" + number).json()["household"] == number
    assert has(till, ada) == has(till, bruno) == has(till, number) == (200, 0)
    post(till, bruno, "redemptions", points=30)
    lines = till.get(f"/v1/members/{number}/statement").json()["lines"]
    assert [(line["kind"], line["by"]) for line in lines[:2]] == [("redemption", bruno), ("pooling", bruno)]
    assert lines[-1]["by"] == ada
    told = till.get(f"/v1/households/{number}").json()
    assert [(one["number"], one["share"]) for one in told["members"]] == [
        (ada, {"points": 100}),
        (bruno, {"points": 70}),
    ]
    assert till.get(f"/v1/members/{ada}").json()["household"] == number
    assert till.get(f"/v1/members/{ada}").json()["number"] == ada
    rehearsed = left(till, number, bruno, dry_run="true")
    assert rehearsed.json()["points"]["points"]["available"] == 70 and has(till, bruno) == (170, 0)
    gone = left(till, number, bruno, event="leave" + number)
    assert gone.json()["points"] == rehearsed.json()["points"]
    assert left(till, number, bruno, event="leave" + number).json() == gone.json()
    assert (has(till, bruno), has(till, ada)) == ((70, 0), (100, 0))
    assert till.get(f"/v1/members/{bruno}").json()["household"] is None
    assert till.get(f"/v1/members/{bruno}/statement").json()["lines"][0]["by"] is None


def test_what_cannot_be_done_with_a_household_is_said_by_codes(till: Caller) -> None:
    ada, bruno = member(till, "ada"), member(till, "bruno")
    number = opened(till, ada).json()["household"]
    assert problem(opened(till, bruno, number=ada)) == (409, "number_taken")
    assert problem(opened(till, fresh("nobody"))) == (404, "no_such_member")
    assert problem(joined(till, number, ada)) == (409, "in_household")
    assert problem(joined(till, ada, bruno)) == (404, "unknown_household")
    assert problem(left(till, number, bruno)) == (409, "not_in_household")
    assert problem(till.get(f"/v1/households/{ada}")) == (404, "unknown_household")
    assert problem(till.get(f"/v1/members/{number}")) == (404, "no_such_member")
    joined(till, number, bruno)
    assert problem(left(till, number, bruno, points=101)) == (409, "beyond_share")
    assert problem(left(till, number, bruno, points=-1)) == (422, "bad_parameters")
    assert left(till, number, bruno, points=10).json()["points"]["points"]["available"] == 10
    assert problem(left(till, number, ada, points=10)) == (409, "last_takes_all")
    assert left(till, number, ada).status_code == 200
    assert problem(joined(till, number, bruno)) == (409, "household_closed")
    assert problem(post(till, number, "redemptions", points=1)) == (409, "household_closed")


def test_whoever_leaves_says_so_in_the_query_and_a_body_that_nobody_reads_is_refused(till: Caller) -> None:
    ada, bruno = member(till, "ada"), member(till, "bruno")
    number = opened(till, ada).json()["household"]
    joined(till, number, bruno)
    address = f"/v1/households/{number}/members/{bruno}?event={uuid4().hex}"
    told = till.client.delete(address, '{"dry_run": true}', content_type="application/json")
    assert problem(told) == (422, "bad_parameters") and told.json()["errors"][0]["where"] == "body"
    assert has(till, bruno) == (200, 0)


def test_what_was_told_before_joining_is_answered_as_the_first_time(till: Caller) -> None:
    ada = member(till, "ada")
    receipt = purchase(ada, "30.00", at="2025-10-03T12:00:00Z")
    (first,) = till.tell(receipt)
    opened(till, ada)
    (again,) = till.tell(receipt)
    assert again["status"] == "duplicate" and again["points"] == first["points"]


def test_the_examples_of_the_document_work(till: Caller) -> None:
    till.tell(*(purchase(who, "90.00", at="2025-10-02T12:00:00Z") for who in ("1001", "1002")))
    home = till.post("/v1/households", examples.OPENING).json()["household"]
    assert till.post(f"/v1/households/{home}/members", examples.JOINING).json()["household"] == home
