"""Every refusal of publishing is documented with what to do, and what is refused of the programmes to learn from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from regulars.programme.loading import load
from regulars.programme.promise import CARRIED_OUT

ROOM = Path(__file__).parents[1]
HOUSE = Path(__file__).parents[4]
PAGE = HOUSE / "docs" / "publishing.md"


def test_every_code_of_a_refusal_stands_in_the_table() -> None:
    raised = {
        code
        for path in ROOM.glob("*.py")
        for code in re.findall(r"PublishRefused\(\s*\"([a-z_]+)\"", path.read_text(encoding="utf-8"))
    }
    told = set(re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.M))
    assert raised - {"no_programme"} == told and len(told) > 10


@pytest.mark.parametrize("file", sorted(path.name for path in (HOUSE / "programmes").glob("*.yaml")))
def test_of_each_programme_to_learn_from_it_is_said_what_cannot_be_published_yet(file: str) -> None:
    (row,) = re.findall(rf"^\| \[{file}\].*$", (HOUSE / "docs" / "programmes.md").read_text(encoding="utf-8"), re.M)
    told = re.findall(r"`([a-z]+)`", row.rsplit("|", 2)[1])
    programme = load((HOUSE / "programmes" / file).read_text(encoding="utf-8"))
    assert told == sorted(programme.written - CARRIED_OUT)
