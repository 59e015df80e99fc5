from django.db import migrations, models

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("publishing", "0002_models")]
    operations = [
        SqlFile(__file__, "closings"),
        migrations.CreateModel(
            name="ProgrammeClosing",
            fields=[
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
                ("because", models.TextField()),
                ("replaced_by", models.IntegerField(null=True)),
            ],
            options={"db_table": "programme_closing", "managed": False},
        ),
    ]
