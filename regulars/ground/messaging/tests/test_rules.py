"""When a message is tried again, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from regulars.ground.messaging.rules import MOST_TRIES, SERVER_PAUSE, URGENT_PAUSE, after_server, next_try

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def test_what_is_urgent_is_tried_at_short_intervals_and_never_once_it_has_run_out() -> None:
    good_until = NOW + timedelta(minutes=15)
    moment, tries = NOW, 1
    while again := next_try(tries, moment, good_until):
        assert again - moment == URGENT_PAUSE
        moment, tries = again, tries + 1
    assert moment == NOW + timedelta(minutes=14) and tries == MOST_TRIES
    assert next_try(1, good_until - URGENT_PAUSE, good_until) is None


def test_whatever_waits_for_the_server_is_looked_at_again_and_what_runs_out_meanwhile_then() -> None:
    assert after_server(NOW) == NOW + SERVER_PAUSE
    assert after_server(NOW, NOW + timedelta(minutes=15)) == NOW + URGENT_PAUSE
    assert after_server(NOW, NOW + timedelta(minutes=1)) == NOW + timedelta(minutes=1)
