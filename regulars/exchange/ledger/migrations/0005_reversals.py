from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_last_event")]
    operations = [SqlFile(__file__, "reversals")]
