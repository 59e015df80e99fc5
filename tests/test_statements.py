"""Every SQL text of the house: it names the account, and asks the database for no time and no chance."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.test_house import HOUSE, PACKAGE, sources, tracked

MEMBER_TABLES = ("event", "entry", "lot", "balance", "standing", "tier_move", "member")
_SPEAKS = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b")
_TOUCHES = re.compile(rf"\b(FROM|JOIN|INTO|UPDATE)\s+({'|'.join(MEMBER_TABLES)})\b")
_VOLATILE = re.compile(r"\b(now\(\)|current_timestamp|clock_timestamp\(\)|random\(\)|gen_random_uuid\(\))", re.I)


def statements() -> Iterator[tuple[str, str]]:
    """(place, text) of every SQL text: constants in Python, joined where they stand together, and .sql files."""
    for path in sources():
        if not path.is_relative_to(PACKAGE) or "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            elif isinstance(node, ast.JoinedStr):
                text = "".join(p.value if isinstance(p, ast.Constant) else "?" for p in node.values)
            else:
                continue
            if _SPEAKS.search(text):
                yield f"{path.relative_to(HOUSE)}:{node.lineno}", text
    for path in tracked("regulars/*.sql"):
        if path.name != "tables.sql":
            yield str(path.relative_to(HOUSE)), path.read_text()


def test_a_statement_on_a_members_table_names_the_account() -> None:
    """What reads the whole shop stands in `insight`, where nothing else is done."""
    silent = [
        place
        for place, text in statements()
        if _TOUCHES.search(text) and "account_id" not in text and not place.startswith("regulars/insight/")
    ]
    assert silent == []


def test_no_statement_asks_the_database_for_the_time_or_for_chance() -> None:
    assert [place for place, text in statements() if _VOLATILE.search(text)] == []


def test_values_never_become_part_of_a_statement() -> None:
    """An f-string that is SQL may hold names of our own (columns, tables), never a value out of a variable in quotes."""
    quoted = re.compile(r"'\?'")
    found = [place for place, text in statements() if quoted.search(text)]
    assert [place for place in found if not place.startswith("regulars/kit/tables.py")] == []  # the role's own name
