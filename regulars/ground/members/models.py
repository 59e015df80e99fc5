"""The vault and its lookups. The tables themselves are in `sql/tables.sql`."""

from __future__ import annotations

from django.db import models


class Account(models.Model):
    """Holds points; the distribution key of every member-scoped table. Never deleted."""

    account_id = models.BigAutoField(primary_key=True)
    kind = models.TextField(default="member")
    opened_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "account"


class Member(models.Model):
    """Who a person is. Empty strings mean not known; the birth year is kept apart and may be unknown."""

    account_id = models.BigIntegerField(primary_key=True)
    number = models.TextField()
    given_name = models.TextField(default="")
    family_name = models.TextField(default="")
    preferred_name = models.TextField(default="")
    email = models.TextField(default="")
    phone = models.TextField(default="")
    language = models.TextField(default="")
    birth_month = models.SmallIntegerField(null=True)
    birth_day = models.SmallIntegerField(null=True)
    birth_year = models.SmallIntegerField(null=True)
    joined_on = models.DateField()

    class Meta:
        managed = False
        db_table = "member"

    @property
    def name(self) -> str:
        """The whole name, or the number of a member whose name is not known."""
        return f"{self.given_name} {self.family_name}".strip() or self.number

    @property
    def called(self) -> str:
        """How to address them: the preferred name, else the given name, else nothing."""
        return self.preferred_name or self.given_name
