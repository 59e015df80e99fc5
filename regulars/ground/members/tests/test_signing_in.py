"""A link signs in once, and soon no more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, connections

from regulars.ground.members.describing import Telling, describe
from regulars.ground.members.enrolling import Person, enrol
from regulars.ground.members.signing_in import LinkRefused, make_link, open_link

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def member(name: str) -> tuple[int, str]:
    """The account and the e-mail address of somebody new."""
    number = f"{name}-{uuid4().hex[:8]}"
    address = f"{number}@example.org"
    return enrol([Person(number, name, email=address)], NOW)[number], address


def test_a_link_opens_once(db: None) -> None:
    ada, _ = member("ada")
    link = make_link(ada, NOW)
    assert len(link.token) == 43
    assert open_link(link.token, NOW + timedelta(minutes=14)) == ada
    assert open_link(link.token, NOW + timedelta(minutes=14)) is None


def test_a_link_expires(db: None) -> None:
    ada, _ = member("ada")
    link = make_link(ada, NOW, minutes=10)
    assert link.expires_at == NOW + timedelta(minutes=10)
    assert open_link(link.token, NOW + timedelta(minutes=10)) is None
    assert open_link(make_link(ada, NOW).token, NOW + timedelta(minutes=15, seconds=-1)) == ada


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "é\0", "\ud800"])
def test_what_is_no_link_opens_nothing(db: None, token: str) -> None:
    assert open_link(token, NOW) is None


def test_the_token_itself_is_not_kept(db: None) -> None:
    ada, _ = member("ada")
    link = make_link(ada, NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sign_in_link::text, token_hash FROM sign_in_link WHERE account_id = %s", [ada])
        ((row, digest),) = cursor.fetchall()
    assert link.token not in row
    assert link.token.encode() not in bytes(digest)


def test_five_links_may_be_open_and_used_or_expired_ones_do_not_count(db: None) -> None:
    ada, _ = member("ada")
    first = make_link(ada, NOW)
    for _ in range(4):
        make_link(ada, NOW + timedelta(minutes=1))
    with pytest.raises(LinkRefused) as refused:
        make_link(ada, NOW + timedelta(minutes=2))
    assert (refused.value.code, refused.value.figures) == ("too_many_links", {"open": 5, "most": 5})
    assert open_link(first.token, NOW + timedelta(minutes=2)) == ada
    make_link(ada, NOW + timedelta(minutes=2))
    with pytest.raises(LinkRefused):
        make_link(ada, NOW + timedelta(minutes=3))
    make_link(ada, NOW + timedelta(minutes=16))


def test_a_link_that_makes_room_for_itself_closes_the_oldest_alone(db: None) -> None:
    ada, _ = member("ada")
    made = [make_link(ada, NOW + timedelta(seconds=place)) for place in range(5)]
    made.append(make_link(ada, NOW + timedelta(minutes=1), make_room=True))
    assert [open_link(one.token, NOW + timedelta(minutes=2)) for one in made] == [None, *[ada] * 5]


def test_links_that_were_sent_to_an_address_open_nothing_once_it_is_another_one(db: None) -> None:
    ada, address = member("ada")
    link, number = make_link(ada, NOW), address.split("@")[0]
    describe([Telling(number, {"given_name": "Augusta"})], "carmen", NOW)
    kept = make_link(ada, NOW)
    assert open_link(link.token, NOW) == ada
    describe([Telling(number, {"email": f"new-{address}"})], "carmen", NOW)
    assert open_link(kept.token, NOW) is None


def test_of_many_who_open_a_link_at_once_one_gets_in(committed: None) -> None:
    ada, _ = member("ada")
    link = make_link(ada, NOW)
    barrier = Barrier(8)

    def enter(_: int) -> int | None:
        try:
            barrier.wait()
            return open_link(link.token, NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(enter, range(8)), key=str) == [ada, *[None] * 7]


def test_of_many_who_ask_at_once_five_get_a_link(committed: None) -> None:
    ada, _ = member("ada")
    barrier = Barrier(8)

    def make(_: int) -> bool:
        try:
            barrier.wait()
            make_link(ada, NOW)
        except LinkRefused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(make, range(8))) == 5
