"""Power cuts: the import or its PostgreSQL is killed (-9) at any moment; nothing committed is lost, nothing is there twice.

A few kills in every run, many with REGULARS_DEEP=1. Kills in the middle of acts: `test_kills_of_acts`.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from regulars.kit.postgres import Embedded

KILLS = 40 if os.environ.get("REGULARS_DEEP") else 3
MEMBERS, VISITS = 60, 150
PROGRAMME = """
regulars: 1
programme: {id: corner, name: Corner, zone: Europe/Copenhagen, money: DKK, languages: [en]}
currencies: [{id: points, title: {en: points}, pending: {days: 14}, debt: true}]
earn:
  rules:
    - {id: base, title: {en: a point for every ten}, points: 1, per: 10.00}
    - {id: fifth, title: {en: every fifth visit}, points: 25, every: 5}
"""


class House:
    """A small shop in a folder of its own, and its commands as processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE_")}
        self.environment["REGULARS_HOME"] = str(self.home)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "regulars", *words], env=self.environment, cwd=self.folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def run(self, *words: str) -> str:
        process = self.start(*words)
        told, _ = process.communicate(timeout=300)
        assert process.returncode == 0, told
        return told

    def postmaster(self) -> int | None:
        data = Embedded(self.home / "postgres").home
        pid = next(iter(data.rglob("postmaster.pid")), None) if data else None
        try:
            return int(pid.read_text().split()[0]) if pid else None
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def writes(self, process: subprocess.Popen[str], beyond: int) -> bool:
        """Wait until a process has recorded more than so many events; whether it is still at it."""
        with Embedded(self.home / "postgres") as access, psycopg.connect(access.app_dsn, autocommit=True) as connection:
            while process.poll() is None:
                if connection.execute("SELECT count(*) > %s FROM event", [beyond]).fetchone() == (True,):
                    return True
                time.sleep(0.01)
        return False

    def recorded(self) -> int:
        with Embedded(self.home / "postgres") as access, psycopg.connect(access.app_dsn) as connection:
            row = connection.execute("SELECT count(*) FROM event").fetchone()
            assert row is not None
            return int(row[0])


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder of a house's own, for a while."""
    with tempfile.TemporaryDirectory(prefix="regulars-kills-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # as root, the server's own user must pass through
        yield folder


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with private_folder() as folder:
        made = _made(folder)
        made.run("publish", "programme.yaml", "--effective", "2025-12-31")
        yield made


def _made(folder: Path) -> House:
    (folder / "programme.yaml").write_text(PROGRAMME)
    lines = ["member,event,at,line,sku,quantity,net"]
    for visit in range(VISITS):
        for member in range(MEMBERS):
            at = f"2026-0{1 + visit // 28}-{1 + visit % 28:02d} {8 + member % 12:02d}:{member % 60:02d}:00"
            lines.append(f"M{member},E{visit}-{member},{at},1,BREAD,1,{10 + (visit * 7 + member) % 90}.50")
    (folder / "sales.csv").write_text("\n".join(lines) + "\n")
    return House(folder)


def test_whatever_is_killed_whenever_the_ledger_ends_exact(house: House) -> None:
    words = ("import", "sales.csv", "--source", "till", "--members", "create")
    chance = random.Random(7)
    others = before = house.recorded()
    for kill in range(KILLS):
        process = house.start(*words)
        if house.writes(process, before):
            time.sleep(chance.uniform(0, 0.3))
            if kill % 2:
                pid = house.postmaster()
                if pid:
                    os.kill(pid, signal.SIGKILL)
                process.communicate(timeout=300)
            else:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
        after = house.recorded()
        assert after >= before, "something committed is gone"
        before = after
    house.run(*words)
    assert house.recorded() == others + MEMBERS * VISITS
    assert "agree" in house.run("prove", "--replay"), "a batch is there whole, or not at all"
    house.run(*words)
    assert house.recorded() == others + MEMBERS * VISITS


def test_an_opening_that_is_killed_is_there_whole_or_not_at_all(house: House) -> None:
    others, members = house.recorded(), 3_000
    (house.folder / "old.csv").write_text("member,points\n" + "".join(f"N{one},7\n" for one in range(members)))
    totals = f"total,of,value\nmembers,,{members}\nlots,,{members}\npoints,points,{7 * members}\n"
    (house.folder / "totals.csv").write_text(totals)
    words = ("opening", "old.csv", "--control", "totals.csv", "--as", "old")
    chance = random.Random(11)
    for _ in range(1 + KILLS // 10):
        process = house.start(*words)
        time.sleep(chance.uniform(2.0, 4.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert house.recorded() - others in (0, members)
    house.run(*words)
    assert house.recorded() == others + members
    assert "agree" in house.run("prove")
