from django.db import migrations

from regulars.kit.tables import Indexes


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("activity", "0002_models")]
    operations = [Indexes(__file__, "payments")]
