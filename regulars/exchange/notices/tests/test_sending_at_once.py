"""Workers that send at once, and one that is killed after the server took its mail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

from regulars.exchange.earning.tests.cast import account, rows
from regulars.exchange.notices.tests.conftest import OPENS, POINTS, Days, joins, message, messages, published
from regulars.ground.messaging.tests.post_office import PostOffice

SENDS = """
import sys, django
django.setup()
from datetime import datetime
from regulars.exchange.notices.writing import writer
from regulars.ground.messaging.mailing import mail_server
from regulars.ground.messaging.sending import send_due
send_due(writer(""), mail_server(), lambda: datetime.fromisoformat(sys.argv[1]))
"""


def test_a_worker_killed_after_the_server_took_a_mail_leaves_it_to_go_again_as_the_same_one(
    committed: None, office: PostOffice, urls: Any
) -> None:
    published(POINTS)
    maren, days = joins(), Days(office)
    days.asks(OPENS)
    told = {
        **os.environ, "DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner,
        "REGULARS_SMTP_URL": f"smtp+plain://localhost:{office.port}", "REGULARS_MAIL_FROM": "shop@harbour.example",
    }  # fmt: skip
    worker = subprocess.Popen([sys.executable, "-c", SENDS, "2026-11-06T06:45+00:00"], env=told)
    office.taken = lambda: os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait(timeout=60) == -signal.SIGKILL
    office.taken = lambda: None
    assert len(office.mails) == 1 and message(maren)["state"] == "sending"
    assert days.counts("2026-11-30 08:00") == 0, "nobody noted that the server took it"
    assert days.sends("2026-11-06 06:54") == 0, "whoever has it may live still"
    assert days.sends("2026-11-06 06:55") == 1
    first, again = office.mails
    assert first["Message-ID"] == again["Message-ID"]
    assert days.counts("2026-11-11 06:55") == 1
    assert messages(maren) == [("email", "delivered")]
    assert [row["type"] for row in rows("event", account(maren), "id")] == ["purchase", "expiry notice"]


def test_workers_at_once_send_each_mail_once_and_count_it_once(committed: None, office: PostOffice) -> None:
    published(POINTS)
    people = [joins(f"Ada{place}", f"ada{place}@example.org") for place in range(12)]
    days = Days(office)

    def at_once(act: str, moment: str) -> int:
        def works(_: int) -> int:
            try:
                return int(getattr(days, act)(moment))
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            return sum(pool.map(works, range(4)))

    assert at_once("asks", OPENS) == 12
    assert at_once("sends", "2026-11-06 06:45") == 12
    assert sorted(office.to) == sorted(f"ada{place}@example.org" for place in range(12))
    assert at_once("counts", "2026-11-12 06:45") == 12
    assert [messages(who) for who in people] == [[("email", "delivered")]] * 12
    assert {row["type"] for who in people for row in rows("event", account(who), "id")} == {"purchase", "expiry notice"}
