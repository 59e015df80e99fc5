"""Answers of the API are kept for whoever asks again; those that name somebody who is erased are forgotten at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from regulars.kit.texts import spellings


def forget_answers_naming(numbers: Sequence[str]) -> int:
    """Drop every kept answer in which one of these members' numbers stands; says how many. Whoever sends such a request
    again is answered anew."""
    written = [one for number in numbers for one in spellings(number)]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM kept_answer WHERE EXISTS ("
            " SELECT FROM unnest(%s::text[]) AS asked (number) WHERE strpos(body::text, to_jsonb(number)::text) > 0)",
            [written],
        )
        return int(cursor.rowcount)
