"""A proof that is asked to end says how to go on, whoever asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from regulars.doors.cli import prove
from regulars.exchange.ledger import proving
from regulars.insight.liability import agreeing


@pytest.mark.parametrize("end", [KeyboardInterrupt(), SystemExit(143)])
def test_a_proof_that_is_ended_by_a_key_or_a_signal_says_how_to_go_on(
    end: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ended(came: Any, **_: object) -> None:
        came(41)
        raise end

    monkeypatch.setattr(proving, "prove", ended)
    monkeypatch.setattr(agreeing, "counter", lambda: lambda first, last: [])
    with pytest.raises(type(end)):
        prove._proof(False, None)
    assert "prove --after 41" in capsys.readouterr().err


def test_a_proof_has_the_months_that_are_kept_read_anew(
    monkeypatch: pytest.MonkeyPatch, db: None, harbour: int
) -> None:
    asked: list[datetime] = []
    monkeypatch.setattr(agreeing, "read_anew", asked.append)
    assert prove._proof(False, None).differences == () and len(asked) == 1
