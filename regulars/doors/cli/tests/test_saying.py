"""What commands say when they are interrupted."""

from __future__ import annotations

import pytest
import typer

from regulars.doors.cli.saying import GOES_ON, interruptible


def test_who_interrupts_a_command_is_told_what_it_left(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, interruptible(GOES_ON):
        raise KeyboardInterrupt
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == "Interrupted: what was taken stays. The same command goes on from there.\n"
