"""Points that are to be taken, over the API: announced once, objected to, and decided by no key."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from regulars.doors.api.examples import FORFEIT, OBJECTION
from regulars.doors.api.tests.conftest import Caller
from regulars.doors.api.tests.test_points import has, member, post, problem
from regulars.doors.portal.tests.test_forfeiting import REASON
from regulars.exchange.forfeitures.announcing import told
from regulars.exchange.forfeitures.hearing import decide
from regulars.ground.installation.facts import now
from regulars.ground.members.enrolling import accounts_of
from regulars.ground.publishing.versions import publish, versions


@pytest.fixture
def ada(till: Caller) -> str:
    """Ada has a hundred points, and the programme names a reason to take some."""
    latest, day = versions().latest, now() - timedelta(days=1)
    text = latest.kernel.terms.programme.text + REASON
    publish(text, day, "keeper", day, latest.number, keep_notice=False, allow_devaluation=True)
    return member(till, "ada")


def read(till: Caller, who: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = till.get(f"/v1/members/{who}/forfeitures").json()["forfeitures"]
    return found


def test_it_is_announced_once_read_and_objected_to(till: Caller, ada: str) -> None:
    asked = {"event": f"case-{ada}", "reason": "twice", "evidence": "case 7", "points": 60}
    assert post(till, ada, "forfeitures", "?dry_run=true", **asked).json()["points"] == 60
    assert read(till, ada) == []
    one = post(till, ada, "forfeitures", **asked).json()
    assert post(till, ada, "forfeitures", **asked).json() == one
    assert problem(post(till, ada, "forfeitures", **{**asked, "points": 61})) == (422, "other_content")
    assert (one["state"], one["told_on"], has(till, ada)) == ("announced", None, (100, 0))
    assert read(till, ada) == [one]
    for key in ("k1", "k1", "k2"):
        objected = post(till, ada, f"forfeitures/{one['id']}/objection", key=key, reason="mistake").json()
        assert (objected["state"], objected["objection"]) == ("objected", "mistake")


def test_the_examples_of_the_document_and_the_prose_work(till: Caller, ada: str) -> None:
    prose = (Path(__file__).parents[4] / "docs" / "api.md").read_text("utf-8")
    section = prose.partition("## `POST /v1/members/{ref}/forfeitures`")[2]
    told_of, objection = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", section, re.S)][:2]
    for ask in (FORFEIT, told_of):
        one = post(till, ada, "forfeitures", **{**ask, "event": f"{ask['event']}-{ada}"})
        assert one.status_code == 200, one.content
    path = f"forfeitures/{one.json()['id']}/objection"
    for ask in (OBJECTION, objection):
        assert post(till, ada, path, **ask).json()["state"] == "objected"


def test_what_may_not_be_is_refused_with_its_code(till: Caller, ada: str) -> None:
    ask = {"reason": "twice", "evidence": "case 7"}
    assert problem(post(till, ada, "forfeitures", **{**ask, "reason": "abuse"})) == (422, "unknown_reason")
    assert problem(post(till, ada, "forfeitures", **{**ask, "evidence": "a\nb"})) == (422, "bad_parameters")
    assert problem(post(till, ada, "forfeitures", **ask, points=101)) == (409, "insufficient_points")
    one = post(till, ada, "forfeitures", **ask).json()
    assert problem(post(till, ada, "forfeitures", **ask)) == (409, "forfeiture_open")
    account = accounts_of([ada])[ada]
    told(account, UUID(one["id"]), "announced", (now() - timedelta(days=40)).date())
    path = f"forfeitures/{one['id']}/objection"
    assert problem(post(till, ada, path, reason="mistake")) == (409, "too_late")
    assert problem(post(till, ada, path, reason="because")) == (422, "bad_parameters")
    path = f"forfeitures/{UUID(int=7)}/objection"
    assert problem(post(till, ada, path, reason="mistake")) == (404, "unknown_forfeiture")


def test_nobody_is_merged_out_of_it_and_afterwards_it_is_answered_as_the_first_time(till: Caller, ada: str) -> None:
    survivor, asked = member(till, "survivor"), {"event": f"case-{ada}", "reason": "twice", "evidence": "case 7"}
    one = post(till, ada, "forfeitures", **asked).json()
    assert post(till, ada, "merge", into=survivor).status_code == 200
    decide(accounts_of([ada])[ada], UUID(one["id"]), False, "keeper", now())
    again = post(till, ada, "forfeitures", **asked).json()
    assert (again["id"], again["announced_at"], again["state"]) == (one["id"], one["announced_at"], "dropped")
    assert [found["id"] for found in read(till, survivor)] == [one["id"]]
