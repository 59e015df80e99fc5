"""Settings: each is read in one place, and one that cannot be meant says what to write."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from regulars.kit import environment
from regulars.kit.environment import BadSetting
from regulars.kit.speaking import said_in

NAME = "REGULARS_TRIED"


@pytest.mark.parametrize(
    ("read", "said", "meant"),
    [
        (lambda: environment.whole(NAME, 7), "", 7), (lambda: environment.whole(NAME, 7), " 0 ", 0),
        (lambda: environment.one_of(NAME, "text", "json"), "", "text"),
        (lambda: environment.one_of(NAME, "text", "json"), "json", "json"),
        (lambda: environment.switch(NAME), "1", True), (lambda: environment.switch(NAME), "", False),
        (lambda: environment.hosts(NAME, "localhost"), "", ["localhost"]),
        (lambda: environment.hosts(NAME, ""), "a.example, [::1],.b.example,*", ["a.example", "[::1]", ".b.example", "*"]),
        (lambda: environment.origins(NAME), "https://a.example, http://b.example:81,", ["https://a.example", "http://b.example:81"]),
        (lambda: environment.address(NAME, environment.told(NAME)), "https://a.example/points", "https://a.example/points"),
        (lambda: environment.address(NAME, environment.told(NAME)), "", ""),
    ],
)  # fmt: skip
def test_a_setting_means_what_it_says(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], object], said: str, meant: object
) -> None:
    monkeypatch.setenv(NAME, said)
    assert read() == meant


@pytest.mark.parametrize(
    ("read", "said", "remedy"),
    [
        (lambda: environment.whole(NAME, 7), "viel", "in digits"), (lambda: environment.whole(NAME, 7), "-1", "from 0 on"),
        (lambda: environment.whole(NAME, 7), "1.5", "whole"), (lambda: environment.whole(NAME, 7), "\u0663", "in digits"),
        (lambda: environment.one_of(NAME, "text", "json"), "xml", "text or json"),
        (lambda: environment.switch(NAME), "true", "0 or 1"),
        (lambda: environment.hosts(NAME, ""), "https://shop.example", "name alone"),
        (lambda: environment.hosts(NAME, ""), "shop.example:8000", "name alone"),
        (lambda: environment.origins(NAME), "shop.example", "with its scheme"),
        (lambda: environment.origins(NAME), "https://shop.example/", "with its scheme"),
        (lambda: environment.address(NAME, environment.told(NAME)), "https://shop.example:many", "with its scheme"),
    ],
)  # fmt: skip
def test_one_that_cannot_be_meant_is_named_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], object], said: str, remedy: str
) -> None:
    monkeypatch.setenv(NAME, said)
    with pytest.raises(BadSetting) as refused:
        read()
    assert f"{NAME} says " in refused.value.sentence and remedy in refused.value.sentence
    assert said_in("de", refused.value.sentence) != refused.value.sentence


def test_a_home_that_nobody_can_write_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match="REGULARS_HOME"):
        environment.make_folder(tmp_path / "file" / "home", 0o700)


def test_a_command_ends_in_2_with_the_sentence_and_no_traceback(tmp_path: Path) -> None:
    told = {"DATABASE_URL": "postgresql://nobody@localhost:1/none", "REGULARS_GOODWILL_LIMIT": "viel", "LANG": "de_DE"}
    done = subprocess.run(
        [sys.executable, "-m", "regulars", "prove"],
        cwd=tmp_path, env={**os.environ, "LC_ALL": "", **told}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert done.stderr.startswith("bad_setting: REGULARS_GOODWILL_LIMIT") and "Ziffern" in done.stderr
