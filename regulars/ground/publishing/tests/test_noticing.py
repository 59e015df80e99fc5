"""Whoever may be worse off is told before: a change that takes something begins only after its notice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from regulars.ground.activity.models import Event
from regulars.ground.members.models import Account
from regulars.ground.publishing.closing import replace
from regulars.ground.publishing.noticing import beginning, earliest_day
from regulars.ground.publishing.tests.test_versions import on, refusal, with_cap
from regulars.ground.publishing.versions import PublishRefused, publish
from regulars.programme.loading import load
from regulars.programme.notice import NOTICE_DAYS

#: Two in the morning in UTC: still the day before in New York.
NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)
TODAY = date(2026, 11, 1)


@pytest.fixture
def lived(db: None) -> int:
    """A promise of at most 500 points a day, under which Ada has bought something."""
    number = publish(with_cap(500), on(2020), "carmen", NOW)
    account = Account.objects.create(account_id=1, opened_at=NOW).account_id
    Event.objects.create(
        account_id=account, id=uuid4(), source="till", external_id="r1", type="purchase",
        occurred_at=on(2026, 3), recorded_at=NOW, version=number,
    )  # fmt: skip
    return number


def test_what_takes_something_waits_for_its_notice(lived: int) -> None:
    first = beginning(load(with_cap(400)), TODAY + timedelta(NOTICE_DAYS), NOW)
    with pytest.raises(PublishRefused) as refused:
        publish(with_cap(400), first - timedelta(seconds=1), "carmen", NOW, base=lived)
    assert refused.value.code == "notice_owed"
    assert refused.value.figures == {"earliest": TODAY + timedelta(NOTICE_DAYS)}
    assert refusal(with_cap(400), NOW, base=lived) == "notice_owed"
    assert publish(with_cap(400), first, "carmen", NOW, base=lived) == 2


def test_what_members_have_earned_is_left_to_them_unless_somebody_means_it(lived: int) -> None:
    less = with_cap(500).replace("value: 0.01", "value: 0.005")
    late = NOW + timedelta(days=200)
    assert refusal(less, late, base=lived) == "devaluation_forbidden"
    assert publish(less, late, "carmen", NOW, base=lived, allow_devaluation=True) == 2


@pytest.mark.parametrize("key", ["when: '\"nobody\" in segments'", "limit: {most: 1, per: ever}", "valid_days: 1"])
def test_a_reward_that_is_as_good_as_closed_leaves_members_nothing_either(lived: int, key: str) -> None:
    late, closed = NOW + timedelta(days=200), with_cap(500).replace("worth: 4.50", f"worth: 4.50\n    {key}")
    assert refusal(closed, late, base=lived) == "devaluation_forbidden"
    assert publish(closed, late, "carmen", NOW, base=lived, allow_devaluation=True) == 2


def test_what_gives_more_may_begin_at_once(lived: int) -> None:
    assert earliest_day(load(with_cap(500)), load(with_cap(600)), NOW) == TODAY
    assert publish(with_cap(600), NOW, "carmen", NOW, base=lived) == 2


def refused_to_replace(because: str, **said: bool) -> str:
    with pytest.raises(PublishRefused) as refused:
        replace(with_cap(400), because, "carmen", NOW, base=1, **said)
    return refused.value.code


def test_what_is_worse_replaces_at_once_only_when_it_was_read_and_why_is_said(lived: int) -> None:
    """Ada would have had 60 days to hear of it; Carmen says that she knows, and that stays on record."""
    assert refused_to_replace("the cap was meant to be 400") == "worse_unread"
    assert refused_to_replace("oops", worse_now=True) == "reason_too_short"
    assert replace(with_cap(400), "meant to be 400", "carmen", NOW, base=lived, worse_now=True) == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT detail ->> 'notice_days_owed' FROM audit WHERE act = 'programme_replaced'")
        assert cursor.fetchall() == [(str(NOTICE_DAYS),)]


def test_what_is_better_replaces_a_bad_version_with_one_word(lived: int) -> None:
    assert replace(with_cap(600), "oops", "carmen", NOW, base=lived) == 2


def test_before_anything_happened_there_is_nobody_to_tell(db: None) -> None:
    publish(with_cap(500), on(2020), "carmen", NOW)
    assert publish(with_cap(400), NOW, "carmen", NOW, base=1) == 2


def test_history_that_is_brought_in_owes_no_notice(lived: int) -> None:
    assert publish(with_cap(400), on(2026, 4), "carmen", NOW, base=lived) == 2


def test_a_day_begins_where_the_shop_is() -> None:
    programme = load(with_cap(500))
    assert beginning(programme, TODAY, NOW) == NOW
    assert beginning(programme, date(2026, 12, 24), NOW) == datetime(2026, 12, 24, 5, tzinfo=UTC)
