
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):


    dependencies = [
        ('ledger', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Balance',
            fields=[
                ('pk', models.CompositePrimaryKey('account_id', 'currency', blank=True, editable=False, primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('currency', models.TextField()),
                ('available', models.BigIntegerField()),
                ('pending', models.BigIntegerField()),
                ('debt', models.BigIntegerField()),
                ('issued', models.BigIntegerField()),
                ('redeemed', models.BigIntegerField()),
                ('expired', models.BigIntegerField()),
            ],
            options={
                'db_table': 'balance',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('pk', models.CompositePrimaryKey('account_id', 'seq', 'at', blank=True, editable=False, primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('seq', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('event_id', models.UUIDField(null=True)),
                ('version', models.IntegerField()),
                ('currency', models.TextField()),
                ('kind', models.TextField()),
                ('source', models.TextField()),
                ('target', models.TextField()),
                ('amount', models.BigIntegerField()),
                ('rule', models.TextField(null=True)),
                ('base', models.BigIntegerField(default=0)),
                ('granted', models.BigIntegerField()),
                ('shares', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None)),
                ('lots', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None)),
                ('available_on', models.DateField(null=True)),
                ('expires_on', models.DateField(null=True)),
                ('reverses', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'entry',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('pk', models.CompositePrimaryKey('account_id', 'currency', 'seq', blank=True, editable=False, primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('currency', models.TextField()),
                ('seq', models.BigIntegerField()),
                ('amount', models.BigIntegerField()),
                ('remaining', models.BigIntegerField()),
                ('pending', models.BooleanField()),
                ('earned_on', models.DateField()),
                ('available_on', models.DateField()),
                ('expires_on', models.DateField(null=True)),
                ('version', models.IntegerField()),
            ],
            options={
                'db_table': 'lot',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('account_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('tier', models.TextField()),
                ('tier_until', models.DateField(null=True)),
                ('progress', models.BigIntegerField()),
                ('last_on', models.DateField()),
                ('due_on', models.DateField()),
                ('state', models.JSONField()),
            ],
            options={
                'db_table': 'standing',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='TierMove',
            fields=[
                ('pk', models.CompositePrimaryKey('account_id', 'seq', blank=True, editable=False, primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('seq', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('event_id', models.UUIDField(null=True)),
                ('version', models.IntegerField()),
                ('source', models.TextField()),
                ('target', models.TextField()),
                ('why', models.TextField()),
                ('progress', models.BigIntegerField()),
                ('until_on', models.DateField(null=True)),
            ],
            options={
                'db_table': 'tier_move',
                'managed': False,
            },
        ),
    ]
