"""Power cuts while people act on points: application or PostgreSQL is killed (-9) at any moment, time and again.

Four writers buy, spend, hold, capture, release, cancel, transfer, bring back and give on six members at once
(`until_killed`), so that there is hardly a moment in which nothing is under way. In the end nothing that was acknowledged
is missing, nothing is there twice, what was under way was completed by its caller's retry, all of it told again answers
as it did, and every history folds to the rows that are there. Hundreds of kills with REGULARS_DEEP=1.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from regulars.kit.postgres import Embedded
from tests.test_kills import PROGRAMME, House, private_folder

_DEEP = bool(os.environ.get("REGULARS_DEEP"))
APPLICATION, POSTGRES = (600, 200) if _DEEP else (30, 10)
WRITERS = 4


class Writers:
    """The writers of a house, which are killed and come again."""

    def __init__(self, house: House, dsn: str) -> None:
        self.folder = house.folder
        self.tree = subprocess.Popen(
            [sys.executable, "-m", "tests.until_killed", str(self.folder), str(WRITERS)], text=True, cwd=_ROOT,
            env={**house.environment, "DATABASE_URL": dsn}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def come(self, word: str = "") -> int:
        """They go on; answers their process."""
        assert self.tree.stdin and self.tree.stdout
        self.tree.stdin.write(f"{word}\n")
        self.tree.stdin.flush()
        return int(self.tree.stdout.readline())

    def work(self, process: int) -> bool:
        """Whether they still do."""
        with suppress(ProcessLookupError):
            os.kill(process, 0)
            return True
        return False

    def ended(self) -> None:
        """Wait until they have."""
        assert self.tree.stdout and self.tree.stdout.readline() == "ended\n"

    def notes(self) -> list[dict[str, Any]]:
        """All that they noted, writer after writer; `by` says whose it is."""
        return [
            {"by": name, **json.loads(line)}
            for name in range(WRITERS)
            for line in _lines(self.folder / f"notes-{name}")
        ]  # fmt: skip

    def have_noted(self) -> int:
        return sum(len(_lines(self.folder / f"notes-{name}")) for name in range(WRITERS))

    def go(self) -> None:
        assert self.tree.stdin
        self.tree.stdin.close()
        self.tree.wait(60)


_ROOT = Path(__file__).parents[1]


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def shop() -> Iterator[tuple[House, Embedded, Writers]]:
    """A house with a programme, its server, and writers who have begun."""
    with private_folder() as folder:
        house = House(folder)
        (folder / "programme.yaml").write_text(PROGRAMME)
        house.run("publish", "programme.yaml", "--effective", "2025-12-31")
        server = Embedded(house.home / "postgres")
        writers = Writers(house, server.start().app_dsn)
        try:
            yield house, server, writers
        finally:
            (folder / "stop").touch()
            with suppress(BrokenPipeError):
                writers.go()
            server.stop()


def _whole(server: Embedded, writers: Writers) -> Counter[str]:
    """What was acknowledged is there, once, and it all adds up; answers how often what came of acts."""
    notes = writers.notes()
    assert [note for note in notes if "wrong" in note] == []
    came = [note["came"] for note in notes if "came" in note]
    told = {(note["by"], note["act"]) for note in notes}
    assert len(came) == len(told), "every act was completed, and each was answered for the first time once"
    events = [id for ids in came for id in ids if not id.startswith("refused")]
    with psycopg.connect(server.start().app_dsn) as connection:
        kept = [str(id) for (id,) in connection.execute("SELECT id FROM event").fetchall()]
        acts = connection.execute("SELECT count(*) FROM audit WHERE detail ? 'event'").fetchone()
    assert len(set(events)) == len(events)
    assert sorted(kept) == sorted(events), "what was acknowledged, and nothing else"
    assert acts is not None and acts[0] == sum(
        len(ids) for ids in came if len(ids) < 5 and not ids[0].startswith("refused")
    )
    return Counter("done" if not ids[0].startswith("refused") else ids[0] for ids in came)


def test_whatever_is_killed_whenever_no_act_is_lost_or_done_twice(
    shop: tuple[House, Embedded, Writers], record_property: Callable[[str, object], None]
) -> None:
    house, server, writers = shop
    chance, cut = random.Random(13), 0
    kills = ["application"] * APPLICATION + ["postgres"] * POSTGRES
    chance.shuffle(kills)
    child = writers.come()
    for kill in kills:
        most = writers.have_noted() + chance.randint(2, 60)
        while writers.have_noted() < most:
            assert writers.work(child), f"the writers ended by themselves: {writers.notes()[-3:]}"
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.02))
        if kill == "postgres":
            pid = house.postmaster()
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            server.start()
        else:
            os.kill(child, signal.SIGKILL)
            writers.ended()
            cut += any("trying" in note for note in {note["by"]: note for note in writers.notes()}.values())
            child = writers.come()
    (writers.folder / "stop").touch()
    writers.ended()
    assert cut > APPLICATION // 2, "a kill in an idle moment says nothing"
    outcomes = _whole(server, writers)
    assert outcomes["done"] > 10 * POSTGRES
    assert "agree" in house.run("prove", "--replay")
    noted = writers.have_noted()
    writers.come("everything")
    writers.ended()
    assert writers.have_noted() > noted, "everything was told once more, and answered as it did"
    assert _whole(server, writers) == outcomes
    record_property("kills", f"{APPLICATION} of the application, {cut} of them within an act; {POSTGRES} of PostgreSQL")
    record_property("acts", dict(outcomes))
