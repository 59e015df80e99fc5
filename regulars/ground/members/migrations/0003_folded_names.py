from typing import Any

from django.db import migrations

from regulars.ground.members.folding import name_keys
from regulars.kit.tables import Indexes, SqlFile

#: So many members are written in one transaction: whoever changes one of them waits for no more.
_BATCH = 1_000


def fill(apps: Any, schema_editor: Any) -> None:
    """Give every member who has none yet the keys of their name, account by account."""
    after = 0
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT account_id, given_name, family_name FROM member WHERE account_id > %s AND whole_key = ''"
                " ORDER BY account_id LIMIT %s",
                [after, _BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                return
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
            after = rows[-1][0]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("members", "0002_models")]
    operations = [
        SqlFile(__file__, "folded_names"),
        migrations.RunPython(fill, migrations.RunPython.noop),
        Indexes(__file__, "name_keys"),
        SqlFile(__file__, "written_names"),
    ]
