"""Values as people write them: numbers, money, days and months in the manner of a language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.dates import format_date, get_day_names, get_month_names
from babel.numbers import format_currency, format_decimal

from regulars.kit.conditions.tree import Literal
from regulars.kit.conditions.vocabulary import WEEKDAYS, Type


def written(literal: Literal, language: str, exponent: int, currency: str | None) -> str:
    """The value in `language`; money (minor units) with `exponent` decimals, in `currency` if given."""
    value = literal.value
    if literal.type is Type.MONEY:
        return _money(Decimal(value).scaleb(-exponent), language, currency) if isinstance(value, int) else str(value)
    if literal.type is Type.MONTH and isinstance(value, int):
        return str(get_month_names("wide", context="stand-alone", locale=language)[value])
    if literal.type is Type.WEEKDAY and isinstance(value, str):
        return str(get_day_names("wide", context="stand-alone", locale=language)[WEEKDAYS.index(value)])
    if isinstance(value, date):
        return str(format_date(value, "long", locale=language))
    if isinstance(value, int | Decimal):
        return str(format_decimal(value, locale=language, decimal_quantization=False))
    return value


def _money(amount: Decimal, language: str, currency: str | None) -> str:
    if currency is not None:
        return str(format_currency(amount, currency, locale=language, decimal_quantization=False))
    decimals = max(-int(amount.as_tuple().exponent), 0)
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    return str(format_decimal(amount, pattern, locale=language, decimal_quantization=False))
