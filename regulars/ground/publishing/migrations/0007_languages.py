from django.db import migrations, models

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("publishing", "0006_compared")]
    operations = [
        SqlFile(__file__, "languages"),
        migrations.AddField("Tryout", "language", models.TextField(default="en")),
    ]
