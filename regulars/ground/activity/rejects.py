"""What was set aside, and the report of it: one row per row of the file, with the reason and what stood there."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from regulars.ground.activity.contract import Fault
from regulars.kit.speaking import said_in, worded

COLUMNS = ("row", "line", "event", "type", "member", "code", "sentence", "raw")
#: The code of rows that are fine themselves and share their event with one that is not.
ALONG = "set_aside_with_event"
_AFTER_ALL = 1 << 62
#: What a spreadsheet takes for a formula, and is no number (OWASP, CSV injection).
_FORMULA = re.compile(r"(?![+-]?[0-9]+([.,][0-9]+)?\Z)[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A data row of a file (`number`, from 1; 0 for what came by no file), its physical `line` (from 1; 0 for Parquet)
    and what stood there."""

    number: int
    line: int
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reject:
    """An event that was set aside: every fault (its `row` counts in `rows`), and all of its rows; when (`at`, in
    microseconds, 0: nobody knows) and in which `store` it happened, as far as it can be read.

    Without rows it is about the file itself.
    """

    member: str
    event: str
    type: str
    faults: tuple[Fault, ...]
    rows: tuple[RejectedRow, ...]
    at: int = 0
    store: str = ""

    @property
    def codes(self) -> list[str]:
        """The codes of its faults, each once, in order."""
        return list(dict.fromkeys(fault.code for fault in self.faults))


class Report:
    """The file in which rejects are told: JSON Lines when `path` ends in `.jsonl`, else CSV.

    It is written with the first reject, so that no file means that nothing was set aside; a file that is there
    already is written anew (or goes, when there is nothing to tell), or, with `go_on`, continued. Use it in a `with`:
    at its end what it wrote is brought into the order of the file's rows, what concerns the whole file last. Its
    sentences are in `language`.
    """

    def __init__(self, path: Path, go_on: bool = False, language: str = "en") -> None:
        self.path = path
        self._language = language
        self._go_on = go_on and path.exists()
        self.rows = 0
        self._file: BinaryIO | None = None
        self._end = 0
        #: Of each line written: the row it is about, where it begins and ends.
        self._lines: list[tuple[int, int, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()
            ordered = sorted(self._lines)
            if kind is None and ordered != self._lines and self.path.is_file():
                self._arrange(ordered)
        elif kind is None and not self._go_on and self.path.is_file():
            self.path.unlink()  # what an earlier run set aside is told no longer

    def write(self, rejects: Iterable[Reject]) -> None:
        """Add all rows of `rejects`: a row with several faults stands there once for each."""
        for reject in rejects:
            for told in _told(reject):
                told["sentence"] = said_in(self._language, told["sentence"])
                self._write(told)

    def _write(self, told: dict[str, Any]) -> None:
        as_json = self.path.suffix == ".jsonl"
        if self._file is None:
            self._open(as_json)
        row = told["row"] or _AFTER_ALL
        if as_json:
            line = json.dumps(told, ensure_ascii=False, default=str) + "\n"
        else:
            told["raw"] = json.dumps(told["raw"], ensure_ascii=False, default=str)
            line = _as_csv(map(_plain, told.values()))
        begin = self._end
        self._append(line)
        self._lines.append((row, begin, self._end))
        self.rows += 1

    def _open(self, as_json: bool) -> None:
        if not self.path.exists():
            self.path.touch(mode=0o600)  # what is set aside may name people
        self._file = self.path.open("ab" if self._go_on else "wb")
        self._end = self.path.stat().st_size if self._go_on else 0
        if not as_json and not self._go_on:
            self._append(_as_csv(COLUMNS))

    def _append(self, line: str) -> None:
        assert self._file
        self._end += self._file.write(line.encode())

    def _arrange(self, ordered: list[tuple[int, int, int]]) -> None:
        """Write the same lines in this order, beside the file, and put that in its place."""
        beside = self.path.with_name(f".{self.path.name}.new")
        beside.touch(mode=0o600)
        with self.path.open("rb") as file, beside.open("wb") as arranged:
            arranged.write(file.read(self._lines[0][1]))
            for _row, begin, end in ordered:
                file.seek(begin)
                arranged.write(file.read(end - begin))
        beside.replace(self.path)


def _as_csv(values: Iterable[Any]) -> str:
    line = StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def _plain(value: Any) -> Any:
    """A cell that no spreadsheet carries out: what it would take for a formula stands behind an apostrophe. `raw`, from
    which rows are repaired, is JSON and never one."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _told(reject: Reject) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(reject.rows):
        own = [fault for fault in reject.faults if fault.row == number or (fault.row is None and number == 0)]
        for fault in own or [_along(reject)]:
            yield _line(reject, fault, row)
    if not reject.rows:
        for fault in reject.faults:
            yield _line(reject, fault, RejectedRow(0, 0, {}))


def _along(reject: Reject) -> Fault:
    return Fault(
        ALONG,
        worded(
            "This row is not at fault; its event is ({codes}), and an event is taken whole or not at all: repair the "
            "other row and send the event again.",
            codes=", ".join(reject.codes),
        ),
    )


def _line(reject: Reject, fault: Fault, row: RejectedRow) -> dict[str, Any]:
    said = (
        row.number or None,
        row.line or None,
        reject.event,
        reject.type,
        reject.member,
        fault.code,
        fault.sentence,
        row.raw,
    )
    return dict(zip(COLUMNS, said, strict=True))
