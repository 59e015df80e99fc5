from typing import Any

from django.db import migrations

from regulars.ground.members.folding import name_keys
from regulars.kit.tables import SqlFile

_BATCH = 10_000


def fill(apps: Any, schema_editor: Any) -> None:
    """Give every member the keys of their name, account by account."""
    after = 0
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT account_id, given_name, family_name FROM member WHERE account_id > %s"
                " ORDER BY account_id LIMIT %s",
                [after, _BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            accounts = [account for account, _, _ in rows]
            family, whole = zip(*(name_keys(given, family) for _, given, family in rows), strict=True)
            cursor.execute(
                "UPDATE member SET family_key = k.family, whole_key = k.whole"
                " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS k (account_id, family, whole)"
                " WHERE member.account_id = k.account_id",
                [accounts, list(family), list(whole)],
            )
            after = accounts[-1]


class Migration(migrations.Migration):
    dependencies = [("members", "0002_models")]
    operations = [SqlFile(__file__, "folded_names"), migrations.RunPython(fill, migrations.RunPython.noop)]
