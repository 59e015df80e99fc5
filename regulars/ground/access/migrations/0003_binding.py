from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("access", "0002_staff")]
    operations = [SqlFile(__file__, "binding")]
