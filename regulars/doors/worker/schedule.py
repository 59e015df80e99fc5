"""Everything periodic, on one page. Every job may run twice and changes nothing the second time."""

from __future__ import annotations

from django.core.management import call_command
from procrastinate.contrib.django import app

from regulars.doors.api.keeping import forget_answers
from regulars.exchange.earning.nights import settle_due
from regulars.ground.activity.recording import forget_quarantine
from regulars.ground.installation.facts import now


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="night", pass_context=False)
def night(timestamp: int) -> None:
    """Every ten minutes: whatever fell due by time alone (points available, tiers reviewed, points expired)."""
    settle_due(now())


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="tidying", pass_context=False)
def tidying(timestamp: int) -> None:
    """Every night: what has been kept long enough is forgotten (answers, sessions, what was set aside)."""
    moment = now()
    forget_answers(moment)
    forget_quarantine(moment)
    call_command("clearsessions")
