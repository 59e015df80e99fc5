"""A key opens what it was made for, until it is revoked, and is nowhere to be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from regulars.ground.access.keys import KeyRefused, find, keys, make_key, revoke

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def audited() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, act FROM audit ORDER BY act, actor")
        return cursor.fetchall()


def test_a_key_is_found_by_its_secret() -> None:
    key, secret = make_key(" till 3 ", ["quotes:read", "events:write", "quotes:read"], "ada@example.org", NOW)
    assert secret.startswith("rk_") and len(secret) == 46
    assert find(secret) == key
    assert (key.name, key.scopes) == ("till 3", {"events:write", "quotes:read"})
    assert keys() == [key]
    assert audited() == [("ada@example.org", "key made")]


@pytest.mark.parametrize("secret", ["", "rk_", "rk_" + "A" * 43, "x" * 10_000, "\0", "\ud800"])
def test_what_is_no_key_finds_none(secret: str) -> None:
    make_key("till", ["events:write"], "ada", NOW)
    assert find(secret) is None


def test_the_secret_itself_is_not_kept() -> None:
    _, secret = make_key("till", ["events:write"], "ada", NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_key::text || (SELECT string_agg(audit::text, '') FROM audit), key_hash FROM api_key")
        ((row, digest),) = cursor.fetchall()
    assert secret not in row and secret[3:] not in row
    assert secret.encode() not in bytes(digest)


def test_a_revoked_key_opens_nothing_and_stays_listed() -> None:
    key, secret = make_key("till", ["events:write"], "ada", NOW)
    other, others = make_key("app", ["members:read"], "ada", NOW + timedelta(hours=1))
    revoke(key.id, "bruno", NOW)
    revoke(key.id, "bruno", NOW)
    assert find(secret) is None
    assert find(others) == other
    assert [one.revoked_at for one in keys()] == [None, NOW]
    assert audited() == [("ada", "key made"), ("ada", "key made"), ("bruno", "key revoked")]


@pytest.mark.parametrize(
    ("name", "scopes", "source", "code"),
    [
        (" ", ["events:write"], "", "no_name"), ("till", [], "", "no_scope"),
        ("till", ["events:write", "all"], "", "unknown_scope"), ("till", ["events:write"], " ", "bad_source"),
        ("till", ["events:write"], "opening 2026", "reserved_source"),
    ],
)  # fmt: skip
def test_a_key_for_nobody_or_nothing_is_refused(name: str, scopes: list[str], source: str, code: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        make_key(name, scopes, "ada", NOW, source)
    assert refused.value.code == code
    assert keys() == []


def test_an_unknown_key_cannot_be_revoked() -> None:
    with pytest.raises(KeyRefused) as refused:
        revoke(UUID(int=1), "ada", NOW)
    assert refused.value.code == "unknown_key"
