from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("activity", "0002_models")]
    operations = [SqlFile(__file__, "payments")]
