"""Numbers that people type: digits, and no underscore between them, which Python reads over."""

from __future__ import annotations

from typing import Any

from django import forms


class WholeField(forms.IntegerField):
    """A whole number."""

    def to_python(self, value: Any) -> int | None:
        """The number, None where nothing was typed. Raises ValidationError `invalid`."""
        return super().to_python(_plain(self, value))


class AmountField(forms.DecimalField):
    """An amount with decimals."""

    def to_python(self, value: Any) -> Any:
        """The amount, a Decimal; None where nothing was typed. Raises ValidationError `invalid`."""
        return super().to_python(_plain(self, value))


def _plain(field: forms.Field, value: Any) -> Any:
    if "_" in str(value):
        raise forms.ValidationError(field.error_messages["invalid"], "invalid")
    return value
