"""The demo shop makes room when it is asked to, and never under somebody who uses it."""

from __future__ import annotations

from typing import Any

import psycopg


def test_a_demo_that_is_open_is_not_removed_and_one_that_is_closed_is(house: Any) -> None:
    house("init", "--email", "dagny@shop.example")
    with psycopg.connect(house.environment["DATABASE_OWNER_URL"], autocommit=True) as user:
        user.execute("INSERT INTO installation (name, value) VALUES ('demo', '{\"loaded\": true}')")
        refused = house("demo", "--remove")
        assert refused.returncode == 1
        assert "in_use" in refused.stderr and "Ctrl-C" in refused.stderr
        assert user.execute("SELECT count(*) FROM installation").fetchone() is not None
    gone = house("demo", "--remove")
    assert gone.returncode == 0, gone.stderr
    assert house("demo", "--remove").returncode == 1
