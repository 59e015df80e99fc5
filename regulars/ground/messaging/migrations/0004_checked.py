from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("messaging", "0003_urgent")]
    operations = [SqlFile(__file__, "checked")]
