from django.db import migrations

from regulars.ground.activity.upgraded import since
from regulars.ground.installation.facts import now


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("activity", "0006_placed")]
    #: From when on an event that says nothing else came to what it comes to today (`exchange/earning/refolding.py`).
    operations = [migrations.RunPython(since("exact_from", now), migrations.RunPython.noop)]
