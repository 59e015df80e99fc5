"""Two members are made one over the API, and two again; every door follows the number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from regulars.doors.api.tests.conftest import Caller, fresh, purchase
from regulars.doors.api.tests.test_points import has, member, post, problem


def test_two_members_become_one_and_two_again(till: Caller) -> None:
    ada, second = member(till, "ada"), member(till, "second")
    seen = post(till, second, "merge", "?dry_run=true", into=ada)
    assert seen.json()["points"]["points"]["available"] == 100 and has(till, second) == (100, 0)
    done = post(till, second, "merge", event="same", into=ada)
    assert done.status_code == 200 and done.json()["points"] == seen.json()["points"]
    assert post(till, second, "merge", event="same", into=ada).json() == done.json()
    assert has(till, second) == has(till, ada) == (200, 0)
    assert till.get(f"/v1/members/{second}").json()["number"] == ada
    assert problem(post(till, second, "merge", into=ada)) == (422, "same_account")
    undone = post(till, second, "unmerge", event="two")
    assert undone.json()["points"]["points"]["available"] == 100
    assert post(till, second, "unmerge", event="two").json() == undone.json()
    assert (has(till, ada), has(till, second)) == ((100, 0), (100, 0))
    assert problem(post(till, second, "unmerge")) == (409, "not_merged")


def test_what_was_told_under_the_merged_number_is_answered_as_the_first_time(till: Caller) -> None:
    ada, second = member(till, "ada"), fresh("second")
    receipt = purchase(second, "30.00", at="2025-10-02T12:00:00Z")
    (first,) = till.tell(receipt)
    post(till, second, "merge", into=ada)
    (again,) = till.tell(receipt)
    assert again["status"] == "duplicate" and again["points"] == first["points"]
    till.tell(purchase(second, "20.00", at="2025-11-03T12:00:00Z"), purchase(ada, "10.00", at="2025-11-03T12:01:00Z"))
    lines = till.get(f"/v1/members/{ada}/statement").json()["lines"]
    assert [(line["amount"], line["told_under"]) for line in lines[:2]] == [(10, None), (20, second)]


def test_what_is_set_aside_is_answered_under_the_survivors_number_and_what_is_undone_out_of_turn_is_refused(
    till: Caller,
) -> None:
    ada, second, third = (member(till, name) for name in ("ada", "second", "third"))
    held = post(till, second, "holds", points=5, within_days=9).json()["id"]
    assert problem(post(till, second, "merge", into="nobody")) == (422, "unknown_member")
    post(till, second, "merge", into=ada)
    assert [one["id"] for one in till.get(f"/v1/members/{ada}/holds").json()["holds"]] == [held]
    assert post(till, ada, f"holds/{held}/capture").status_code == 200
    post(till, third, "merge", into=ada)
    answer = post(till, second, "unmerge")
    assert problem(answer) == (409, "not_the_last") and answer.json()["figures"] == {"first": third}


def _merge(till: Caller, ada: str) -> None:
    assert post(till, ada, "merge", into=member(till, "survivor")).status_code == 200


def _join(till: Caller, ada: str) -> None:
    assert till.post("/v1/households", {"event": fresh("family"), "member": ada}).status_code == 200


@pytest.mark.parametrize("lead_away", [_merge, _join])
def test_every_act_is_answered_as_the_first_time_wherever_the_number_leads_by_now(
    till: Caller, lead_away: Callable[[Caller, str], None]
) -> None:
    ada, bruno, receipt = member(till, "ada"), member(till, "bruno"), fresh("receipt")
    till.tell({**purchase(ada, "20.00"), "event": receipt})
    kept, gone = (post(till, ada, "holds", points=5, within_days=9).json()["id"] for _ in range(2))
    spent = post(till, ada, "redemptions", points=5).json()["id"]
    asks: list[tuple[str, str, dict[str, Any]]] = [
        (ada, "redemptions", {"points": 5}),
        (ada, f"holds/{kept}/capture", {}),
        (ada, f"holds/{gone}/release", {}),
        (ada, f"redemptions/{spent}/reversal", {}),
        (ada, "returns", {"original": receipt}),
        (ada, "adjustments", {"points": 5, "reason": "welcome", "corrects": 1}),
        (ada, "transfers", {"points": 5, "to": bruno}),
        (bruno, "transfers", {"points": 5, "to": ada}),
        (ada, "tier", {"tier": "mate", "reason": "friend"}),
    ]
    first = [post(till, who, act, event=f"{ada}-{place}", **ask) for place, (who, act, ask) in enumerate(asks)]
    assert [answer.status_code for answer in first] == [200] * len(asks)
    lead_away(till, ada)
    again = [post(till, who, act, event=f"{ada}-{place}", **ask) for place, (who, act, ask) in enumerate(asks)]
    assert [answer.json() for answer in again] == [answer.json() for answer in first]
    for place in (0, 6):
        who, act, ask = asks[place]
        other = post(till, who, act, event=f"{ada}-{place}", **{**ask, "points": 6})
        assert problem(other) == (422, "other_content")


def test_a_transfer_between_two_who_became_one_since_is_answered_as_the_first_time(till: Caller) -> None:
    ada, second = member(till, "ada"), member(till, "second")
    first = post(till, second, "transfers", event="gift", points=5, to=ada)
    post(till, second, "merge", into=ada)
    assert post(till, second, "transfers", event="gift", points=5, to=ada).json() == first.json()
    assert problem(post(till, second, "transfers", points=5, to=ada)) == (422, "same_account")
