"""Writers to be killed: `python -m tests.until_killed FOLDER WRITERS` acts on a few members until somebody ends it.

It waits on its standard input. For each line it forks a process, says its number, and in that process so many writers
go on where the ones before were stopped: purchases in batches, redemptions, holds, captures, releases, cancellations,
transfers, returns, goodwill. A writer notes in FOLDER what it is about to do before it does it, and what came of it once
that is acknowledged. One that comes after another tells the last acts again, and the one under way, each under the id it
had: as a caller does who heard no answer. So it does when the database is gone, until it is back.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings")

import django

django.setup()

import psycopg  # noqa: E402
from django.db import DatabaseError, InterfaceError, connection  # noqa: E402

from regulars.exchange.earning import acting  # noqa: E402
from regulars.exchange.earning.acting import ActRefused, By  # noqa: E402
from regulars.exchange.earning.recording import DUPLICATE, take  # noqa: E402
from regulars.ground.activity.contract import Incoming  # noqa: E402
from regulars.kit.zones import microseconds  # noqa: E402

MEMBERS = [f"M{number}" for number in range(6)]
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
#: So many acts that were acknowledged are told again by whoever comes next; with the word `everything`, all of them.
AGAIN = 3
BATCH = 5
#: Events here, and whether they had been done before; or the code of a refusal.
Came = tuple[list[str], bool]


class Writer:
    """One writer: `notes` says of each of its acts what came of it."""

    def __init__(self, folder: Path, name: int, back: int) -> None:
        self.name = name
        self.stop = folder / "stop"
        self.file = os.open(folder / f"notes-{name}", os.O_RDWR | os.O_CREAT | os.O_APPEND)
        self.notes: dict[int, list[str]] = {}
        self.tried = -1
        for line in (folder / f"notes-{name}").read_text().splitlines():
            told = json.loads(line)
            self.tried = max(self.tried, told["act"])
            if "came" in told:
                self.notes[told["act"]] = told["came"]
        self.next = max(0, len(self.notes) - back)

    def run(self) -> None:
        """Act after act, until the file `stop` is there; what was under way is completed."""
        while self.next <= self.tried or not self.stop.exists():
            before = self.notes.get(self.next)
            if before is None or not _refused(before):
                self._note(trying=True)
                came, again = self._until_answered()
                if before is None:
                    self.notes[self.next] = came
                    self._note(came=came)
                elif (came, again) != (before, True):
                    self._note(wrong=[before, came, again])
            self.next += 1

    def _until_answered(self) -> Came:
        while True:
            try:
                return self._act(self.next)
            except ActRefused as refusal:
                return [f"refused {refusal.refusal.code}"], False
            except (DatabaseError, InterfaceError, psycopg.Error) as error:
                # The database is gone, or just back: whether it was done, nobody knows.
                if not isinstance(error.__cause__ or error, psycopg.OperationalError | psycopg.InterfaceError):
                    self._note(wrong=repr(error))
                    raise
                connection.close()
                time.sleep(0.02)

    def _act(self, number: int) -> Came:
        """Act `number` of this writer: always the same one."""
        random, now = Random(f"{self.name}:{number}"), BEGIN + timedelta(seconds=23 * number + self.name)
        by = By("dagny@corner.example", "till", f"{self.name}-{number}", now)
        member, other = random.sample(MEMBERS, 2)
        kind = random.choice(tuple(_KINDS)) if number > 3 else "buy"
        if kind == "buy":
            return self._buy(random, number, now)
        if kind == "return":
            return self._of(
                "buy", number, lambda which, owner, id: acting.bring_back(owner, f"{self.name}-{which}-0", {}, by)
            )
        if kind == "cancel":
            return self._of("redeem", number, lambda which, owner, id: acting.cancel(owner, id, by))
        if kind in ("capture", "release"):
            act = acting.capture if kind == "capture" else acting.release
            return self._of("hold", number, lambda which, owner, id: act(owner, id, 1, by))
        if kind == "redeem":
            return _done(acting.redeem(member, random.randint(1, 30), "", by))
        if kind == "hold":
            return _done(acting.hold(member, random.randint(2, 30), "", 30, by))
        if kind == "adjust":
            return _done(acting.adjust(member, random.choice((9, 9, -2)), "", "thanks", by))
        return _done(acting.transfer(member, other, random.randint(1, 20), "", by))

    def _buy(self, random: Random, number: int, now: datetime) -> Came:
        events = [
            Incoming(
                random.choice(MEMBERS), f"{self.name}-{number}-{place}", "purchase", microseconds(now), "DKK", ["1"],
                [random.randint(500, 40_000)], {"quantity": [1]}, {},
            )
            for place in range(BATCH)
        ]  # fmt: skip
        results = take(events, "till", now, True)
        return [str(result.event) for result in results], all(result.status == DUPLICATE for result in results)

    def _of(self, kind: str, number: int, act: Callable[[int, str, UUID], Any]) -> Came:
        """An act about this writer's last one of a kind, if there is one in the last dozen."""
        for which in range(number - 1, max(-1, number - 12), -1):
            random = Random(f"{self.name}:{which}")
            owner = random.sample(MEMBERS, 2)[0]
            was = random.choice(tuple(_KINDS)) if which > 3 else "buy"
            came = self.notes[which]
            if was == kind and not _refused(came):
                if kind == "buy":
                    owner = random.choice(MEMBERS)
                return _done(act(which, owner, UUID(came[0])))
        return ["refused nothing_to_act_on"], False

    def _note(self, **what: Any) -> None:
        os.write(self.file, json.dumps({"act": self.next, **what}).encode() + b"\n")


_KINDS = (
    "buy",
    "buy",
    "return",
    "cancel",
    "capture",
    "release",
    "redeem",
    "redeem",
    "hold",
    "hold",
    "adjust",
    "transfer",
)


def _refused(came: list[str]) -> bool:
    return came[0].startswith("refused")


def _done(done: acting.Done) -> Came:
    return [str(id) for id in (done.event, done.received) if id], done.again


def act(folder: Path, writers: int, back: int) -> None:
    """So many writers at once, until all have stopped."""

    def run(name: int) -> None:
        try:
            Writer(folder, name, back).run()
        finally:
            connection.close()

    threads = [Thread(target=run, args=(name,)) for name in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    """Fork for every line that comes in; say when a process has ended by itself."""
    folder, writers = Path(sys.argv[1]), int(sys.argv[2])
    for line in sys.stdin:
        child = os.fork()
        if not child:
            try:
                act(folder, writers, sys.maxsize if "everything" in line else AGAIN)
            finally:
                os._exit(0)
        _say(str(child))
        os.waitpid(child, 0)
        _say("ended")


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
