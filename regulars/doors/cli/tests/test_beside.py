"""What runs beside a command ends with it: asked, asked again, and in the end ended, with whatever it started."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from regulars.doors.cli import beside
from regulars.doors.cli.beside import Beside, Kept


def ended(tmp_path: Path, deaf_times: int) -> tuple[int | None, int]:
    """The status of a process that was deaf so many times before it ended, and the id of its child."""
    file = tmp_path / "child"
    process = Beside("regulars.doors.cli.tests.deaf", str(file), str(deaf_times))
    while not file.exists():
        assert process.status is None
        time.sleep(0.05)
    process.end()
    return process.status, int(file.read_text(encoding="ascii"))


def gone(process: int) -> bool:
    """Whether a process is no more, or only its exit is left to be noted by whoever takes in orphans."""
    for _ in range(200):
        with suppress(FileNotFoundError):
            if Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z":
                return True
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_what_is_asked_ends_in_order_and_takes_its_children_along(tmp_path: Path) -> None:
    status, child = ended(tmp_path, 0)
    assert status == 7 and gone(child)


def test_what_did_not_hear_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_AGAIN_S", 1)
    status, child = ended(tmp_path, 2)
    assert status == 7 and gone(child)


def test_what_never_hears_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_AGAIN_S", 1)
    monkeypatch.setattr(beside, "_PATIENCE_S", 2)
    status, child = ended(tmp_path, 1_000)
    assert status == -signal.SIGKILL and gone(child)


def test_what_is_kept_is_started_again_each_time_a_little_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "_FIRST_S", 0.05)
    kept, seen = Kept("regulars.doors.cli.tests.deaf", str(tmp_path / "child"), "0"), []
    for _ in range(3):
        os.kill(kept._process._process.pid, signal.SIGKILL)
        while (status := kept.look()) is None:
            time.sleep(0.02)
        seen.append((status, kept._pause))
        while kept._process.status is not None:
            kept.look()
            time.sleep(0.02)
    kept.end()
    assert seen == [(-signal.SIGKILL, pause) for pause in (0.1, 0.2, 0.4)]
    assert kept._process.status is not None
