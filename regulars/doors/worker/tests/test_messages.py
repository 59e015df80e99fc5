"""The worker's jobs, run twice each, take a notice from the morning to the day it counts."""

from __future__ import annotations

from datetime import datetime

import pytest

from regulars.doors.worker import schedule
from regulars.exchange.earning.tests.cast import account, rows
from regulars.exchange.notices.tests.conftest import OPENS, POINTS, at, joins, messages, published
from regulars.ground.messaging.tests.post_office import open_office


def test_the_jobs_tell_maren_once_however_often_they_run(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    present = [at(OPENS)]

    def clock() -> datetime:
        return present[0]

    monkeypatch.setattr(schedule, "now", clock)
    published(POINTS)
    maren = joins()
    with open_office() as office:
        monkeypatch.setenv("REGULARS_SMTP_URL", f"smtp+plain://localhost:{office.port}")
        monkeypatch.setenv("REGULARS_MAIL_FROM", "Harbour <shop@harbour.example>")
        monkeypatch.setenv("REGULARS_URL", "https://harbour.example/")
        for moment in (OPENS, "2026-11-06 06:45", "2026-11-10 06:40", "2026-11-12 06:40"):
            present[0] = at(moment)
            for _ in range(2):
                schedule.notices(timestamp=0)
                schedule.messages(timestamp=0)
    (mail,) = office.mails
    body = mail.get_body(("plain",))
    assert body is not None and "You see all you have at https://harbour.example/" in body.get_content()
    assert messages(maren) == [("email", "delivered")]
    told = [row["act"] for row in rows("audit", account(maren), "at")]
    assert told == ["message sent", "message delivered"]


def test_settings_that_cannot_be_meant_stop_no_counting(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_SMTP_URL", "mail.example")
    counted: list[datetime] = []
    monkeypatch.setattr(schedule, "count_arrived", counted.append)
    with pytest.raises(ValueError, match="REGULARS_SMTP_URL must read"):
        schedule.messages(timestamp=0)
    assert len(counted) == 1
