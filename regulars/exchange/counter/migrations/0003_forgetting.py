from django.db import migrations

from regulars.kit.tables import Indexes, SqlFile


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("counter", "0002_missing")]
    operations = [Indexes(__file__, "answered"), SqlFile(__file__, "forgetting")]
