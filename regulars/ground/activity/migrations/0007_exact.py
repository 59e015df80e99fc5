from typing import Any

from django.db import migrations


def begin(apps: Any, schema_editor: Any) -> None:
    """Where an older program was at work, say from when on an event that keeps nothing of it came to all that it comes
    to today: a day after this, as until then it may go on beside this one. The clock of an installation may be ahead."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO installation (name, value) SELECT 'exact_from', to_jsonb(now() + interval '1 day' + coalesce("
            "(SELECT (value #>> '{}')::bigint FROM installation WHERE name = 'clock_ahead_s'), 0) * interval '1 second')"
            " WHERE EXISTS (SELECT FROM programme_version) ON CONFLICT DO NOTHING"
        )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("activity", "0006_placed"), ("installation", "0001_tables"), ("publishing", "0001_tables")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
