"""Personal: what may be told of a person, field by field, and what is wrong with it. Nothing is looked up here."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from regulars.ground.activity.contract import Fault
from regulars.kit.speaking import Said, listed, worded
from regulars.kit.texts import seen
from regulars.programme.header import LANGUAGES

#: A field of the vault; empty text and None mean not known.
Value = str | int | date | None
MAX_NAME, MAX_EMAIL, MAX_PHONE = 100, 254, 40
_OLDEST = 130  # years; nobody has become older
_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]*")
#: A leap year, so that there is a 29th of February where no year is told.
_LEAP = 2024


class _Unfit(ValueError):
    """A value that cannot stand in its field."""

    def __init__(self, code: str, sentence: Said) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


def read(told: Mapping[str, Value], today: date) -> tuple[dict[str, Value], list[Fault]]:
    """The fields that are told, as the vault keeps them, and what is wrong with the others.

    Whole numbers and days may be told as texts (`5`, `2026-12-24`). An empty text, or None, forgets a field. `today` is
    the last day on which somebody may have joined.
    """
    values: dict[str, Value] = {}
    faults: list[Fault] = []
    for field, value in told.items():
        try:
            values[field] = _READERS[field](value.strip() if isinstance(value, str) else value, today)
        except _Unfit as unfit:
            faults.append(Fault(unfit.code, unfit.sentence, field, 0))
    return values, faults


def birthday_fault(known: Mapping[str, Value], today: date) -> Fault | None:
    """What is wrong with a birthday as a whole (code `bad_birthday`): a day without its month, a day that there is not,
    one that is still to come, or more than 130 years ago."""
    year, month, day = (known[name] for name in ("birth_year", "birth_month", "birth_day"))
    assert not isinstance(year, str | date) and not isinstance(month, str | date) and not isinstance(day, str | date)
    sentence = None
    if (month is None) != (day is None):
        sentence = worded("A birthday has a month and a day: tell both, or neither.")
    elif year is not None and not today.year - _OLDEST <= year <= today.year:
        sentence = worded(
            "Write a year of birth from {first} to {last}.", first=str(today.year - _OLDEST), last=str(today.year)
        )
    elif month is not None and day is not None:
        if day > monthrange(year or _LEAP, month)[1]:
            sentence = worded("There is no such day in that month.")
        elif year is not None and date(year, month, day) > today:
            sentence = worded("This day of birth is still to come.")
    return Fault("bad_birthday", sentence, "birth_day", 0) if sentence else None


def address_key(email: Value) -> str:
    """What an e-mail address is looked up by: the address without regard to capitals."""
    return str(email or "").strip().lower()


def _name(value: Value, today: date) -> str:
    text = _text(value)
    left = seen(text)
    if len(text) > MAX_NAME or not left.isprintable() or (text and not left):
        said = worded("Write at most {most} characters, all of which can be seen.", most=MAX_NAME)
        raise _Unfit("bad_text", said)
    return text


def _email(value: Value, today: date) -> str:
    text = _text(value)
    try:
        if text and (len(text) > MAX_EMAIL or not text.isprintable()):
            raise ValidationError("")
        if text:
            validate_email(text)
    except ValidationError:
        raise _Unfit("bad_email", worded("Write an e-mail address, like name@shop.example.")) from None
    return text


def _phone(value: Value, today: date) -> str:
    text = _text(value)
    if text and (len(text) > MAX_PHONE or not _PHONE.fullmatch(text)):
        said = worded("Write a phone number in digits, like +45 33 12 34 56.")
        raise _Unfit("bad_phone", said)
    return text


def _language(value: Value, today: date) -> str:
    text = _text(value).lower()
    if text and text not in LANGUAGES:
        said = worded("Write one of {languages}: the languages that members are spoken to in.", languages=_languages())
        raise _Unfit("unknown_language", said)
    return text


def _languages() -> Said:
    return listed([f"`{one}`" for one in LANGUAGES], "or")


def _figure(most: int) -> Callable[[Value, date], int | None]:
    def read_figure(value: Value, today: date) -> int | None:
        if value is None or value == "":
            return None
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
            raise _Unfit("bad_birthday", worded("Write a number from 1 to {most}.", most=str(most)))
        return int(text)

    return read_figure


def _day(value: Value, today: date) -> date:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(_text(value))
    except ValueError:
        raise _Unfit("bad_date", worded("Write a day that there is, like 2026-12-24.")) from None
    if not date(1900, 1, 1) <= day <= today:
        raise _Unfit("bad_date", worded("Nobody joins before 1900, or in days to come."))
    return day


def _text(value: Value) -> str:
    return "" if value is None else str(value)


_READERS: dict[str, Callable[[Value, date], Value]] = {
    "given_name": _name, "family_name": _name, "preferred_name": _name, "email": _email, "phone": _phone,
    "language": _language, "birth_month": _figure(12), "birth_day": _figure(31), "birth_year": _figure(9999),
    "joined_on": _day,
}  # fmt: skip
FIELDS = tuple(_READERS)
#: A person of whom nothing is known.
NOTHING: Mapping[str, Value] = {
    field: None if field.startswith("birth") or field == "joined_on" else "" for field in FIELDS
}
