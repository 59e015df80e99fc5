"""Upgraded: from when on events keep what an older program did not, where there was one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

_BEGIN = (
    "INSERT INTO installation (name, value) SELECT %s, to_jsonb(%s::timestamptz)"
    " WHERE EXISTS (SELECT FROM programme_version) ON CONFLICT DO NOTHING"
)


def since(name: str, now: Callable[[], datetime]) -> Callable[[Any, Any], None]:
    """What a migration runs: where an older program was at work, the fact `name` says from when on events are as those
    of today: a day after this, as until then it may go on beside this one. `now` is the clock of the installation.
    """

    def begin(apps: Any, schema_editor: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(_BEGIN, [name, now() + timedelta(days=1)])

    return begin
