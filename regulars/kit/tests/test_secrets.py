"""The secret key: told, or made once and kept; one that could be guessed is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from regulars.kit.environment import BadSetting
from regulars.kit.secrets import secret_key


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "house" / "secret-key"
    made = secret_key("", path)
    assert secret_key("", path) == made and len(made) == 64
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()
    assert secret_key("", path) != made


def test_the_one_that_was_told_goes_before_the_one_that_is_kept(tmp_path: Path) -> None:
    assert secret_key("c" * 32, tmp_path / "secret-key") == "c" * 32
    assert not (tmp_path / "secret-key").exists()


@pytest.mark.parametrize(("told", "kept"), [("c" * 31, None), ("", ""), ("", "short\n")])
def test_one_that_could_be_guessed_is_refused(told: str, kept: str | None, tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    if kept is not None:
        path.write_text(kept)
    with pytest.raises(BadSetting) as refused:
        secret_key(told, path)
    assert refused.value.code == "weak_secret_key"
    assert ("REGULARS_SECRET_KEY" if told else str(path)) in str(refused.value)


@pytest.mark.parametrize("command", ["serve", "migrate", "worker", "prove"])
def test_a_command_ends_in_2_as_for_any_setting_that_cannot_be_meant(command: str, tmp_path: Path) -> None:
    told = {"DATABASE_URL": "postgresql://nobody@localhost:1/none", "REGULARS_SECRET_KEY": "short"}
    done = subprocess.run(
        [sys.executable, "-m", "regulars", command],
        cwd=tmp_path, env={**os.environ, **told}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert "weak_secret_key: " in done.stderr and "REGULARS_SECRET_KEY" in done.stderr and "short" not in done.stderr
