"""Two members are made one over the API, and two again; every door follows the number."""

from __future__ import annotations

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


def test_what_is_set_aside_or_undone_out_of_turn_is_refused(till: Caller) -> None:
    ada, second, third = (member(till, name) for name in ("ada", "second", "third"))
    held = post(till, second, "holds", points=5, within_days=9).json()["id"]
    assert problem(post(till, second, "merge", into=ada)) == (409, "holds_open")
    post(till, second, f"holds/{held}/release")
    assert problem(post(till, second, "merge", into="nobody")) == (422, "unknown_member")
    post(till, second, "merge", into=ada)
    post(till, third, "merge", into=ada)
    answer = post(till, second, "unmerge")
    assert problem(answer) == (409, "not_the_last") and answer.json()["figures"] == {"first": third}
