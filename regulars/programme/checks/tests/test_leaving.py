"""CAP-14 and CAP-17: ways in and out are compared as they are walked, not as they are listed."""

from __future__ import annotations

from regulars.programme.checks.linting import lint
from regulars.programme.checks.sampling import good_programme

CANCEL = good_programme()[good_programme().index("  cancel:\n") : good_programme().index("  withdraw:\n")]
WITHDRAW = good_programme()[good_programme().index("  withdraw:\n") : good_programme().index("\nforfeiture:\n")]


def said(old: str, new: str) -> list[tuple[str, str]]:
    assert good_programme().count(old) == 1
    return [(one.code, one.message) for one in lint(good_programme().replace(old, new)).problems]


def test_a_way_in_without_a_way_out_is_said() -> None:
    assert said(CANCEL, "") == [("CAP-14", "The way in is written, and no way out.")]


def test_memberships_without_a_way_to_withdraw_are_said() -> None:
    assert [code for code, _ in said(WITHDRAW, "")] == ["CAP-17"]


def test_the_shortest_way_counts_not_every_step_there_is() -> None:
    """A question that can be passed over is no obstacle."""
    aside = CANCEL.replace(
        "next: left}\n",
        "next: [left, why]}\n      - {id: why, title: tell us why, kind: reason, next: left}\n",
    )
    assert said(CANCEL, aside) == []


def test_clicks_count_as_well_as_steps() -> None:
    assert said("kind: confirm, countdown: no, next", "kind: confirm, clicks: 2, next") == [
        ("CAP-14", "Leaving takes 3 clicks, joining 2.")
    ]


def test_more_than_two_clicks_are_too_many_even_where_joining_takes_more() -> None:
    text = good_programme().replace("kind: form, asks: [name, email], next: yes", "kind: form, clicks: 9, next: yes")
    text = text.replace("kind: confirm, countdown: no, next", "kind: confirm, clicks: 2, next")
    assert [one.message for one in lint(text).problems] == ["Leaving takes 3 clicks; 2 are enough."]


def test_a_wait_on_the_way_out_is_an_obstacle_unless_joining_has_it() -> None:
    assert [code for code, _ in said("do you want to leave, kind: confirm", "do you want to leave, kind: wait")] == [
        "CAP-14"
    ]
    text = good_programme().replace("do you want to leave, kind: confirm", "do you want to leave, kind: wait")
    assert lint(text.replace("do you want to join, kind: confirm", "do you want to join, kind: wait")).problems == ()
