"""A run of tests in CI fails when one of them was skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reading_code import HOUSE

TESTS = {
    "by mark": "import pytest\n@pytest.mark.skip\ndef test_it(): pass",
    "as it runs": "import pytest\ndef test_it(): pytest.skip('not today')",
    "whole": "import pytest\npytest.skip('not here', allow_module_level=True)",
    "runs": "def test_it(): pass",
}


def run(folder: Path, text: str, ci: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_one.py").write_text("def test_other(): pass\n" + text)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.never_skipped", "-p", "no:django", "-p", "no:schemathesis",
         "-c", os.devnull, "--rootdir", str(folder), *options, str(folder)],
        cwd=HOUSE, env={**os.environ, "CI": ci}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("processes", ["0", "2"])
@pytest.mark.parametrize("way", [way for way in TESTS if way != "runs"])
def test_in_ci_a_skipped_test_fails_the_run_and_is_named(tmp_path: Path, way: str, processes: str) -> None:
    done = run(tmp_path, TESTS[way], "true", "-n", processes)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "skipped, which CI does not allow" in done.stdout and "test_one.py" in done.stdout


def test_elsewhere_a_skipped_test_is_no_failure_and_in_ci_a_whole_run_is_none(tmp_path: Path) -> None:
    assert run(tmp_path, TESTS["as it runs"], "").returncode == 0
    assert run(tmp_path, TESTS["runs"], "true").returncode == 0


def test_what_only_root_can_set_up_is_left_to_a_run_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("import os\nos.geteuid = lambda: 1000\n")
    text = "import pytest\n@pytest.mark.as_root\ndef test_it(): assert False"
    assert "1 passed, 1 skipped" in run(tmp_path, text, "").stdout
    in_ci = run(tmp_path, text, "true")
    assert (in_ci.returncode, "1 passed, 1 deselected" in in_ci.stdout) == (0, True)
