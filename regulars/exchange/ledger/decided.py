"""Decided: why somebody gave or took points, as codes that the house declares and words that members read."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

#: By code. Machines may send other codes of their own; those stand as they are.
REASONS: Final = {
    "late-delivery": _("something came late"),
    "wrong-item": _("something was wrong or broken"),
    "poor-service": _("we did not serve you well"),
    "missing-purchase": _("a purchase was missing"),
    "thank-you": _("as a thank you"),
    "our-mistake": _("to put a mistake of ours right"),
    "counted-twice": _("something had been counted twice"),
}


def said(code: str) -> str:
    """The reason in the active language."""
    return str(REASONS.get(code, code))
