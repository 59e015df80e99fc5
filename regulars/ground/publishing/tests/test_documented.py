"""Every refusal of publishing is documented with what to do."""

from __future__ import annotations

import re
from pathlib import Path

ROOM = Path(__file__).parents[1]
PAGE = Path(__file__).parents[4] / "docs" / "publishing.md"


def test_every_code_of_a_refusal_stands_in_the_table() -> None:
    raised = {
        code
        for path in ROOM.glob("*.py")
        for code in re.findall(r"PublishRefused\(\s*\"([a-z_]+)\"", path.read_text(encoding="utf-8"))
    }
    told = set(re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.M))
    assert raised - {"no_programme"} == told and len(told) > 10
