from django.db import migrations, models

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_more_pots")]
    operations = [
        SqlFile(__file__, "last_event"),
        migrations.AddField("standing", "last_event", models.UUIDField(null=True)),
    ]
