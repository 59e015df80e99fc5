"""Published versions. The table is in `sql/tables.sql`."""

from __future__ import annotations

from django.db import models


class ProgrammeVersion(models.Model):
    """One published text; it holds from `effective_at` until the next version does."""

    number = models.IntegerField(primary_key=True)
    text = models.TextField()
    digest = models.TextField()
    effective_at = models.DateTimeField()
    published_at = models.DateTimeField()
    published_by = models.TextField()

    class Meta:
        managed = False
        db_table = "programme_version"
