from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    initial = True
    dependencies = [("publishing", "0003_closings"), ("ledger", "0003_more_pots")]
    operations = [SqlFile(__file__, "tables")]
