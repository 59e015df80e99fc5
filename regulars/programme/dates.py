"""The word in which a section declares a day of the calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.kit.speaking import phrase, worded
from regulars.programme.document import Node, Scalar
from regulars.programme.reading import Reading
from regulars.programme.shapes import Shape

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Day(Shape):
    """A day of the programme's zone, written 2026-12-24 and read as a date."""

    def wanted(self) -> str:
        return phrase("a day, such as 2026-12-24")

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, Scalar):
            return self.mismatch(node, path, reading)
        if not _DAY.fullmatch(node.text):
            return self.mismatch(node, path, reading, "not_a_day")
        try:
            return date.fromisoformat(node.text)
        except ValueError:
            return self.mismatch(node, path, reading, "not_a_day", worded("The calendar has no such day."))
