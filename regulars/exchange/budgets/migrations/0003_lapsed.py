from typing import Any

from django.db import migrations

from regulars.exchange.budgets.recounting import recount
from regulars.kit.tables import SqlFile


def fill(apps: Any, schema_editor: Any) -> None:
    """Count what was drawn before it was counted, less what lapsed while it waited: that was never had."""
    recount()


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("budgets", "0002_drawn")]
    operations = [SqlFile(__file__, "checked"), migrations.RunPython(fill, migrations.RunPython.noop)]
