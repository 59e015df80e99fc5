"""Every statement that the product executes while tests run, judged when they end: it names the account.

A table of members is distributed by account, so a statement on it must say which accounts it means: then PostgreSQL (and
Citus, which routes by it) touches those alone. What may mean everybody is listed in `EXCUSED`, each with its reason.
Statements of tests themselves are not looked at, nor those of processes that tests start.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql

from regulars.kit.compiled import is_compiled
from regulars.kit.wire import Wire
from tests.reading_code import HOUSE, PACKAGE
from tests.routing import faults

_LOCK = "one at a time over the whole installation, taken on the coordinator; no row of a member is touched under it"
#: By the place below `regulars/` (`file:function`, or a folder): why its statements may mean everybody.
EXCUSED: dict[str, str] = {
    "insight": "figures of the whole shop: sums and counts that each node works out for itself, read on demand",
    "ground/members/finding.py:_along": "staff look for people by the beginning of a name, which no account is known by",
    "ground/publishing/noticing.py:_happened": "whether anything has ever happened; asked when a keeper publishes",
    "ground/publishing/versions.py:publish": "whether a later event exists; asked when a keeper publishes",
    "ground/publishing/versions.py:latest_locked": _LOCK,
    "ground/publishing/tryouts.py:_locked": _LOCK,
    "ground/publishing/tryouts.py:let_go": _LOCK,
    "doors/cli/house.py:alone": "one process at a time brings the tables up to date, on the coordinator",
    "doors/cli/house.py:_migrate": "migrations, which mean everybody and are the owner's",
    "kit/tables.py:build_index": "the shape of a table, as its owner changes it; no statement on its rows",
    "kit/tables.py:_build": "the shape of a table, as its owner changes it; no statement on its rows",
    "doors/api/keeping.py:kept": "one answer for each key of a request, taken on the coordinator; a row decides as well",
    "doors/api/keeping.py:once": "one answer for each key of a request, taken on the coordinator; a row decides as well",
    "ground/activity/exporting.py:_accounts": "how many accounts there are, for the progress bar of an export",
    "ground/installation/backing_up.py:_tables": "a backup holds everybody; one pass, when a person or a timer asks",
    "ground/installation/restoring.py:refuse_unless_free": "whether any row is there, before a restore",
    "ground/messaging/outbox.py:counts": "how much is under way in all, for the page of messages",
    "ground/messaging/outbox.py:held_up": "what stands in the way of mail, for the page of messages",
    "ground/messaging/outbox.py:newest": "messages to everybody, for the page of messages; the newest few by an index",
    "ground/members/enrolling.py:together_now": "who has one account with others, for the order of a file; once an import",
    "exchange/ledger/proving.py:_count": "how many accounts there are, for the progress bar of a proof",
    "exchange/earning/withdrawing.py:_opened": "whose accounts a file opened, asked when a person undoes it as a whole",
    "exchange/counter/goodwill.py:waiting": "what waits for a second person, over all members; a small index on each node",
    "exchange/rewards/awaiting.py:waiting": "what waits to be handed over, over all members; a small index on each node",
    "exchange/forfeitures/reading.py:open_ones": "what is to be taken, over all members; a small index on each node",
    "exchange/counter/missing.py:forget_answered": "what was kept long enough is forgotten, once a night, by an index on each node",
    "exchange/counter/missing.py:unanswered": "what members miss and wait for; a small index on each node",
    "exchange/earning/matching.py:_members": "a backtest of everybody is compared; streamed once, in order of accounts",
}

#: What carries statements for others: these are not at work themselves.
_CARRIERS = (f"{PACKAGE}/kit/binding.py", f"{PACKAGE}/kit/wire.py", f"{PACKAGE}/kit/reading.py")
#: The statements so far: by text, the place of the product that first executed it.
_seen: dict[str, str] = {}
_found: list[str] = []


def excused(place: str) -> bool:
    """Whether the statements of a place (`file:function`) may mean everybody."""
    return any(place == known or place.startswith(f"{known}/") for known in EXCUSED)


def _place() -> str | None:
    """`file:function` of the innermost function of the house that is at work; None for a test's own."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(f"{PACKAGE}/") and name not in _CARRIERS:
            own = "/tests/" in name or name.endswith("/conftest.py")
            return None if own else f"{name.removeprefix(f'{PACKAGE}/')}:{frame.f_code.co_name}"
        if name.startswith((f"{HOUSE}/tests/", f"{HOUSE}/conftest.py")) and name != __file__:
            return None
        frame = frame.f_back
    return None


def _watched(method: Callable[..., Any]) -> Callable[..., Any]:
    def executing(cursor: Any, query: Any, *values: Any, **options: Any) -> Any:
        text = query if isinstance(query, str) else ""
        if isinstance(query, sql.Composable):
            text = query.as_string(cursor)
        if text and text not in _seen and (place := _place()):
            _seen[text] = place
        return method(cursor, query, *values, **options)

    return executing


def pytest_configure() -> None:
    """Look at what goes to the database, whoever sends it."""
    if is_compiled():
        return  # a compiled function has no frame, so nobody could say whose a statement is; plain Python is looked at
    for kind, method in ((psycopg.Cursor, "execute"), (psycopg.Cursor, "executemany"), (psycopg.Cursor, "copy"),
                         (psycopg.ServerCursor, "execute"), (Wire, "put")):  # fmt: skip
        setattr(kind, method, _watched(getattr(kind, method)))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail where a statement does not say which accounts it means; one of several processes tells the first one."""
    for text, place in _seen.items():
        if not excused(place):
            _found.extend(f"{place}: {fault}\n    {' '.join(text.split())}" for fault in faults(text))
    if (told := getattr(session.config, "workeroutput", None)) is not None:
        told["statements"] = _found
    if _found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what one of several processes found."""
    _found.extend(set(getattr(node, "workeroutput", {}).get("statements", ())).difference(_found))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what failed."""
    if _found:
        terminalreporter.section("statements that do not say which accounts they mean")
        for line in _found:
            terminalreporter.line(line)
