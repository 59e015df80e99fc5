"""Numbers that people type: digits, and no underscore between them, which Python reads over."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import forms

from regulars.doors.look.templatetags.writing import reader


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

    def run_validators(self, value: Any) -> None:
        """What is wrong with it, its bounds written as the reader writes them. Raises ValidationError."""
        try:
            super().run_validators(value)
        except forms.ValidationError as refused:
            for error in refused.error_list:
                params = error.params or {}
                if isinstance(bound := params.get("limit_value"), Decimal):
                    written = format_decimal(bound, locale=reader(), decimal_quantization=False)
                    error.params = {**params, "limit_value": written}
            raise


def _plain(field: forms.Field, value: Any) -> Any:
    if "_" in str(value):
        raise forms.ValidationError(field.error_messages["invalid"], "invalid")
    return value
