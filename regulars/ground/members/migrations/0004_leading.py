from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("members", "0003_folded_names")]
    operations = [SqlFile(__file__, "leading")]
