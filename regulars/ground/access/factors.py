"""Second factors of staff: what somebody who lost theirs is let in without, until they have set up another."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from regulars.ground.access.auditing import audit
from regulars.ground.access.models import Staff


class FactorRefused(Exception):
    """A second factor could not be taken away: a stable `code` and a sentence that says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def drop_second_factor(email: str, actor: str, now: datetime) -> None:
    """Take away what a staff member signs in with besides the password, recovery codes included; `actor` did it.

    The password and whatever is signed in stay. Raises FactorRefused `unknown_staff` or `no_second_factor`.
    """
    with transaction.atomic():
        staff = Staff.objects.select_for_update().filter(email=email.strip().lower()).first()
        if staff is None:
            raise FactorRefused("unknown_staff", f"Nobody signs in as {email}: look at how it is written.")
        factors = Authenticator.objects.filter(user=staff)
        kinds = sorted(factors.values_list("type", flat=True))
        if not kinds:
            raise FactorRefused("no_second_factor", f"{email} signs in with the password alone already.")
        factors.delete()
        audit(actor, "second factor taken away", None, {"staff": staff.pk, "factors": kinds}, now)
