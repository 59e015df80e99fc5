"""Facts become rows once, and what could not be taken waits in sight."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from regulars.ground.activity.contract import Incoming
from regulars.ground.activity.models import Event, Quarantined
from regulars.ground.activity.recording import Recording, known, quarantine, release, set_aside
from regulars.ground.activity.tests.shop import csv_file, json_file, line, read
from regulars.ground.members.enrolling import Person, enrol
from regulars.kit.zones import microseconds

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
AT = 1_709_650_800_123_456


def incoming(id: str, type: str = "purchase", **more: Any) -> Incoming:
    told: dict[str, Any] = {
        "lines": ["1", "2"], "nets": [1_000, 0], "columns": {"brand": ["Own", None]}, "attributes": {"channel_code": "w"},
    } | more  # fmt: skip
    return Incoming("N-1", id, type, AT, "USD", **told)


def record(account: int, *events: Incoming) -> None:
    recording = Recording(microseconds(NOW))
    for number, event in enumerate(events, 1):
        recording.add(account, UUID(int=number), "till", event, event.digest(), 1, None, {"counted": ["tenth"]})
    recording.write()


def test_an_event_is_kept_as_it_was_told() -> None:
    account = enrol([Person("N-1")], NOW)["N-1"]
    event = incoming("b-1", store="S1", tendered=50)
    record(account, event)
    row = Event.objects.get(account_id=account)
    assert (row.external_id, row.type, row.store, row.net, row.recorded_at) == ("b-1", "purchase", "S1", 1_000, NOW)
    assert int(row.occurred_at.timestamp()) * 1_000_000 + row.occurred_at.microsecond == AT
    assert row.lines == {"line": ["1", "2"], "net": [1_000, 0], "brand": ["Own", None]}
    assert row.attributes == {"channel_code": "w", "_tendered": 50}
    assert row.outcome == {"counted": ["tenth"]}


def test_what_is_known_is_told_by_source_id_and_type() -> None:
    account = enrol([Person("N-1")], NOW)["N-1"]
    event = incoming("b-1")
    record(account, event, incoming("b-1", "visit"))
    found = known([("till", "b-1", "purchase"), ("till", "b-1", "return"), ("till", "b-2", "purchase")])
    assert {key: (one.account, one.event, one.digest) for key, one in found.items()} == {
        ("till", "b-1", "purchase"): (account, UUID(int=1), event.digest())
    }
    assert known([("shop", "b-1", "purchase")]) == {}
    assert known([]) == {}


@pytest.mark.parametrize("beside", [0, 1_000], ids=["by itself", "in a large batch"])
def test_what_waits_is_listed_once_and_released_by_its_own_kind(beside: int) -> None:
    first, second = incoming("b-1"), incoming("b-1", "return")
    unknown = [{"code": "unknown_member", "sentence": "No member has this number."}]
    quarantine("till", [(first, "unknown_member", unknown), (second, "unknown_original", [])], NOW)
    quarantine("till", [(first, "currency_mismatch", [])], NOW)
    quarantine("shop", [(first, "unknown_member", [])], NOW)
    release([("till", "b-1", "purchase"), *(("till", f"c-{number}", "purchase") for number in range(beside))], NOW)
    waiting = {(row.source, row.body["type"], *row.codes): row.released_at for row in Quarantined.objects.all()}
    assert waiting == {
        ("till", "purchase", "currency_mismatch"): NOW,
        ("till", "return", "unknown_original"): None,
        ("shop", "purchase", "unknown_member"): None,
    }
    assert quarantine("till", [], NOW) == []


def test_the_quarantine_is_reached_by_its_key() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT 1 FROM quarantine WHERE source = 'till' AND external_id = 'b-1'")
        assert "quarantine_key" in "".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize(("writer", "suffix"), [(csv_file, "csv"), (json_file, "jsonl")])
def test_what_no_database_takes_is_kept_with_a_mark_in_its_place(writer: Any, suffix: str, tmp_path: Path) -> None:
    rows = [line("ada\0", "r1"), line("ada", "r\0two"), line("bruno", "r3", sku="WI\0NE"), line("carmen", "r4")]
    events, rejects = read(writer(tmp_path / f"sales.{suffix}", rows))
    assert [event.id for event in events] == ["r4"]
    assert len(set_aside("till", rejects, NOW)) == 3
    kept = {row.external_id: (row.member, row.body[0].get("sku") or "") for row in Quarantined.objects.all()}
    assert kept == {"r1": ("ada\ufffd", ""), "r\ufffdtwo": ("ada", ""), "r3": ("bruno", "WI\ufffdNE")}


def test_events_without_an_id_are_all_kept_and_told_again_add_nothing(tmp_path: Path) -> None:
    rows = [line("ada", ""), line("ada", ""), line("bruno", "")]
    for _ in range(2):
        _, rejects = read(csv_file(tmp_path / "sales.csv", rows))
        set_aside("till", rejects, NOW)
    kept = list(Quarantined.objects.order_by("id"))
    assert [(row.member, row.body[0]["row"]) for row in kept] == [("ada", 1), ("ada", 2), ("bruno", 3)]
    assert all(row.external_id.startswith("unnamed-") for row in kept)
