from django.db import migrations

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("budgets", "0001_tables"), ("activity", "0004_openings"), ("ledger", "0006_findings")]
    operations = [SqlFile(__file__, "drawn"), SqlFile(__file__, "findings")]
