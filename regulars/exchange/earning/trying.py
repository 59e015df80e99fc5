"""Trying: a draft folded over the last twelve months of this house, while the house goes on.

Events leave the database as files of the contract and come back through the backtest, so that a try-out says what
`regulars backtest` would say of the same sales, and `regulars compare` of the same sales and the version in force; one
reading serves both. One process, so that the shop stays quick. What happened before the
twelve months is not known to it: members begin with nothing, and a return of an older purchase is refused.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision

from regulars.exchange.earning.backtest import Backtested, Trial, backtest, write_summary
from regulars.exchange.earning.behaving import OBSERVED, ways
from regulars.exchange.earning.comparing import Compared
from regulars.exchange.earning.gains import summary as gains_of
from regulars.ground.activity.contract import ATTRIBUTE_KINDS, LINE, ORDER, Declared, FileRefused, Terms
from regulars.ground.activity.exporting import export
from regulars.ground.activity.files import Reading
from regulars.ground.publishing import tryouts
from regulars.ground.publishing.models import Tryout
from regulars.ground.publishing.versions import PublishRefused, versions
from regulars.kit.database import home
from regulars.kit.speaking import Tongue
from regulars.kit.zones import microseconds
from regulars.programme.comparing import differences
from regulars.programme.loading import load
from regulars.programme.notice import owed_for
from regulars.programme.problems import ProgrammeError
from regulars.programme.promise import Programme

#: The phases that the page tells: events are read, put in order, and folded.
READING, ARRANGING, FOLDING = "reading", "arranging", "folding"
_BATCH, _RESIDENT = 8_000, 1_000_000

#: Makes the page that stands by itself, of a programme, its backtest, what the events are called, and the language.
Report = Callable[[Programme, Backtested, str, str], str]


class Found(NamedTuple):
    """The figures, as docs/backtest.md names them; the report; and who gains and who loses, as docs/compare.md names it
    (empty: compared with nothing)."""

    summary: dict[str, Any]
    report: str
    comparison: dict[str, Any]


class Stopping(Exception):
    """The worker was asked to end."""


class _Refused(Exception):
    """It cannot be tried: the code that the page puts in words."""


def try_waiting(report: Report, clock: Callable[[], datetime], stopping: Callable[[], bool]) -> int:
    """Carry out the try-outs that wait, and those whose worker is gone; answers how many came to an end.

    `stopping` is asked now and then: once it says yes, the one at hand is put back and this returns.
    """
    ended = 0
    while not stopping() and (tryout := tryouts.take_up(clock())):
        try:
            found = _carry_out(tryout, report, stopping)
            tryouts.end(tryout.id, tryouts.DONE, clock(), found.summary, found.report, comparison=found.comparison)
        except Stopping:
            tryouts.put_back(tryout.id)
            return ended
        except tryouts.Cancelled:
            pass
        except _Refused as refused:
            tryouts.end(tryout.id, tryouts.FAILED, clock(), failure=str(refused))
        except Exception:
            logging.getLogger(__name__).exception("A try-out failed: %s", tryout.id)
            tryouts.end(tryout.id, tryouts.FAILED, clock(), failure="broken")
        finally:
            tryouts.let_go(tryout.id)
        ended += 1
    return ended


def _carry_out(tryout: Tryout, report: Report, stopping: Callable[[], bool]) -> Found:
    def teller(phase: str) -> Callable[[int, int], None]:
        def tell(done: int, whole: int) -> None:
            if stopping():
                raise Stopping
            tryouts.report_progress(tryout.id, phase, done, whole)

        return tell

    programme = _programme(tryout.text)
    against = _against(tryout, programme)
    header, digits = programme.header, get_currency_precision(programme.header.money)
    with _scratch(tryout) as folder:
        declared = _declared(programme, against)
        exported = export(declared, digits, tryout.since, tryout.until, folder, teller(READING))
        if not exported.files:
            raise _Refused("no_events")
        terms = Terms(header.zone, header.money, digits, microseconds(tryout.until))
        trial = Trial(ways(programme, OBSERVED, None, digits), against=against)
        arranging = teller(ARRANGING)
        try:
            with Reading(
                exported.files,
                terms,
                exported.mapped,
                batch_events=_BATCH,
                resident_rows=_RESIDENT,
                progress=lambda read: arranging(round(100 * read), 100),
            ) as reading:
                result = backtest(programme, reading, folder / "out", teller(FOLDING), trial)
        except FileRefused as refused:
            raise _Refused(refused.faults[0].code) from refused
        write_summary(result, folder / "out")
        summary = json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))
    days = " – ".join(map(Tongue(tryout.language).day, (tryout.since.date(), tryout.until.date())))
    page = report(programme, result, f"{header.name}, {days}", tryout.language)
    return Found(summary, page, _gains(against, programme, result.compared, tryout.until))


def _declared(*programmes: Programme | None) -> list[Declared]:
    """The attributes of events that some programme looks at; of two of one name, the first."""
    found: dict[str, Declared] = {}
    for programme in filter(None, programmes):
        for one in programme.header.attributes:
            if one.scope in (LINE, ORDER):
                found.setdefault(one.name, Declared(one.name, ATTRIBUTE_KINDS[one.type], one.scope))
    return list(found.values())


def _against(tryout: Tryout, programme: Programme) -> Programme | None:
    """What it is compared with, unless that counts in another money."""
    against = load(tryout.against) if tryout.against else None
    return against if against and against.header.money == programme.header.money else None


def _gains(old: Programme | None, new: Programme, compared: Compared | None, now: datetime) -> dict[str, Any]:
    """Who gains and who loses, were members told of the change today and it began as soon as it may."""
    if old is None or compared is None:
        return {}
    found = differences(old, new)
    today = now.astimezone(ZoneInfo(old.header.zone)).date()
    return gains_of(old, new, compared, found, today, owed_for(found, old).earliest(today))


@contextmanager
def _scratch(tryout: Tryout) -> Iterator[Path]:
    """A folder of its own, private, and gone at the end; what a killed worker left in it goes before."""
    folder = home().joinpath("tryouts", str(tryout.id))
    shutil.rmtree(folder, ignore_errors=True)
    # Made one by one: a mode is given to the last one only. That of an earlier installation may be open.
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.parent.chmod(0o700)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _programme(text: str) -> Programme:
    """The text as a programme that counts in the money of this house's events."""
    try:
        programme = load(text)
        money = versions().latest.kernel.terms.programme.header.money
    except ProgrammeError as error:
        raise _Refused("unsound") from error
    except PublishRefused as refused:
        raise _Refused("no_events") from refused
    if programme.header.money != money:
        raise _Refused("other_money")
    return programme
