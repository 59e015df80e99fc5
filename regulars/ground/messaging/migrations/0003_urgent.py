from django.db import migrations, models

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_models")]
    operations = [
        SqlFile(__file__, "urgent"),
        migrations.AddField("message", "good_until", models.DateTimeField(null=True)),
    ]
