
from django.db import migrations, models


class Migration(migrations.Migration):


    dependencies = [
        ('publishing', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProgrammeVersion',
            fields=[
                ('number', models.IntegerField(primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('digest', models.TextField()),
                ('effective_at', models.DateTimeField()),
                ('published_at', models.DateTimeField()),
                ('published_by', models.TextField()),
            ],
            options={
                'db_table': 'programme_version',
                'managed': False,
            },
        ),
    ]
