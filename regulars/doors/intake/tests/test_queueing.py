"""Which requests become one batch: the clock and the waits are the test's own."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.doors.intake import queueing
from regulars.doors.intake.queueing import GATHER_S, MOST_TOGETHER, Committer


class Street:
    """A committer, and who arrives each time that it waits for more: each of `arriving` is one such time, and what is
    put after it had enough comes too late for the batch."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queueing, "commit", lambda batch: batch)
        self.committer = Committer("small", lambda batch, answers: None)
        self.committer._enough = self  # type: ignore[assignment]
        self.arriving: list[list[Any]] = []
        self.waits = 0
        self._enough = False

    def clear(self) -> None:
        self._enough = False

    def set(self) -> None:
        self._enough = True

    def wait(self, seconds: float | None) -> None:
        assert seconds == GATHER_S, "nobody comes any more, and it waits for ever"
        self.waits += 1
        arriving = self.arriving.pop(0)
        while arriving and not self._enough:
            self.put(arriving.pop(0))

    def put(self, *requests: Any) -> None:
        for request in requests:
            self.committer.put(request)

    def batch(self, *meanwhile: Any) -> list[Any]:
        """The next batch, while which is carried out others come."""
        batch = self.committer._next()
        self.put(*meanwhile)
        self.committer._carry_out(batch)
        return batch


@pytest.fixture
def street(monkeypatch: pytest.MonkeyPatch) -> Street:
    return Street(monkeypatch)


def test_a_request_alone_is_a_batch_and_waits_for_nothing(street: Street) -> None:
    for name in ("ada", "bruno"):
        street.put(name)
        assert street.batch() == [name]
    assert street.waits == 0


def test_a_batch_waits_until_as_many_are_there_as_asked_the_last_time(street: Street) -> None:
    street.put("ada", "bruno")
    assert street.batch("carmen") == ["ada", "bruno"]
    street.arriving = [["ada", "bruno", "too late"]]
    assert street.batch("dagny") == ["carmen", "ada", "bruno"]
    street.put("ada", "bruno", "carmen")
    assert street.batch() == ["dagny", "ada", "bruno", "carmen"]
    assert street.waits == 1


def test_it_does_not_wait_for_ever_and_then_expects_no_more_than_came(street: Street) -> None:
    street.put("ada", "bruno", "carmen")
    street.batch()
    street.put("ada")
    street.arriving = [[]]
    assert street.batch() == ["ada"]
    street.put("ada")
    assert street.batch() == ["ada"]
    assert street.waits == 1


def test_a_batch_has_its_most_and_the_rest_is_in_the_next(street: Street) -> None:
    street.put(*range(MOST_TOGETHER + 1))
    assert street.batch() == list(range(MOST_TOGETHER))
    street.put(*range(MOST_TOGETHER))
    assert street.batch() == [MOST_TOGETHER, *range(MOST_TOGETHER - 1)]
    assert street.waits == 0


def test_what_waits_is_carried_out_before_the_end(street: Street) -> None:
    street.put("ada", "bruno", "carmen")
    street.batch("ada", "bruno")
    street.committer.end()
    assert street.batch() == ["ada", "bruno"]
    assert street.batch() == []
