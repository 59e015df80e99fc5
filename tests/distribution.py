"""Ready to be distributed by account: what PostgreSQL's catalogue must say, so that the same schema runs on Citus.

Citus spreads a table over nodes by one column, which must stand in every key and foreign key; small tables that all need
are copied to every node (reference tables); the rest stays on one node (local tables). `findings` judges any schema.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection


class Kinds(NamedTuple):
    """What each table is; a table with an `account_id` that is in no list here belongs to members."""

    lookups: dict[str, str]
    """By table: the column by whose value it is distributed, which makes that value unique over all members."""
    reference: frozenset[str]
    local: tuple[str, ...]
    """Names, or the beginnings of names where they end in `_`."""
    sequences: frozenset[str]


_TABLES = """
WITH named AS (
    SELECT c.oid, c.relname::text AS name, c.relkind, c.relname = ANY(%(reference)s) AS is_reference,
        array_position(%(lookups)s, c.relname::text) AS lookup,
        EXISTS (SELECT FROM unnest(%(local)s::text[]) AS l (word)
                WHERE c.relname = word OR word LIKE '%%\\_' AND starts_with(c.relname, word)) AS is_local,
        EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id') AS of_account
    FROM pg_class c
    WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
), tables AS (
    SELECT oid, name, relkind,
        CASE WHEN is_reference THEN 'reference' WHEN lookup IS NOT NULL THEN 'lookup' WHEN is_local THEN 'local'
             WHEN of_account THEN 'member' ELSE 'unknown' END AS kind,
        CASE WHEN lookup IS NOT NULL THEN (%(keys)s::text[])[lookup]
             WHEN of_account AND NOT is_reference AND NOT is_local THEN 'account_id' END AS key
    FROM named
), keys AS (
    SELECT t.name, t.kind, t.key, i.relname::text AS index, x.indisprimary,
        (SELECT array_agg(a.attname::text ORDER BY place) FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, place)
         LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number WHERE place <= x.indnkeyatts) AS columns
    FROM tables t JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indisunique OR x.indisexclusion
), links AS (
    SELECT f.conname::text AS name, here.name AS from_table, here.kind AS from_kind, there.kind AS to_kind,
        (SELECT attname FROM pg_attribute WHERE attrelid = f.conrelid AND attnum = f.conkey[1]) AS from_first,
        (SELECT attname FROM pg_attribute WHERE attrelid = f.confrelid AND attnum = f.confkey[1]) AS to_first
    FROM pg_constraint f JOIN tables here ON here.oid = f.conrelid LEFT JOIN tables there ON there.oid = f.confrelid
    WHERE f.contype = 'f' AND f.conparentid = 0
), columns AS (
    SELECT t.name, t.kind, a.attname::text AS column, format_type(a.atttypid, NULL) AS type, a.attnotnull, a.attidentity,
        coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS value
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum AND a.attgenerated = ''
)
"""
#: By the code of a rule: the query for what breaks it, over the tables above.
RULES = {
    "kind_unknown": "SELECT name FROM tables WHERE kind = 'unknown'",
    "account_not_bigint": "SELECT name || '.' || column_ FROM (SELECT name, kind, columns.column AS column_, type"
    " FROM columns) AS c WHERE column_ ~ '(^|_)account(_id)?$' AND type <> 'bigint' AND kind <> 'local'",
    "account_may_be_null": "SELECT name FROM columns WHERE columns.column = 'account_id' AND NOT attnotnull"
    " AND kind IN ('member', 'lookup')",
    "no_primary_key": "SELECT name FROM tables t WHERE kind <> 'local'"
    " AND NOT EXISTS (SELECT FROM keys k WHERE k.name = t.name AND k.indisprimary)",
    "account_not_first": "SELECT name || '.' || index FROM keys"
    " WHERE kind = 'member' AND columns[1] IS DISTINCT FROM 'account_id'",
    "lookup_not_keyed": "SELECT name || '.' || index FROM keys"
    " WHERE kind = 'lookup' AND array_position(columns, key) IS NULL",
    "foreign_key": "SELECT from_table || '.' || name FROM links WHERE NOT coalesce("
    " to_kind = 'reference' OR from_kind = 'local' AND to_kind = 'local'"
    " OR from_kind = 'member' AND to_kind = 'member' AND from_first = 'account_id' AND to_first = 'account_id', false)",
    "trigger": "SELECT t.name || '.' || g.tgname FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid"
    " WHERE NOT g.tgisinternal AND t.kind <> 'local'",
    "rule_or_view": "SELECT c.relname || '.' || r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"
    " WHERE c.relnamespace = %(schema)s::regnamespace",
    "sequence": "SELECT s.relname::text FROM pg_class s WHERE s.relkind = 'S' AND s.relnamespace = %(schema)s::regnamespace"
    " AND s.relname <> ALL(%(sequences)s) AND NOT EXISTS (SELECT FROM pg_depend d JOIN tables t ON t.oid = d.refobjid"
    " WHERE d.objid = s.oid AND d.deptype IN ('a', 'i') AND t.kind = 'local')",
    "default_of_chance": "SELECT name || '.' || columns.column FROM columns WHERE kind <> 'local'"
    " AND (attidentity <> '' OR value ~* '(nextval|now|random|uuid|timestamp|clock|CURRENT_)')",
    "instant_without_zone": "SELECT name || '.' || columns.column FROM columns"
    " WHERE type IN ('timestamp without time zone', 'timestamp without time zone[]', 'time with time zone')",
    "partitioning": "SELECT t.name FROM tables t JOIN pg_partitioned_table p ON p.partrelid = t.oid"
    " WHERE p.partstrat <> 'r' OR EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE i.inhparent = t.oid AND c.relkind = 'p')",
}


def findings(connection: Connection[Any], kinds: Kinds, schema: str = "public") -> list[tuple[str, str]]:
    """(code of a rule, what breaks it) of everything in a schema that Citus would refuse, or that would stay behind."""
    terms = {
        "schema": schema, "lookups": list(kinds.lookups), "keys": list(kinds.lookups.values()),
        "reference": list(kinds.reference), "local": list(kinds.local), "sequences": list(kinds.sequences),
    }  # fmt: skip
    found = []
    for code, query in RULES.items():
        rows = connection.execute(f"{_TABLES} {query} ORDER BY 1", terms).fetchall()  # type: ignore[arg-type]
        found += [(code, str(what)) for (what,) in rows]
    return found


def member_tables(connection: Connection[Any], kinds: Kinds) -> set[str]:
    """The tables of a database that are distributed by account."""
    terms = {"schema": "public", "lookups": list(kinds.lookups), "keys": list(kinds.lookups.values()),
             "reference": list(kinds.reference), "local": list(kinds.local)}  # fmt: skip
    rows = connection.execute(f"{_TABLES} SELECT name FROM tables WHERE kind = 'member'", terms)  # type: ignore[arg-type]
    return {name for (name,) in rows.fetchall()}
