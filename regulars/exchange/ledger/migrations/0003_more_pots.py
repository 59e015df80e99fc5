from django.db import migrations, models

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_models")]
    operations = [
        SqlFile(__file__, "more_pots"),
        *(migrations.AddField("balance", pot, models.BigIntegerField()) for pot in ("held", "forfeited", "transit")),
    ]
