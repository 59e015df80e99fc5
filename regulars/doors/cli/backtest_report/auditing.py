"""Auditing: the verdicts on fairness that a backtest can give, each with its sentence and its figures."""

from __future__ import annotations

from html import escape

from regulars.doors.cli.backtest_report.showing import section, table
from regulars.exchange.earning.auditing import BROKEN, KEPT, OPEN, WARNED
from regulars.exchange.earning.backtest import Backtested
from regulars.kit.speaking import Tongue, phrase, said_in
from regulars.programme.promise import Programme
from regulars.programme.sentences import title_in

_TITLES = {
    "ACC-4": phrase("Nothing is made or lost"),
    "CAP-5": phrase("A point is worth what was declared"),
    "CAP-7": phrase("A first reward is within reach"),
    "CAP-9": phrase("It does not live on unspent points"),
    "LP-6": phrase("Loyalty is never penalised"),
}
_VERDICTS = {
    KEPT: phrase("Kept"),
    WARNED: phrase("Look at it"),
    BROKEN: phrase("Broken"),
    OPEN: phrase("Cannot be told"),
}


def audits_section(programme: Programme, result: Backtested, to: Tongue, alone: bool) -> str:
    """Every audit, what needs somebody first."""
    order = (BROKEN, WARNED, OPEN, KEPT)
    rows = []
    for audit in sorted(result.audits, key=lambda audit: order.index(audit["verdict"])):
        of = f": {title_in(programme.currency(audit['currency']).title, to.language)}" if audit["currency"] else ""
        verdict = audit["verdict"]
        title, judged = (told.said_in(to.language) for told in (_TITLES[audit["code"]], _VERDICTS[verdict]))
        rows.append((
            f"{escape(title + of)}<small><code>{escape(audit['code'])}</code></small>",
            f'<span class="verdict {verdict}">{escape(judged)}</span>',
            escape(said_in(to.language, audit["sentence"])),
        ))  # fmt: skip
    said = to.words(
        "Checks that need data, as far as the events hold it. What cannot be told is never counted as kept."
    )
    if not alone:
        figures = to.words("The figures behind each are in summary.json.")
        said = f"{said} {figures}"
    return section(
        to.words("Is it fair?"),
        said,
        table(
            to.words("Audits"), [(to.words("Audit"), ""), (to.words("Verdict"), ""), (to.words("Because"), "")], rows
        ),
    )
