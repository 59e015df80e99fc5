"""Published versions and what became of them. The tables are in `sql/`."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet


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

    @classmethod
    def standing(cls) -> QuerySet[ProgrammeVersion]:
        """The versions that hold, held or will hold, oldest first: all but those withdrawn before they began."""
        withdrawn = ProgrammeClosing.objects.filter(number=OuterRef("number"), replaced_by=None)
        return cls.objects.filter(~Exists(withdrawn)).order_by("number")


class ProgrammeClosing(models.Model):
    """Why a version never began (`replaced_by` is None), or was replaced at once by another."""

    number = models.IntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.TextField()
    because = models.TextField()
    replaced_by = models.IntegerField(null=True)

    class Meta:
        managed = False
        db_table = "programme_closing"


class ProgrammeDraft(models.Model):
    """What one keeper is writing, from version `base` (None: nothing was published yet); saved last in a window."""

    staff_id = models.BigIntegerField(primary_key=True)
    base = models.IntegerField(null=True)
    text = models.TextField()
    saved_at = models.DateTimeField()
    saved_in = models.UUIDField()

    class Meta:
        managed = False
        db_table = "programme_draft"


class Tryout(models.Model):
    """A text tried on what happened from `since` to before `until`, and compared with the text `against` (empty: with
    none), for somebody who reads `language`. `done` of `whole` says how far its phase is."""

    id = models.UUIDField(primary_key=True)
    text = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.TextField()
    state = models.TextField(default="waiting")
    phase = models.TextField(default="")
    done = models.BigIntegerField(default=0)
    whole = models.BigIntegerField(default=0)
    taken = models.IntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    failure = models.TextField(default="")
    summary = models.JSONField(default=dict)
    report = models.TextField(default="")
    against = models.TextField(default="")
    comparison = models.JSONField(default=dict)
    language = models.TextField(default="en")

    class Meta:
        managed = False
        db_table = "programme_tryout"

    @property
    def open(self) -> bool:
        """Whether it is still to come to something."""
        return self.state in ("waiting", "running")
