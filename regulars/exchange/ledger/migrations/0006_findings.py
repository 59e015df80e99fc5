from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_reversals")]
    operations = [SqlFile(__file__, "findings")]
