from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    initial = True
    dependencies = [("members", "0001_tables")]
    operations = [SqlFile(__file__, "tables")]
