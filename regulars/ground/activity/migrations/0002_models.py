
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):


    dependencies = [
        ('activity', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('pk', models.CompositePrimaryKey('account_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('id', models.UUIDField()),
                ('source', models.TextField()),
                ('external_id', models.TextField()),
                ('type', models.TextField()),
                ('occurred_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('version', models.IntegerField()),
                ('store', models.TextField(default='')),
                ('channel', models.TextField(default='')),
                ('net', models.BigIntegerField(default=0)),
                ('lines', models.JSONField(default=dict)),
                ('attributes', models.JSONField(default=dict)),
                ('original_id', models.UUIDField(null=True)),
                ('outcome', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'event',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Quarantined',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('source', models.TextField()),
                ('external_id', models.TextField()),
                ('type', models.TextField()),
                ('member', models.TextField()),
                ('received_at', models.DateTimeField()),
                ('codes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('reasons', models.JSONField()),
                ('body', models.JSONField()),
                ('released_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'quarantine',
                'managed': False,
            },
        ),
    ]
