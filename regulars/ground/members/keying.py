"""Keying: members whom a program enrolled that knew no keys of names are given theirs, and are found by name."""

from __future__ import annotations

from django.db import connection

from regulars.ground.members.folding import name_keys

#: So many members are written in one transaction: whoever changes one of them waits for no more.
_BATCH = 1_000


def key_names() -> int:
    """Give every member with a name and without keys the keys of it, account by account; answers how many had none."""
    after = found = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT account_id, given_name, family_name FROM member WHERE account_id > %s AND whole_key = ''"
                " AND (given_name, family_name) <> ('', '') ORDER BY account_id LIMIT %s",
                [after, _BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                return found
            keyed = [(*row, *name_keys(row[1], row[2])) for row in rows]
            # Whoever was given another name since was given its keys with it.
            cursor.execute(
                "UPDATE member SET family_key = k.family_key, whole_key = k.whole_key"
                " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])"
                " AS k (account_id, given_name, family_name, family_key, whole_key)"
                " WHERE member.account_id = k.account_id AND member.given_name = k.given_name"
                " AND member.family_name = k.family_name",
                [list(column) for column in zip(*keyed, strict=True)],
            )
            found += sum(1 for row in keyed if row[-1])
            after = rows[-1][0]
