from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("activity", "0003_payments")]
    operations = [SqlFile(__file__, "openings")]
