"""Everything periodic, on one page. Every job may run twice and changes nothing the second time."""

from __future__ import annotations

from procrastinate.contrib.django import app

from regulars.exchange.earning.nights import settle_due
from regulars.ground.installation.facts import now


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="night", pass_context=False)
def night(timestamp: int) -> None:
    """Every ten minutes: whatever fell due by time alone (points available, tiers reviewed, points expired)."""
    settle_due(now())
