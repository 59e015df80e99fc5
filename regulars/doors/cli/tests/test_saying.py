"""What commands say when they are interrupted, or when a file cannot be used."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from regulars.doors.cli.saying import GOES_ON, interruptible


def test_who_interrupts_a_command_is_told_what_it_left(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, interruptible(GOES_ON):
        raise KeyboardInterrupt
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == "Interrupted: what was taken stays. The same command goes on from there.\n"


@pytest.mark.parametrize(("work", "said"), [
    ("(Path(__file__) / 'x').mkdir()", "/x cannot be used: Not a directory."),
    ("Path('/dev/full').write_text('x' * 100_000)", "A file cannot be used: No space left on device."),
])  # fmt: skip
def test_a_file_that_cannot_be_used_is_told_by_its_code_and_no_traceback(work: str, said: str) -> None:
    program = f"from pathlib import Path\nfrom regulars.doors.cli import main\n__file__ = {__file__!r}\n"
    program += f"main.app = lambda: {work}\nmain.main()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "file_not_usable" in done.stderr and said in done.stderr and "Traceback" not in done.stderr
