from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("counter", "0003_forgetting")]
    operations = [SqlFile(__file__, "receipts")]
