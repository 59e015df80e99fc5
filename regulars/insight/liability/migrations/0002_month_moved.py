from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("liability", "0001_tables")]
    operations = [SqlFile(__file__, "month_moved")]
