"""What may be told of a person, and what is said of the rest."""

from __future__ import annotations

from datetime import date

import pytest

from regulars.ground.members.personal import NOTHING, Value, birthday_fault, read
from regulars.kit.speaking import said_in

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("field", "told", "kept"),
    [
        ("given_name", "  Ada ", "Ada"), ("family_name", "O’Brien-Løvborg", "O’Brien-Løvborg"),
        ("given_name", "مه‌سا", "مه‌سا"), ("given_name", None, ""), ("email", " Ada@Example.org", "Ada@Example.org"),
        ("email", "", ""), ("phone", "+45 33 12 34 56", "+45 33 12 34 56"), ("phone", "(030) 123/4-5", None),
        ("language", "DE", "de"), ("language", "", ""), ("birth_month", "5", 5), ("birth_day", 31, 31),
        ("birth_year", "", None), ("birth_year", None, None), ("joined_on", "2024-02-29", date(2024, 2, 29)),
        ("joined_on", TODAY, TODAY),
    ],
)  # fmt: skip
def test_what_is_told_is_kept_without_spaces_around_it(field: str, told: Value, kept: Value) -> None:
    values, faults = read({field: told}, TODAY)
    if kept is None and told:
        assert [fault.code for fault in faults] == ["bad_phone"], "a number begins with its digits, or with +"
    else:
        assert (values, faults) == ({field: kept}, [])


@pytest.mark.parametrize(
    ("field", "told", "code"),
    [
        ("given_name", "A" * 101, "bad_text"), ("given_name", "A\u202eda", "bad_text"), ("given_name", "\u200d", "bad_text"),
        *(("given_name", blank * 3, "bad_text") for blank in "\u2800\u3164\u115f\u1160\uffa0"),
        ("family_name", "a\0b", "bad_text"), ("family_name", "\ud800", "bad_text"), ("email", "ada", "bad_email"),
        ("email", "ada@harbour", "bad_email"), ("email", "a da@harbour.example", "bad_email"),
        ("email", "ada@harbour.example\nBcc: all@harbour.example", "bad_email"),
        ("email", f"{'a' * 250}@harbour.example", "bad_email"), ("phone", "ask Ada", "bad_phone"),
        ("phone", "1" * 41, "bad_phone"), ("language", "fi", "unknown_language"), ("language", "de-AT", "unknown_language"),
        ("birth_month", 13, "bad_birthday"), ("birth_day", "0", "bad_birthday"), ("birth_year", "²", "bad_birthday"),
        ("birth_day", "9" * 5000, "bad_birthday"), ("joined_on", "26.11.2026", "bad_date"), ("joined_on", "", "bad_date"),
        ("joined_on", None, "bad_date"), ("joined_on", "2026-11-27", "bad_date"), ("joined_on", "1899-12-31", "bad_date"),
    ],
)  # fmt: skip
def test_what_cannot_stand_there_has_a_code_and_a_sentence_in_every_language(
    field: str, told: Value, code: str
) -> None:
    values, (fault,) = read({field: told}, TODAY)
    assert (values, fault.code, fault.column) == ({}, code, field)
    assert len({said_in(language, fault.sentence) for language in ("en", "de", "es", "da")}) == 4


@pytest.mark.parametrize(
    ("year", "month", "day", "fits"),
    [
        (None, None, None, True), (None, 2, 29, True), (2000, 2, 29, True), (1900, 2, 28, True), (1990, None, None, True),
        (2026, 11, 26, True), (2001, 2, 29, False), (None, 2, 30, False), (None, 4, 31, False), (None, 5, None, False),
        (None, None, 12, False), (2026, 11, 27, False), (2027, 1, 1, False), (1895, 5, 12, False), (1896, 5, 12, True),
    ],
)  # fmt: skip
def test_a_birthday_is_a_day_that_there_was(year: int | None, month: int | None, day: int | None, fits: bool) -> None:
    fault = birthday_fault({**NOTHING, "birth_year": year, "birth_month": month, "birth_day": day}, TODAY)
    assert (fault is None) == fits
    assert fits or (fault and len({said_in(language, fault.sentence) for language in ("en", "de", "es", "da")}) == 4)
