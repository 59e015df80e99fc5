from django.db import migrations, models

from regulars.kit.tables import SqlFile


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("publishing", "0003_closings"), ("access", "0002_staff")]
    operations = [
        SqlFile(__file__, "drafts"),
        SqlFile(__file__, "draft_base"),
        migrations.CreateModel(
            name="ProgrammeDraft",
            fields=[
                ("staff_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("base", models.IntegerField(null=True)),
                ("text", models.TextField()),
                ("saved_at", models.DateTimeField()),
                ("saved_in", models.UUIDField()),
            ],
            options={"db_table": "programme_draft", "managed": False},
        ),
    ]
