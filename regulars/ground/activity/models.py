"""What happened to members, append-only, and what could not be taken. The tables are in `sql/tables.sql`."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Event(models.Model):
    """One event of one account. `lines` maps each line column to its values; `net` is their total, in minor units.

    The ids of an account's events ascend in the order in which they were recorded. Folded again in that order, each
    under its `version`, they give the same entries: `recorded_at` counts where `outcome` says `late`, and its
    `counted_at` (microseconds) takes the place of `occurred_at` where it has one. `attributes` has under names that
    begin with `_` what an event is besides, such as the fields of an `Act`.
    """

    pk = models.CompositePrimaryKey("account_id", "id")
    account_id = models.BigIntegerField()
    id = models.UUIDField()
    source = models.TextField()
    external_id = models.TextField()
    type = models.TextField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    version = models.IntegerField()
    store = models.TextField(default="")
    channel = models.TextField(default="")
    net = models.BigIntegerField(default=0)
    lines = models.JSONField(default=dict)
    attributes = models.JSONField(default=dict)
    original_id = models.UUIDField(null=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        managed = False
        db_table = "event"


class Quarantined(models.Model):
    """An event that could not be taken as it is: visible, repairable, and personal data with a retention."""

    id = models.UUIDField(primary_key=True)
    source = models.TextField()
    external_id = models.TextField()
    type = models.TextField()
    member = models.TextField()
    received_at = models.DateTimeField()
    codes = ArrayField(models.TextField())
    reasons = models.JSONField()
    body = models.JSONField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "quarantine"
