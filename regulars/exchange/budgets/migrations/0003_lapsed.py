from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("budgets", "0002_drawn")]
    operations = [SqlFile(__file__, "lapsed")]
