from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("counter", "0002_missing")]
    operations = [SqlFile(__file__, "forgetting")]
