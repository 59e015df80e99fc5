from django.db import migrations

from regulars.kit.tables import Indexes, SqlFile


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("messaging", "0004_checked")]
    operations = [Indexes(__file__, "one_under_way"), SqlFile(__file__, "under_way")]
