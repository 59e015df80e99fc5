"""What could not be taken is seen with its reason, and taken again when nothing stands in its way."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from regulars.doors.console.quarantine import incoming
from regulars.doors.console.tests.conftest import PRESENT, text
from regulars.exchange.earning.tests.cast import NOW, account, fresh, pots, purchase, redemption, returned, rows, tell
from regulars.ground.access.models import Staff
from regulars.ground.activity.contract import Fault
from regulars.ground.activity.models import Quarantined
from regulars.ground.activity.recording import set_aside
from regulars.ground.activity.rejects import Reject, RejectedRow
from regulars.ground.members.enrolling import accounts_of
from regulars.kit.json import decode, encode
from regulars.kit.speaking import worded
from regulars.programme.loading import load

HARBOUR = Path(__file__).parents[4] / "programmes" / "harbour.yaml"


def waiting() -> list[tuple[str, str]]:
    """(id, what the source calls it) of everything that is set aside."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, external_id FROM quarantine WHERE released_at IS NULL ORDER BY received_at, id"
        )
        return [tuple(row) for row in cursor.fetchall()]


def take_again(client: Client, id: str, **more: str) -> str:
    answer = client.post(f"/console/quarantine/{id}/take/", more, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_nothing_set_aside_is_said_as_such(console: Client, harbour: int) -> None:
    page = text(console, "/console/quarantine/")
    assert "Every event was taken" in page and "Take it again" not in page


def test_an_event_stands_there_with_reason_and_content(console: Client, ada: str) -> None:
    event = redemption(ada, "2026-06-14 12:00", 9_999)
    tell(event)
    page = text(console, "/console/quarantine/")
    assert f"Event {event.id} of till" in page and "There are not enough points" in page
    assert "insufficient_points missing: 9799, required: 9999, available: 200" in page and '"points": 9999' in page
    assert "Not taken 1" in page  # beside the page's name, on every page


def test_what_a_return_brings_back_too_much_is_told_as_money(console: Client, ada: str) -> None:
    bought = purchase(ada, "2026-06-12 15:00", 2_000, 1_000)
    tell(bought, returned(ada, "2026-06-14 12:00", bought, {"2": 1_250}))
    page = text(console, "/console/quarantine/")
    assert "line: 2" in page and "missing: $2.50" in page and "available: $10.00" in page
    german = text(console, "/console/quarantine/", "de")
    assert "Zeile: 2" in german and "line: 2" not in german


def test_a_reason_is_read_in_the_language_of_whoever_looks(console: Client, ada: str) -> None:
    tell(redemption(ada, "2026-06-14 12:00", 9_999))
    wrong = Fault("bad_quantity", worded("`{name}` is {cell}: a whole number is declared.", name="guests", cell='"x"'))
    old = Fault("bad_amount", "As it was written before.")
    set_aside("till", [Reject(ada, "b-1", "", (wrong, old), (RejectedRow(1, 0, {}),))], NOW)
    page = text(console, "/console/quarantine/", "de")
    assert (
        "Dafür sind nicht genug Punkte da: 200 sind da, 9.799 fehlen." in page
        and "There are not enough points" not in page
    )
    assert 'guests ist "x": angegeben ist eine ganze Zahl.' in page and "As it was written before." in page
    assert "said:" not in page and ": 9799" in page


def test_ada_has_earned_enough_meanwhile(console: Client, ada: str) -> None:
    event = redemption(ada, "2026-06-14 12:00", 600)
    tell(event)
    tell(purchase(ada, "2026-05-20 12:00", 45_000))
    ((id, _),) = waiting()
    assert f"Event {event.id} was taken." in take_again(console, id)
    assert waiting() == []
    assert [row["amount"] for row in rows("entry", account(ada), "seq") if row["kind"] == "redemption"][-1] == 600


def test_who_took_it_again_is_in_the_audit_of_the_member_and_twice_does_nothing_twice(
    console: Client, ada: str
) -> None:
    tell(redemption(ada, "2026-06-14 12:00", 600))
    tell(purchase(ada, "2026-05-20 12:00", 45_000))
    ((id, external),) = waiting()
    take_again(console, id)
    assert f"Event {external} waits no longer; nothing was done." in take_again(console, id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, detail ->> 'type' FROM audit WHERE act = 'event taken after all'")
        assert cursor.fetchall() == [("carmen@harbour.example", "redemption")]


def test_who_keeps_the_books_takes_no_event_again(console: Client, carmen: Staff, ada: str) -> None:
    tell(redemption(ada, "2026-06-14 12:00", 600))
    tell(purchase(ada, "2026-05-20 12:00", 45_000))
    Staff.objects.filter(pk=carmen.pk).update(role="finance")
    ((id, _),) = waiting()
    assert "Take it again" not in text(console, "/console/quarantine/")
    assert console.post(f"/console/quarantine/{id}/take/").status_code == 403
    assert [one for one, _ in waiting()] == [id]


def test_what_still_cannot_be_taken_stays_with_its_reason(console: Client, ada: str) -> None:
    event = redemption(ada, "2026-06-14 12:00", 9_999)
    tell(event)
    ((id, _),) = waiting()
    page = take_again(console, id)
    assert "There are not enough points" in page and 'role="alert"' in page
    ((id, _),) = waiting()
    german = console.post(f"/console/quarantine/{id}/take/", follow=True, headers={"Accept-Language": "de"})
    assert "Dafür sind nicht genug Punkte da: 200 sind da, 9.799 fehlen." in german.content.decode()
    assert [external for _, external in waiting()] == [event.id]


def test_an_unknown_member_is_enrolled_when_asked_for_and_not_otherwise(console: Client, harbour: int) -> None:
    dagny = fresh("dagny")
    tell(purchase(dagny, "2026-06-14 12:00", 1_500), create=False)
    ((id, _),) = waiting()
    assert "Enrol the member and take it" in text(console, "/console/quarantine/")
    take_again(console, id)
    assert accounts_of([dagny]) == {}
    ((id, _),) = waiting()
    take_again(console, id, create="yes")
    assert pots(dagny) == {"pending": 15, "issued": -15}


def test_rows_of_a_file_are_shown_and_mended_there(console: Client, harbour: int) -> None:
    fault = Fault("bad_money", "`net` is `1,2,3`, which is no amount.", "net", 0)
    raw = RejectedRow(7, 8, {"member": "Ada", "net": "1,2,3"})
    set_aside("file", [Reject("Ada", "e-7", "purchase", (fault,), (raw,))], NOW)
    page = text(console, "/console/quarantine/")
    assert "which is no amount." in page and '"net": "1,2,3"' in page
    assert "Mend these rows" in page and "Take it again" not in page
    ((id, _),) = waiting()
    assert console.post(f"/console/quarantine/{id}/take/").status_code == 404


def test_what_a_till_told_that_is_no_event_is_sent_again_in_a_better_form(console: Client, harbour: int) -> None:
    fault = Fault("bad_money", "`net` is `1,2,3`, which is no amount.", "net", 0)
    set_aside("till", [Reject("Ada", "e-7", "purchase", (fault,), (RejectedRow(0, 0, {"net": "1,2,3"}),))], NOW)
    page = text(console, "/console/quarantine/")
    assert "Send the event again in a better form" in page
    assert "Mend these rows" not in page and "Take it again" not in page and "Close it" in page


def test_another_content_under_a_known_id_is_not_offered_to_be_taken(console: Client, ada: str) -> None:
    bought = purchase(ada, "2026-06-12 15:00", 2_000)
    tell(bought)
    tell(replace(bought, nets=[9_000]))
    page = text(console, "/console/quarantine/")
    assert "the event that was told first stands" in page and "Take it again" not in page
    ((id, _),) = waiting()
    assert console.post(f"/console/quarantine/{id}/take/").status_code == 404


def test_carmen_closes_what_will_never_be_taken(console: Client, ada: str) -> None:
    tell(redemption(ada, "2026-06-14 12:00", 9_999))
    ((id, event),) = waiting()
    address = f"/console/quarantine/{id}/close/"
    assert f'href="{address}"' in console.get("/console/quarantine/").content.decode()
    shown = text(console, address)
    assert "There are not enough points" in shown and "Do nothing" in shown and len(waiting()) == 1
    said = console.post(address, follow=True).content.decode()
    assert f"Event {event} is closed" in said and "Every event was taken" in said and waiting() == []
    for again in (console.post(address, follow=True), console.get(address, follow=True)):
        assert f"Event {event} waits no longer" in again.content.decode()
    assert Quarantined.objects.get(id=id).released_at == PRESENT
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, at, detail::text FROM audit WHERE act = 'event closed'")
        ((actor, at, detail),) = cursor.fetchall()
    assert (actor, at) == ("carmen@harbour.example", PRESENT)
    assert decode(detail) == {"quarantined": id, "source": "till", "codes": ["insufficient_points"]}
    assert "waits no longer; nothing was done." in take_again(console, id)
    assert console.post(f"/console/quarantine/{UUID(int=1)}/take/").status_code == 404
    assert console.get(f"/console/quarantine/{UUID(int=1)}/close/").status_code == 404


def test_what_was_closed_waits_again_once_it_is_told_again(console: Client, ada: str) -> None:
    event = redemption(ada, "2026-06-14 12:00", 9_999)
    tell(event)
    ((id, _),) = waiting()
    console.post(f"/console/quarantine/{id}/close/")
    tell(event)
    assert [external for _, external in waiting()] == [event.id]


def test_nobody_closes_an_event_by_a_form_of_somebody_else(carmen: Staff, ada: str) -> None:
    tell(redemption(ada, "2026-06-14 12:00", 9_999))
    ((id, _),) = waiting()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(carmen)
    assert strict.post(f"/console/quarantine/{id}/close/").status_code == 403 and len(waiting()) == 1


def test_the_newest_come_first_and_older_ones_on_later_pages(console: Client, harbour: int) -> None:
    events = [purchase(fresh("nobody"), "2026-06-14 12:00", 100) for _ in range(60)]
    tell(*events, create=False)
    seen: list[str] = []
    address = "/console/quarantine/"
    while address:
        page = console.get(address).content.decode()
        seen += re.findall(r"Event (purchase-\S+) of till", page)
        older = re.findall(r'href="(\?older=[^"]*)" rel="next"', page)
        address = f"/console/quarantine/{older[0]}" if older else ""
    assert len(seen) == 60 and set(seen) == {event.id for event in events}
    assert seen == [external for _, external in reversed(waiting())]


@pytest.mark.parametrize(
    "cursor", ["nonsense", "2026-01-01~", "~", "2026-01-01T00:00:00~01a204e5-12d9-7000-8db8-c10f783c5ccb"]
)
def test_a_cursor_that_no_page_gave_leads_to_the_first_page(console: Client, ada: str, cursor: str) -> None:
    tell(redemption(ada, "2026-06-14 12:00", 9_999))
    answer = console.get("/console/quarantine/", {"older": cursor})
    assert answer.status_code == 200 and "not enough points" in answer.content.decode()


def test_what_was_kept_as_text_is_the_same_event_again() -> None:
    declared = """  attributes:
    - {name: weight, on: line, type: decimal, title: {en: weight, de: w, es: w, da: w}}
    - {name: best_before, on: line, type: date, title: {en: day, de: d, es: d, da: d}}
    - {name: discount, on: order, type: decimal, title: {en: discount, de: d, es: d, da: d}}
"""
    written = HARBOUR.read_text(encoding="utf-8").replace("  attributes:\n", declared)
    event = replace(
        purchase("ada", "2026-06-14 12:00", 500, 700),
        columns={
            "weight": [Decimal("1.25"), None],
            "best_before": [date(2026, 7, 1), None],
            "sku": ["1.5", "2026-07-01"],
        },
        attributes={"discount": Decimal("0.1"), "note": "0.1"},
        rows=[3, 4],
    )
    kept = decode(encode(event))
    assert incoming(kept, load(written)) == event
    assert incoming(kept, load(written)).digest() == event.digest()


def test_an_event_is_looked_up_at_the_present_of_the_shop(console: Client, ada: str) -> None:
    tell(redemption(ada, "2026-06-14 12:00", 600))
    tell(purchase(ada, "2026-05-20 12:00", 45_000))
    ((id, _),) = waiting()
    take_again(console, id)
    (row,) = [row for row in rows("event", account(ada), "recorded_at") if row["type"] == "redemption"][-1:]
    assert row["recorded_at"] in (PRESENT, NOW)
