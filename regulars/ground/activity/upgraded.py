"""Upgraded: from when on events keep what an older program did not, where there was one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_BEGIN = (
    "INSERT INTO installation (name, value) SELECT %s, to_jsonb(now() + interval '1 day' + coalesce("
    "(SELECT (value #>> '{}')::bigint FROM installation WHERE name = 'clock_ahead_s'), 0) * interval '1 second')"
    " WHERE EXISTS (SELECT FROM programme_version) ON CONFLICT DO NOTHING"
)


def since(name: str) -> Callable[[Any, Any], None]:
    """What a migration runs: where an older program was at work, the fact `name` says from when on events are as those
    of today: a day after this, as until then it may go on beside this one. The clock of an installation may be ahead.
    """

    def begin(apps: Any, schema_editor: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(_BEGIN, [name])

    return begin
