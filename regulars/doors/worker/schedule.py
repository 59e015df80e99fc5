"""Everything periodic, on one page. Every job may run twice and changes nothing the second time."""

from __future__ import annotations

from functools import partial
from time import monotonic

from django.core.management import call_command
from procrastinate import JobContext
from procrastinate.contrib.django import app

from regulars.doors.api.keeping import forget_answers
from regulars.doors.cli.backtest_report.writing import report
from regulars.doors.portal.asking import link_address
from regulars.doors.worker.waking import TRYOUTS
from regulars.exchange.counter.missing import forget_answered
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.rounds import go_on
from regulars.exchange.earning.trying import try_waiting
from regulars.exchange.forfeitures.announcing import announce_by_rule, ask_untold
from regulars.exchange.forfeitures.taking import take_due
from regulars.exchange.notices.counting import count_arrived
from regulars.exchange.notices.finding import ask_notices
from regulars.exchange.notices.writing import writer
from regulars.ground.activity.recording import forget_quarantine
from regulars.ground.admission import writing as admission
from regulars.ground.admission.answering import answer_asked
from regulars.ground.installation.facts import now
from regulars.ground.messaging.mailing import mail_server, members_address
from regulars.ground.messaging.queueing import withdraw_needless
from regulars.ground.messaging.sending import send_due
from regulars.ground.publishing.tryouts import forget_tryouts
from regulars.insight.liability.agreeing import counter

#: How long a turn of the proof may take, so that the night is not kept waiting.
PROOF_S = 300


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="night", pass_context=False)
def night(timestamp: int) -> None:
    """Every ten minutes: whatever fell due by time alone (points available, tiers reviewed, points expired)."""
    settle_due(now())


@app.periodic(cron="40 5 * * *")
@app.task(queueing_lock="notices", pass_context=False)
def notices(timestamp: int) -> None:
    """Every morning: points that were announced to be taken, and heard, are taken; whoever is owed a message, of that,
    of points that end or a tier that falls, gets one that waits; what waits in vain is withdrawn."""
    moment = now()
    announce_by_rule(moment)
    take_due(moment)
    withdraw_needless(writer(members_address()), moment)
    ask_notices(moment)
    ask_untold(moment)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="messages", pass_context=False)
def messages(timestamp: int) -> None:
    """Every five minutes: what arrived and did not come back counts, and mail that is due goes out."""
    count_arrived(now())
    send_due(writer(members_address()), mail_server(), now)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sign_ins", pass_context=False)
def sign_ins(timestamp: int) -> None:
    """Every minute, and when somebody asks: members who want to come in get their link by mail."""
    answer_asked(now())
    send_due(admission.writer(link_address), mail_server(), now, urgent=True)


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="proof", pass_context=True)
def proof(context: JobContext, timestamp: int) -> None:
    """Every hour, for some minutes at most: the next part of the ledger is proved, histories folded again, and the
    months of the books beside the lots."""
    ends = monotonic() + PROOF_S
    go_on(now(), lambda: context.should_abort() or monotonic() > ends, counter())


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="tidying", pass_context=False)
def tidying(timestamp: int) -> None:
    """Every night: what has been kept long enough is forgotten (answers, what was set aside, missed, tried)."""
    moment = now()
    forget_answers(moment)
    forget_quarantine(moment)
    forget_answered(moment)
    forget_tryouts(moment)
    call_command("clearsessions")


@app.periodic(cron="* * * * *")
@app.task(name=TRYOUTS, queueing_lock=TRYOUTS, pass_context=True)
def tryouts(context: JobContext, timestamp: int) -> None:
    """Every minute, and when one is asked for: drafts tried on last year, also those whose worker is gone."""
    try_waiting(partial(report, alone=True), now, context.should_abort)
