
from django.db import migrations, models


class Migration(migrations.Migration):


    dependencies = [
        ('members', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('account_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.TextField(default='member')),
                ('opened_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'account',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('account_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('number', models.TextField()),
                ('given_name', models.TextField(default='')),
                ('family_name', models.TextField(default='')),
                ('preferred_name', models.TextField(default='')),
                ('email', models.TextField(default='')),
                ('phone', models.TextField(default='')),
                ('language', models.TextField(default='')),
                ('birth_month', models.SmallIntegerField(null=True)),
                ('birth_day', models.SmallIntegerField(null=True)),
                ('birth_year', models.SmallIntegerField(null=True)),
                ('joined_on', models.DateField()),
            ],
            options={
                'db_table': 'member',
                'managed': False,
            },
        ),
    ]
