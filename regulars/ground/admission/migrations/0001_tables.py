from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [SqlFile(__file__, "tables")]
