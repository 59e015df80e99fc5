"""Whether a statement on a table of members says which accounts it means: what lets it be routed to one place."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import sqlglot
from sqlglot import exp

#: The tables that are distributed by account; `tests/test_distributed.py` holds this list to the catalogue.
MEMBER_TABLES = frozenset(
    {
        "account",
        "balance",
        "entry",
        "event",
        "forfeiture",
        "household",
        "lot",
        "member",
        "message",
        "missing_purchase",
        "proposal",
        "standing",
        "tier_move",
    }
)

_TOUCHES = re.compile(rf"\b({'|'.join(sorted(MEMBER_TABLES))})\b", re.I)
_PLACEHOLDER = re.compile(r"%(\(\w+\))?[sbt]")
_COPY = re.compile(r"^\s*COPY\s+(?:\"?\w+\"?\.)?\"?(\w+)\"?\s*\(([^)]*)\)", re.I)
_COPIED = re.compile(r"^\s*COPY\s*\((.*)\)\s*TO\s+STDOUT\b.*$", re.I | re.S)
_NODE_LOCAL = re.compile(r"\bpg_(try_)?advisory_|\bISOLATION\s+LEVEL\s+SERIALIZABLE\b", re.I)
_DATA = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH)\b", re.I)
_COMPARES = (exp.EQ, exp.In, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)
# It warns of what it does not look into, such as LOCK TABLE.
logging.getLogger("sqlglot").setLevel(logging.ERROR)
_QUERIES = (exp.Select, exp.Update, exp.Delete, exp.Merge)
_KEY = "account_id"


def faults(text: str) -> Iterator[str]:
    """What keeps a statement (with psycopg's placeholders) from being routed, a sentence each."""
    if _NODE_LOCAL.search(text):
        yield "leans on advisory locks or SERIALIZABLE, which hold on one node only"
    if copied := _COPY.match(text):
        if copied[1] in MEMBER_TABLES and _KEY not in copied[2]:
            yield f"copies into {copied[1]} without {_KEY}"
        return
    if not _TOUCHES.search(text):
        return
    try:
        text = _COPIED.sub(r"\1", _PLACEHOLDER.sub("NULL", text).replace("%%", "%"))
        statements = sqlglot.parse(text, read="postgres")
    except sqlglot.ParseError as error:
        yield f"cannot be read: {error}"
        return
    for statement in statements:
        if isinstance(statement, exp.Command) and _DATA.match(text):
            yield "cannot be read"
        elif statement is not None:
            yield from _of(statement)


def _of(statement: exp.Expression) -> Iterator[str]:
    named = {cte.alias for cte in statement.find_all(exp.CTE)}
    for node in statement.find_all(exp.Insert):
        target = node.this
        if isinstance(target, exp.Schema) and target.this.name in MEMBER_TABLES:
            if _KEY not in {column.name for column in target.expressions}:
                yield f"inserts into {target.this.name} without {_KEY}"
        elif isinstance(target, exp.Table) and target.name in MEMBER_TABLES:
            yield f"inserts into {target.name} without saying which columns"
    for node in statement.find_all(*_QUERIES):
        for table in sorted(_unanchored(node, named)):
            yield f"names no {_KEY} for {table}"


def _unanchored(node: exp.Expression, named: set[str]) -> set[str]:
    """The tables of members that stand in this very node and whose accounts nothing in it says."""
    sources = list(_sources(node))
    tables = {s.alias_or_name: s.name for s in sources if isinstance(s, exp.Table) and s.name in MEMBER_TABLES - named}
    said = list(_said(node, tables, len(sources) > len(tables))) if tables else []
    anchored: set[str] = set()
    for _ in said:  # what is equal to something anchored is anchored, over as many steps as there are
        for group, by_other in said:
            anchored |= group if by_other or group & anchored else set()
    return {name for alias, name in tables.items() if alias not in anchored}


def _sources(node: exp.Expression) -> Iterator[exp.Expression]:
    """What stands in FROM, JOIN and USING, and the table that is changed."""
    using = node.args.get("using")
    begun = [node.args.get("from_"), *(using if isinstance(using, list) else [using])]
    if not isinstance(node, exp.Select):
        begun.append(node.this)
    for part in begun:
        first = part.this if isinstance(part, exp.From) else part
        if first:
            yield first
            yield from (join.this for join in first.args.get("joins") or [])
    yield from (join.this for join in node.args.get("joins") or [])


def _said(node: exp.Expression, tables: dict[str, str], others: bool) -> Iterator[tuple[set[str], bool]]:
    """What the conditions of a node say of accounts: the tables each speaks of, and whether something beside says it.

    What holds only perhaps (below OR and NOT) says nothing. `others` tells that other things than `tables` are joined.
    """
    for join in node.args.get("joins") or []:
        if _KEY in {column.name for column in join.args.get("using") or []}:
            yield set(tables), others
    roots = [node.args.get("where"), node.args.get("on"), *(j.args.get("on") for j in node.args.get("joins") or [])]
    for root in roots:
        for compared in root.find_all(*_COMPARES) if root is not None else ():
            if compared.find_ancestor(*_QUERIES) is not node or _perhaps(compared, root):
                continue
            here = [c for c in compared.find_all(exp.Column) if c.find_ancestor(*_QUERIES) is node]
            keys = [c for c in here if c.name == _KEY]
            meant = {c.table or (next(iter(tables)) if len(tables) == 1 else "") for c in keys} & tables.keys()
            if meant:
                yield meant, len(keys) == 1 or any((c.table or "") not in meant for c in keys if c.table)


def _perhaps(part: exp.Expression, root: exp.Expression) -> bool:
    while part is not root and part.parent is not None:
        part = part.parent
        if isinstance(part, exp.Or | exp.Not):
            return True
    return False
