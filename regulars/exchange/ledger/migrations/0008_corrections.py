from django.db import migrations

from regulars.kit.tables import Indexes


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ledger", "0007_checked")]
    operations = [Indexes(__file__, "corrections")]
