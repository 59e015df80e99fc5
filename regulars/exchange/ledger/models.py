"""The ledger's tables, for reading. They are made in `sql/tables.sql` and written by `posting.py` alone."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Entry(models.Model):
    """One movement between two pots of an account. Append-only; a correction is a new entry."""

    pk = models.CompositePrimaryKey("account_id", "seq", "at")
    account_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    event_id = models.UUIDField(null=True)
    version = models.IntegerField()
    currency = models.TextField()
    kind = models.TextField()
    source = models.TextField()
    target = models.TextField()
    amount = models.BigIntegerField()
    rule = models.TextField(null=True)
    base = models.BigIntegerField(default=0)
    granted = models.BigIntegerField()
    shares = ArrayField(models.BigIntegerField(), null=True)
    lots = ArrayField(models.BigIntegerField(), null=True)
    available_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    reverses = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "entry"


class TierMove(models.Model):
    """A change of tier, numbered in the same order as the account's entries."""

    pk = models.CompositePrimaryKey("account_id", "seq")
    account_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    event_id = models.UUIDField(null=True)
    version = models.IntegerField()
    source = models.TextField()
    target = models.TextField()
    why = models.TextField()
    progress = models.BigIntegerField()
    until_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "tier_move"


class Lot(models.Model):
    """What is left of one accrual, known by the seq of its entry."""

    pk = models.CompositePrimaryKey("account_id", "currency", "seq")
    account_id = models.BigIntegerField()
    currency = models.TextField()
    seq = models.BigIntegerField()
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    pending = models.BooleanField()
    earned_on = models.DateField()
    available_on = models.DateField()
    expires_on = models.DateField(null=True)
    version = models.IntegerField()

    class Meta:
        managed = False
        db_table = "lot"


class Balance(models.Model):
    """The pots of one currency of one account; they sum to zero. `debt` is zero or below."""

    pk = models.CompositePrimaryKey("account_id", "currency")
    account_id = models.BigIntegerField()
    currency = models.TextField()
    available = models.BigIntegerField()
    pending = models.BigIntegerField()
    debt = models.BigIntegerField()
    issued = models.BigIntegerField()
    redeemed = models.BigIntegerField()
    expired = models.BigIntegerField()
    held = models.BigIntegerField()
    forfeited = models.BigIntegerField()
    transit = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "balance"


class Standing(models.Model):
    """What the past must tell the future of one account, less its lots. `state` is `engine.standing.dump`'s, packed."""

    account_id = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    tier = models.TextField()
    tier_until = models.DateField(null=True)
    progress = models.BigIntegerField()
    last_on = models.DateField()
    due_on = models.DateField()
    state = models.JSONField()
    last_event = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "standing"
