"""Staff. Keys, audit and kept answers are in `sql/tables.sql`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class StaffManager(BaseUserManager["Staff"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> Staff:
        """A person who may sign in at the console. Raises ValueError without an e-mail address."""
        if not email:
            raise ValueError("A staff account needs an e-mail address.")
        staff = self.model(email=self.normalize_email(email).lower(), **extra)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser, PermissionsMixin):
    """Somebody who works with the console. `role` is `keeper`, `staff` or `finance`."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20, default="staff")
    language = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = StaffManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        db_table = "staff"

    def __str__(self) -> str:
        return self.name or self.email
