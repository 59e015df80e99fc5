"""A backup's file has its name once it is whole, whoever else writes one of that name."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest

from regulars.ground.installation.archive import BackupRefused, new

PARTIAL = "night.zip.partial"


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        (lambda folder: (folder / PARTIAL).rename(folder / "night.zip"), "file_exists"),
        (lambda folder: (folder / PARTIAL).unlink(), "backup_running"),
    ],
)
def test_one_that_ends_while_another_waits_for_its_lock_stays_as_it_is(
    ends: Callable[[Path], None], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both opened the same file; the second has the lock on it as soon as the first is done."""
    lock = fcntl.flock
    (tmp_path / PARTIAL).write_bytes(b"the first one, whole")

    def locked(file: object, how: int) -> None:
        ends(tmp_path)
        lock(file, how)  # type: ignore[call-overload]

    monkeypatch.setattr(fcntl, "flock", locked)
    with pytest.raises(BackupRefused) as refused, new(tmp_path / "night.zip"):
        pass
    assert refused.value.code == code
    assert [file.read_bytes() for file in tmp_path.glob("night.zip")] in ([], [b"the first one, whole"])
    assert (tmp_path / "night.zip").exists() == (code == "file_exists")


def test_two_at_once_are_one_and_a_refusal(tmp_path: Path) -> None:
    with new(tmp_path / "night.zip"):
        with pytest.raises(BackupRefused) as refused, new(tmp_path / "night.zip"):
            pass
        assert refused.value.code == "backup_running"
    assert (tmp_path / "night.zip").exists() and not (tmp_path / PARTIAL).exists()
