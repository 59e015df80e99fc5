from django.db import migrations

from regulars.ground.activity.upgraded import since
from regulars.ground.installation.facts import now


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("activity", "0004_openings"), ("installation", "0001_tables"), ("publishing", "0001_tables")]
    #: From when on all events are attested (`exchange/earning/attesting.py`).
    operations = [migrations.RunPython(since("attested_from", now), migrations.RunPython.noop)]
