from django.db import migrations

from regulars.kit.tables import Indexes


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ledger", "0004_last_event")]
    operations = [Indexes(__file__, "reversals")]
