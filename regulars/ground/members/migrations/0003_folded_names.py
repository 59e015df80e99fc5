from typing import Any

from django.db import migrations

from regulars.ground.members.keying import key_names
from regulars.kit.tables import Indexes, SqlFile


def fill(apps: Any, schema_editor: Any) -> None:
    """Give every member who has none yet the keys of their name."""
    key_names()


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("members", "0002_models")]
    operations = [
        SqlFile(__file__, "folded_names"),
        migrations.RunPython(fill, migrations.RunPython.noop),
        Indexes(__file__, "name_keys"),
        SqlFile(__file__, "written_names"),
    ]
