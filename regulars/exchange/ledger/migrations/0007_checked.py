from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_findings")]
    operations = [SqlFile(__file__, "checked")]
