from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("activity", "0005_attested")]
    operations = [SqlFile(__file__, "placed")]
