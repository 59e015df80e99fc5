from django.db import migrations, models

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    dependencies = [("publishing", "0004_drafts")]
    operations = [
        SqlFile(__file__, "tryouts"),
        migrations.CreateModel(
            name="Tryout",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.TextField()),
                ("state", models.TextField(default="waiting")),
                ("phase", models.TextField(default="")),
                ("done", models.BigIntegerField(default=0)),
                ("whole", models.BigIntegerField(default=0)),
                ("taken", models.IntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("failure", models.TextField(default="")),
                ("summary", models.JSONField(default=dict)),
                ("report", models.TextField(default="")),
            ],
            options={"db_table": "programme_tryout", "managed": False},
        ),
    ]
