from django.db import migrations, models

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("publishing", "0005_tryouts")]
    operations = [
        SqlFile(__file__, "compared"),
        migrations.AddField("Tryout", "against", models.TextField(default="")),
        migrations.AddField("Tryout", "comparison", models.JSONField(default=dict)),
    ]
