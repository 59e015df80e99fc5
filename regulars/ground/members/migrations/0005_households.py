from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("members", "0004_leading")]
    operations = [SqlFile(__file__, "households")]
