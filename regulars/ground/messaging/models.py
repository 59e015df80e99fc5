"""What members are told. The table is in `sql/tables.sql`."""

from __future__ import annotations

from django.db import models


class Message(models.Model):
    """One message to one account; `state` is one of `queueing.STATES`.

    `figures` is what it told, as its kind has it: plain values that are nothing personal. `written_at` is as of when
    they were true, `sent_at` when a mail server took it, or when a letter was posted; `ended_at` when it came to its
    end, `why` a code of what stood in its way last. One with a `good_until` is urgent: it is sent by then, or
    not at all.
    """

    pk = models.CompositePrimaryKey("account_id", "id")
    account_id = models.BigIntegerField()
    id = models.UUIDField()
    kind = models.TextField()
    channel = models.TextField()
    language = models.TextField()
    state = models.TextField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    figures = models.JSONField(default=list)
    written_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.TextField(default="")
    good_until = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "message"
