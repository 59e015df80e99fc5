"""Auditing: the verdicts on fairness that a backtest can give, each with its sentence and its figures."""

from __future__ import annotations

from html import escape

from regulars.doors.cli.backtest_report.showing import LANGUAGE, section, table
from regulars.exchange.earning.auditing import BROKEN, KEPT, OPEN, WARNED
from regulars.exchange.earning.backtest import Backtested
from regulars.programme.promise import Programme
from regulars.programme.sentences import title_in

_TITLES = {
    "ACC-4": "Nothing is made or lost",
    "CAP-5": "A point is worth what was declared",
    "CAP-7": "A first reward is within reach",
    "CAP-9": "It does not live on unspent points",
    "LP-6": "Loyalty is never penalised",
}
_VERDICTS = {KEPT: "Kept", WARNED: "Look at it", BROKEN: "Broken", OPEN: "Cannot be told"}


def audits_section(programme: Programme, result: Backtested) -> str:
    """Every audit, what needs somebody first."""
    order = (BROKEN, WARNED, OPEN, KEPT)
    rows = []
    for audit in sorted(result.audits, key=lambda audit: order.index(audit["verdict"])):
        of = f": {title_in(programme.currency(audit['currency']).title, LANGUAGE)}" if audit["currency"] else ""
        rows.append((
            f"{escape(_TITLES[audit['code']] + of)}<small><code>{escape(audit['code'])}</code></small>",
            f'<span class="verdict {audit["verdict"]}">{_VERDICTS[audit["verdict"]]}</span>',
            escape(audit["sentence"]),
        ))  # fmt: skip
    return section(
        "Is it fair?",
        "Checks that need data, as far as these files hold it. What cannot be told is never counted as kept. The "
        "figures behind each are in summary.json.",
        table("Audits", [("Audit", ""), ("Verdict", ""), ("Because", "")], rows),
    )
