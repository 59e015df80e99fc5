from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("members", "0005_households")]
    operations = [SqlFile(__file__, "checked")]
