from django.db import migrations

from regulars.kit.tables import Indexes


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("access", "0003_binding")]
    operations = [Indexes(__file__, "closings")]
