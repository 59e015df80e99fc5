"""A version that has not begun can be withdrawn, a bad one replaced at once; both stay on record and say why."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections

from regulars.ground.activity.models import Event
from regulars.ground.members.models import Account
from regulars.ground.publishing import history as telling
from regulars.ground.publishing.closing import replace, withdraw
from regulars.ground.publishing.history import history
from regulars.ground.publishing.models import ProgrammeVersion
from regulars.ground.publishing.tests.test_versions import on, refusal, us, with_cap
from regulars.ground.publishing.versions import PublishRefused, publish, versions

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(days=30)


def code(act: Callable[[], Any]) -> str:
    with pytest.raises(PublishRefused) as refused:
        act()
    assert str(refused.value).endswith((".", "yaml"))
    return refused.value.code


def states(now: datetime = NOW) -> list[tuple[int, str]]:
    return [(one.number, one.state) for one in history(now)]


@pytest.fixture
def in_force(db: None) -> int:
    """Carmen's shop promises at most 500 points a day since 2020."""
    return publish(with_cap(500), on(2020), "carmen", NOW)


def audited(act: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, detail ->> 'because' FROM audit WHERE act = %s", [act])
        return list(cursor.fetchall())


def test_a_withdrawn_version_never_counts_and_is_never_deleted(in_force: int) -> None:
    assert publish(with_cap(600), SOON, "carmen", NOW, base=1) == 2
    assert versions().at(us(SOON)).number == 2
    withdraw(2, " the cap was a slip ", "bruno", NOW + timedelta(days=1))
    assert versions().at(us(SOON)).number == 1
    assert [version.number for version in versions()] == [1]
    newest, oldest = history(SOON)
    assert (newest.state, newest.until, newest.closing and newest.closing.because) == (
        telling.WITHDRAWN, None, "the cap was a slip",
    )  # fmt: skip
    assert (oldest.state, oldest.until) == (telling.IN_FORCE, None)
    assert ProgrammeVersion.objects.get(number=2).text == with_cap(600)
    assert audited("programme_withdrawn") == [("bruno", "the cap was a slip")]


def test_after_a_withdrawal_the_next_one_starts_from_what_stands(in_force: int) -> None:
    publish(with_cap(600), SOON, "carmen", NOW, base=1)
    withdraw(2, "a slip", "carmen", NOW)
    assert refusal(with_cap(600), SOON, base=2) == "base_outdated"
    # The same text may be promised again, and begin earlier than the withdrawn one would have.
    assert publish(with_cap(600), SOON - timedelta(days=9), "carmen", NOW, base=1) == 3
    assert states() == [(3, "to_come"), (2, "withdrawn"), (1, "in_force")]


def test_a_first_version_that_is_withdrawn_leaves_no_programme(db: None) -> None:
    publish(with_cap(500), SOON, "carmen", NOW)
    withdraw(1, "not yet", "carmen", NOW)
    assert code(versions) == "no_programme"
    assert publish(with_cap(500), SOON, "carmen", NOW) == 2


def test_what_has_begun_is_not_withdrawn_not_even_minutes_before(in_force: int) -> None:
    publish(with_cap(600), SOON, "carmen", NOW, base=1)
    assert code(lambda: withdraw(1, "bad", "carmen", NOW)) == "has_begun"
    # A till whose clock runs ahead may have told something under it already.
    assert code(lambda: withdraw(2, "bad", "carmen", SOON - timedelta(minutes=5))) == "has_begun"
    withdraw(2, "bad", "carmen", SOON - timedelta(minutes=5, seconds=1))


def test_withdrawing_asks_for_a_reason_and_a_version_and_happens_once(in_force: int) -> None:
    publish(with_cap(600), SOON, "carmen", NOW, base=1)
    assert code(lambda: withdraw(2, "  ", "carmen", NOW)) == "no_reason"
    assert code(lambda: withdraw(9, "bad", "carmen", NOW)) == "unknown_version"
    withdraw(2, "bad", "carmen", NOW)
    assert code(lambda: withdraw(2, "bad", "carmen", NOW)) == "already_closed"


def test_a_bad_version_is_replaced_at_once_and_keeps_what_it_gave(in_force: int) -> None:
    assert replace(with_cap(400), "nobody gave a cap", "carmen", NOW, base=1) == 2
    assert [versions().at(us(NOW) + shift).number for shift in (-1, 0)] == [1, 2]
    newest, oldest = history(NOW)
    assert (newest.state, oldest.state, oldest.until) == (telling.IN_FORCE, telling.REPLACED, NOW)
    assert oldest.closing and (oldest.closing.because, oldest.closing.replaced_by) == ("nobody gave a cap", 2)
    assert audited("programme_replaced") == [("carmen", "nobody gave a cap")]
    assert len(audited("programme_published")) == 2


def test_replacing_refuses_what_publishing_refuses_and_leaves_no_trace(in_force: int) -> None:
    assert code(lambda: replace(with_cap(400), "", "carmen", NOW, base=1)) == "no_reason"
    assert code(lambda: replace(with_cap(500), "bad", "carmen", NOW, base=1)) == "nothing_changed"
    assert code(lambda: replace(with_cap(400), "bad", "carmen", NOW, base=7)) == "unknown_version"
    publish(with_cap(600), SOON, "carmen", NOW, base=1)
    assert code(lambda: replace(with_cap(400), "bad", "carmen", NOW, base=1)) == "version_to_come"
    assert code(lambda: replace(with_cap(400), "bad", "carmen", NOW, base=2)) == "not_begun"
    withdraw(2, "first", "carmen", NOW)
    replace(with_cap(400), "bad", "carmen", NOW, base=1)
    assert code(lambda: replace(with_cap(300), "bad", "carmen", NOW, base=1)) == "already_closed"
    assert states() == [(3, "in_force"), (2, "withdrawn"), (1, "replaced")]


def test_past_in_force_and_to_come_follow_the_clock(in_force: int) -> None:
    publish(with_cap(600), on(2022), "carmen", NOW, base=1)
    publish(with_cap(700), SOON, "carmen", NOW, base=2)
    assert states() == [(3, "to_come"), (2, "in_force"), (1, "past")]
    assert states(SOON) == [(3, "in_force"), (2, "past"), (1, "past")]
    assert [one.until for one in history(NOW)] == [None, SOON, on(2022)]


def something_bought() -> None:
    account = Account.objects.create(account_id=1, opened_at=NOW).account_id
    Event.objects.create(
        account_id=account, id=uuid4(), source="till", external_id="r1", type="purchase",
        occurred_at=on(2026, 3), recorded_at=NOW, version=1,
    )  # fmt: skip


def test_a_past_in_which_something_was_recorded_is_not_rewritten(in_force: int) -> None:
    something_bought()
    assert refusal(with_cap(600), on(2026, 3), base=1) == "events_recorded"
    assert publish(with_cap(600), on(2026, 4), "carmen", NOW, base=1) == 2


def test_of_one_who_withdraws_and_one_who_builds_on_it_one_is_told_to_look_again(committed: None) -> None:
    publish(with_cap(500), on(2020), "carmen", NOW)
    publish(with_cap(600), SOON, "carmen", NOW, base=1)
    barrier = Barrier(2)

    def attempt(act: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            act()
        except PublishRefused as refused:
            return refused.code
        finally:
            connections.close_all()
        return "done"

    later = SOON + timedelta(days=1)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(attempt, (
            lambda: withdraw(2, "a slip", "bruno", NOW),
            lambda: publish(with_cap(700), later, "carmen", NOW, base=2),
        )))  # fmt: skip
    assert done[0] == "done" and done[1] in ("done", "base_outdated")
    standing = [version.number for version in versions()]
    assert standing == ([1, 3] if done[1] == "done" else [1])


def test_a_replacement_leaves_what_was_earned_unless_somebody_means_it(in_force: int) -> None:
    something_bought()
    halved = with_cap(500).replace("value: 0.01 ", "value: 0.005 ")
    assert code(lambda: replace(halved, "a slip", "bruno", NOW, 1, worse_now=True)) == "devaluation_forbidden"
    assert states() == [(1, telling.IN_FORCE)]
    assert replace(halved, "a slip", "bruno", NOW, 1, worse_now=True, allow_devaluation=True) == 2
