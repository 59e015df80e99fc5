"""Events told over the API: each with its own result, whatever stands beside it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

from django.db import connection

from regulars.doors.api import examples
from regulars.doors.api.bodies import NDJSON
from regulars.doors.api.tests.conftest import Caller, fresh, purchase
from regulars.ground.members.enrolling import accounts_of


def rows(statement: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def test_a_purchase_earns_and_says_what_is_pending(till: Caller) -> None:
    event = purchase(fresh("ada"), "10.00", "5.50")
    (result,) = till.tell(event)
    assert result["status"] == "recorded"
    assert result["event"] == event["event"]
    assert result["points"] == {"points": {"available": 0, "pending": 15, "held": 0}}
    assert result["refusal"] is None
    assert rows("SELECT source FROM event_key WHERE external_id = %s", event["event"]) == [(till.key.name,)]


def test_every_way_of_sending_events_gives_the_same_results(till: Caller) -> None:
    def results(body: bytes, kind: str = "application/json", **headers: str) -> Any:
        answer = till.post("/v1/events?members=create", body, kind, headers).json()
        return [(one["status"], one["points"]) for one in answer["results"]]

    def events() -> list[dict[str, Any]]:
        return [purchase(fresh("ada"), "10.00"), purchase(fresh("bruno"), "7.00")]

    expected = [("recorded", {"points": {"available": 0, "pending": n, "held": 0}}) for n in (10, 7)]
    assert results(json.dumps(events()).encode()) == expected
    assert results(json.dumps({"events": events()}).encode()) == expected
    assert results("\n".join(map(json.dumps, events())).encode(), NDJSON) == expected
    assert results(gzip.compress(json.dumps(events()).encode()), **{"Content-Encoding": "gzip"}) == expected
    assert results(json.dumps(events()[0]).encode()) == expected[:1]


def test_one_bad_event_never_fails_the_others(till: Caller) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    good, other = purchase(ada, "10.00"), purchase(bruno, "4.00")
    results = till.tell(good, purchase(ada, "ten"), "no event", {"member": ada}, other)
    assert [one["status"] for one in results] == ["recorded", "quarantined", "quarantined", "quarantined", "recorded"]
    assert results[1]["refusal"]["code"] == "bad_amount"
    assert results[1]["refusal"]["figures"] == {"field": "net", "line": 1}
    assert results[2]["refusal"]["code"] == "bad_json"
    assert [one["code"] for one in [results[3]["refusal"], *results[3]["more"]]] == ["missing_value"] * 3
    kept = rows("SELECT count(*) FROM quarantine WHERE source = %s AND released_at IS NULL", till.key.name)
    assert kept == [(3,)]


def test_a_line_of_ndjson_that_is_cut_is_set_aside_alone(till: Caller) -> None:
    whole = json.dumps(purchase(fresh("ada"), "10.00")).encode()
    answer = till.post("/v1/events?members=create", whole + b"\n" + whole[:-5], NDJSON).json()
    assert [one["status"] for one in answer["results"]] == ["recorded", "quarantined"]
    assert answer["counts"] == {"recorded": 1, "duplicate": 0, "quarantined": 1}


def test_the_same_event_again_changes_nothing_and_answers_the_same_points(till: Caller) -> None:
    event = purchase(fresh("ada"), "10.00")
    (first,) = till.tell(event)
    (again,) = till.tell(event)
    assert again == {**first, "status": "duplicate"}
    twice = till.tell(event, event)
    assert [one["points"] for one in twice] == [first["points"]] * 2


def test_an_event_twice_in_one_request_is_recorded_once(till: Caller) -> None:
    event = purchase(fresh("ada"), "10.00")
    first, again = till.tell(event, event)
    assert (first["status"], again["status"]) == ("recorded", "duplicate")
    assert first["id"] == again["id"]
    assert first["points"] == again["points"] == {"points": {"available": 0, "pending": 10, "held": 0}}


def test_the_same_id_with_another_body_or_member_is_set_aside(till: Caller) -> None:
    event = purchase(fresh("ada"), "10.00")
    till.tell(event)
    changed, other = till.tell({**event, "lines": [{"net": "11.00"}]}, {**event, "member": fresh("bruno")})
    assert changed["refusal"]["code"] == "other_content"
    assert other["refusal"]["code"] == "other_member"


def test_what_was_set_aside_and_is_told_better_waits_no_longer_also_where_it_names_no_type(till: Caller) -> None:
    """An event without a type is a purchase, and so is what is kept of it until it can be read."""
    event = {name: value for name, value in purchase(fresh("ada"), "-10.00").items() if name != "type"}
    (refused,) = till.tell(event)
    assert refused["refusal"]["code"] == "negative_amount"
    waiting = "SELECT count(*) FROM quarantine WHERE external_id = %s AND released_at IS NULL"
    assert rows(waiting, event["event"]) == [(1,)]
    assert till.tell({**event, "lines": [{"net": "10.00"}]})[0]["status"] == "recorded"
    assert rows(waiting, event["event"]) == [(0,)]


def test_so_does_one_that_is_told_better_in_the_same_request_and_one_that_is_told_worse_waits(till: Caller) -> None:
    event = purchase(fresh("ada"), "10.00")
    foreign = {**event, "currency": "EUR"}
    waiting = "SELECT count(*) FROM quarantine WHERE external_id = %s AND released_at IS NULL"
    first, second = till.tell(foreign, event)
    assert (first["status"], second["status"]) == ("quarantined", "recorded")
    assert rows(waiting, event["event"]) == [(0,)]
    assert till.tell(event, {**event, "lines": [{"net": "11.00"}]})[1]["refusal"]["code"] == "other_content"
    assert rows(waiting, event["event"]) == [(1,)]


def test_unknown_members_are_refused_unless_they_are_to_be_enrolled(till: Caller) -> None:
    event = purchase(fresh("ada"), "10.00")
    (refused,) = till.tell(event, create=False)
    assert refused["refusal"]["code"] == "unknown_member"
    assert refused["refusal"]["figures"] == {"member": event["member"]}
    assert till.tell(event)[0]["status"] == "recorded"


def test_a_dry_run_says_everything_and_changes_nothing(till: Caller) -> None:
    event = purchase(fresh("ada"), "10.00")
    answer = till.post("/v1/events?members=create&dry_run=true", [event, event, purchase("x", "?")]).json()
    assert answer["dry_run"] is True
    assert [one["status"] for one in answer["results"]] == ["recorded", "duplicate", "quarantined"]
    assert [one["id"] for one in answer["results"]] == [None, None, None]
    assert answer["results"][0]["points"] == {"points": {"available": 0, "pending": 10, "held": 0}}
    assert accounts_of([event["member"]]) == {}
    assert rows("SELECT count(*) FROM quarantine WHERE source = %s", till.key.name) == [(0,)]
    assert till.tell(event)[0]["status"] == "recorded"


def test_a_misspelt_parameter_is_refused_before_anything_is_done(till: Caller) -> None:
    event = purchase(fresh("ada"), "10.00")
    response = till.post("/v1/events?members=create&dryrun=true", event)
    assert (response.status_code, response.json()["code"]) == (422, "bad_parameters")
    assert response.json()["errors"][0]["where"] == "query.dryrun"
    assert accounts_of([event["member"]]) == {}


def test_a_source_may_be_named_by_the_query_or_the_body_but_not_by_both(till: Caller) -> None:
    def source(query: str, body: object) -> str:
        response = till.post(f"/v1/events?members=create{query}", body)
        told = response.json()
        return told["source"] if response.status_code == 200 else told["errors"][0]["code"]

    assert source("", []) == till.key.name
    assert source("&source=shop", []) == "shop"
    assert source("", {"source": "app", "events": []}) == "app"
    assert source("", {**purchase(fresh("ada"), "1"), "source": "app"}) == "app"
    assert source("&source=app", {"source": "app", "events": []}) == "app"
    assert source("&source=shop", {"source": "app", "events": []}) == "bad_source"
    assert source(f"&source={'x' * 201}", []) == "bad_source"
    assert source("&source=%00", []) == "bad_source"
    assert source("&source=%20", []) == "bad_source"


def test_nobody_tells_events_under_a_name_that_the_house_keeps_nor_of_a_source_that_is_not_the_keys(
    till: Caller, caller: Callable[..., Caller]
) -> None:
    def told(whose: Caller, source: str) -> str:
        answer = whose.post(f"/v1/events?members=create&source={source}", purchase(fresh("ada"), "1")).json()
        return str(answer["errors"][0]["code"] if "errors" in answer else answer["source"])

    for name in ("counter", "portal", "forfeiture", "regulars", "opening%202026"):
        assert told(till, name) == "reserved_source"
    act = till.post("/v1/members/nobody/returns?source=portal", {"event": "1", "original": "2"})
    assert act.json()["errors"][0]["code"] == "reserved_source"
    bound = caller("till", "events:write", source="till-3")
    assert [told(bound, name) for name in ("till-3", "", "till-4")] == ["till-3", "till-3", "other_source"]


def test_two_sources_may_use_the_same_id(caller: Callable[..., Caller]) -> None:
    event = purchase(fresh("ada"), "10.00")
    assert [caller(name).tell(event)[0]["status"] for name in ("till", "shop")] == ["recorded", "recorded"]


def test_points_are_spent_and_their_lack_is_told_in_figures(till: Caller) -> None:
    ada = fresh("ada")
    asked = {
        "member": ada,
        "event": "r1",
        "at": "2025-12-24",
        "type": "redemption",
        "points": 8,
        "points_currency": "points",
    }
    till.tell(purchase(ada, "10.00"))
    spent, lacking = till.tell(asked, {**asked, "event": "r2"})
    assert spent["points"] == {
        "points": {"available": -8, "pending": 0, "held": 0}
    }  # what fell due before is not this event's
    assert lacking["refusal"]["code"] == "insufficient_points"
    assert lacking["refusal"]["figures"] == {"required": 8, "available": 2, "missing": 6}


def test_a_key_that_tells_what_happened_spends_no_points(caller: Callable[..., Caller]) -> None:
    ada, spends = fresh("ada"), {"at": "2025-12-24", "type": "redemption", "points": 8, "points_currency": "points"}
    tells, moves = caller("till", "events:write"), caller("desk", "events:write", "points:spend")
    asked = {**spends, "member": ada, "event": fresh("r")}
    _, refused, beside = tells.tell(purchase(ada, "10.00"), asked, purchase(ada, "4.00"))
    assert (refused["status"], refused["refusal"]["code"]) == ("quarantined", "missing_scope")
    assert refused["refusal"]["figures"] == {"field": "type"}
    assert beside["status"] == "recorded"
    assert rows("SELECT 1 FROM event_key WHERE external_id = %s", asked["event"]) == []
    assert moves.tell(asked)[0]["status"] == "recorded"


def test_a_return_takes_back_what_its_lines_earned(till: Caller) -> None:
    bought = purchase(fresh("ada"), "10.00", "20.00")
    lines = [{"net": "20.00", "original_line": "2"}]
    back = purchase(bought["member"], type="return", original=bought["event"], at="2025-11-04T12:00:00Z")
    (_, result) = till.tell(bought, {**back, "lines": lines})
    assert result["points"] == {"points": {"available": 0, "pending": -20, "held": 0}}


def test_attributes_reach_the_rules(till: Caller) -> None:
    fuel = {"net": "10.00", "attributes": {"department": "FUEL"}}
    (result,) = till.tell({**purchase(fresh("ada"), "10.00"), "lines": [fuel, {"net": "3.00"}]})
    assert result["points"] == {"points": {"available": 0, "pending": 3, "held": 0}}


def test_what_was_told_is_noted_in_the_audit_without_persons(till: Caller) -> None:
    ada = fresh("ada")
    till.tell(purchase(ada, "10.00"), "?")
    ((act, account, detail),) = rows(
        "SELECT act, account_id, detail::text FROM audit WHERE actor = %s", f"key:{till.key.name}"
    )
    assert (act, account) == ("events told", None)
    assert json.loads(detail) == {"source": till.key.name, "recorded": 1, "duplicate": 0, "quarantined": 1}


def test_events_of_no_bytes_are_no_events(till: Caller) -> None:
    assert till.tell() == []
    assert till.post("/v1/events", b"\n", NDJSON).json()["results"] == []


def test_hostile_events_are_set_aside_and_kept_beside_a_good_one(till: Caller) -> None:
    good = purchase(fresh("ada"), "10.00")
    deep = '{"a":' * 500 + "1" + "}" * 500
    hostile = [
        '{"member":"a\\u0000","event":"\\u0000","at":"\\u0000","type":"\\u0000","lines":[{"net":"\\u0000","\\u0000":1}]}',
        f'{{"member":"ada","event":"deep","at":{deep}}}',
        '{"member":"ada","event":"huge","at":"2025-11-03","lines":[{"net":1e999999999}]}',
        f'{{"member":"ada","event":"long","at":"2025-11-03","lines":[{{"net":{"9" * 5000}}}]}}',
        f'{{"member":"{"x" * 100_000}","event":"wide","at":"2025-11-03"}}',
        '{"member":1.5,"event":true,"at":0,"lines":{}}',
        '{"member":"\\ud83e\\udd80","event":"crab","at":"2025-11-03","lines":[{"net":-0.0000001}]}',
    ]
    body = f"[{','.join([*hostile, json.dumps(good)])}]".encode()
    answer = till.post("/v1/events?members=create", body, headers={"Idempotency-Key": "hostile"}).json()
    assert answer["counts"] == {"recorded": 1, "duplicate": 0, "quarantined": len(hostile)}
    assert all(one["refusal"]["sentence"] for one in answer["results"][:-1])
    assert till.post("/v1/events?members=create", body, headers={"Idempotency-Key": "hostile"}).json() == answer
    assert rows("SELECT count(*) FROM quarantine WHERE source = %s", till.key.name) == [(len(hostile),)]


def test_the_examples_of_the_reference_are_what_the_demo_shop_answers(caller: Callable[..., Caller]) -> None:
    desk, ada = caller("desk"), fresh("ada")
    (result,) = desk.tell({**examples.EVENT, "member": ada})
    assert result["points"] == examples.RESULTS["results"][0]["points"]
    shown = examples.STATEMENT["lines"][0]
    line = desk.get(f"/v1/members/{ada}/statement").json()["lines"][0]
    own = {"seq", "event", "version", "available_after"}  # of the member and the installation
    assert {key: said for key, said in line.items() if key not in own} == {
        key: said for key, said in shown.items() if key not in own
    }
    quote = desk.post("/v1/quote", {**examples.BASKET, "member": ada, "at": examples.EVENT["at"]}).json()
    for part in ("earned", "given", "not_given", "held_back"):
        assert quote[part] == examples.QUOTE[part], part
