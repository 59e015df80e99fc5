"""From when on events are as those of today is said once, and only where an older program was at work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from django.db import connection

from regulars.ground.activity.upgraded import since
from regulars.ground.installation.facts import fact

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


def upgraded(now: datetime) -> datetime | None:
    since("since_a_test", lambda: now)(None, SimpleNamespace(connection=connection))
    told = fact("since_a_test")
    return datetime.fromisoformat(told) if told else None


def test_a_new_installation_has_nothing_that_an_older_program_recorded(db: None) -> None:
    assert upgraded(NOW) is None


def test_where_a_programme_was_published_it_is_a_day_after_the_first_upgrade_for_good(harbour: int) -> None:
    assert upgraded(NOW) == NOW + timedelta(days=1)
    assert upgraded(NOW + timedelta(days=9)) == NOW + timedelta(days=1)
