"""Why something is refused is said in the language that is asked for; what programs read is the same in all of them."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from regulars.doors.api import places
from regulars.doors.api.bodies import NDJSON
from regulars.doors.api.problems import ACTS, PROBLEMS
from regulars.doors.api.refusals import REFUSALS
from regulars.doors.api.tests.conftest import Caller, fresh, purchase
from regulars.doors.api.tests.test_points import member
from regulars.kit.speaking import Said

SAID = {
    "": ("There are not enough points.", "There are not enough points for this: 100 are there, 400 are missing."),
    "da": ("Der er ikke point nok.", "Der er ikke point nok til det: 100 er der, 400 mangler."),
    "de-AT,de;q=0.9": ("Es sind nicht genug Punkte da.", "Dafür sind nicht genug Punkte da: 100 sind da, 400 fehlen."),
    "es": ("No hay puntos suficientes.", "No hay puntos suficientes para esto: hay 100, faltan 400."),
    "fr": ("There are not enough points.", "There are not enough points for this: 100 are there, 400 are missing."),
}


def refused(till: Caller, who: str, language: str, act: str, **ask: Any) -> Any:
    headers = {"Accept-Language": language} if language else {}
    return till.post(f"/v1/members/{who}/{act}", {"event": uuid4().hex, **ask}, headers=headers)


def test_a_refusal_is_said_in_the_language_that_is_asked_for(till: Caller) -> None:
    ada = member(till, "ada")
    told = {language: refused(till, ada, language, "redemptions", points=500) for language in SAID}
    assert {language: (one.json()["title"], one.json()["detail"]) for language, one in told.items()} == SAID
    same = [{**one.json(), "title": "", "detail": ""} for one in told.values()]
    assert all(one == same[0] for one in same) and same[0]["code"] == "insufficient_points"
    assert told["da"].headers["Content-Language"] == "da" and "Accept-Language" in told["da"].headers["Vary"]


def test_the_conditions_in_a_sentence_are_said_in_it_too(till: Caller) -> None:
    ada = member(till, "ada")
    said = {
        language: refused(till, ada, language, "redemptions", reward="night-bake").json()["detail"]
        for language in ("en", "de")
    }
    assert said == {
        "en": "This is for members only where the tier is Mate or Captain.",
        "de": "Das ist nur für Mitglieder, bei denen gilt: die Stufe ist Maat oder Kapitän.",
    }


OTHERS = ("de", "es", "da")


def told(till: Caller, language: str, path: str, body: object, kind: str = "application/json") -> Any:
    return till.post(path, body, kind, headers={"Accept-Language": language}).json()


def without_words(value: Any) -> Any:
    """What programs read of an answer."""
    if isinstance(value, list):
        return [without_words(one) for one in value]
    if isinstance(value, dict):
        return {name: without_words(one) for name, one in value.items() if name not in ("sentence", "title", "detail")}
    return value


def sentences(value: Any) -> list[str]:
    if isinstance(value, list):
        return [said for one in value for said in sentences(one)]
    if not isinstance(value, dict):
        return []
    own = [value[name] for name in ("title", "detail", "sentence") if name in value]
    return own + [said for one in value.values() for said in sentences(one)]


def test_why_an_event_is_set_aside_is_said_in_it(till: Caller) -> None:
    wrong = [
        purchase(fresh("ada"), "12,50"), purchase(fresh("ada"), "1.00", at="yesterday", colour="red"),
        {"member": "ada"}, purchase(fresh("bruno"), "1.00", at="2025-11-03T12:00:00+99:00"), [1],
        purchase(fresh("ada"), "1.00", currency="DKK", attributes={"colour": "red"}, lines=[{"nett": 1}, 7]),
        {**purchase(fresh("ada")), "type": "redemption", "points": 0}, purchase("x" * 300, "-1"),
    ]  # fmt: skip
    body = b"\n".join([*(json.dumps(one).encode() for one in wrong), b'{"a":1,}', b'{"a', b'{"a":1,"a":2}'])
    said = {language: told(till, language, "/v1/events?dry_run=true", body, NDJSON) for language in ("en", *OTHERS)}
    first = {language: one["results"][0]["refusal"]["sentence"] for language, one in said.items()}
    assert first["da"] == (
        '`net` indeholder "12,50", som ikke er et beløb: skriv det i USD som 12.50, med højst 13 cifre før punktummet '
        "og intet andet skilletegn."
    )
    for language in OTHERS:
        assert without_words(said[language]) == without_words(said["en"])
        assert not set(sentences(said[language])) & set(sentences(said["en"]))


def test_what_the_ledger_refuses_of_an_event_is_said_in_it(till: Caller) -> None:
    event = {"member": fresh("nobody"), "event": "1", "at": "2025-11-03", "lines": [{"net": 1}]}
    result = told(till, "es", "/v1/events", event)["results"][0]
    assert result["refusal"]["code"] == "unknown_member"
    assert result["refusal"]["sentence"].startswith("Ningún socio tiene este número")


WRONG = [
    {"points": "7", "colour": "red", "event": "", "facts": []},
    {"points": 0, "reward": "A b", "currency": 7, "payable": "x", "original": "x" * 300},
    {"points": 10**16, "payable": "-1", "event": 5, "original": " ada"}, {"payable": "1" * 20}, {},
    {"points": 5, "payable": "1.234"}, {"points": 5},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_a_field_is_said_in_it(till: Caller, wrong: dict[str, Any]) -> None:
    ada = member(till, "ada")
    said = {language: told(till, language, f"/v1/members/{ada}/redemptions", wrong) for language in ("en", *OTHERS)}
    assert said["en"]["code"] == "bad_parameters" and said["en"]["errors"]
    for language in OTHERS:
        assert without_words(said[language]) == without_words(said["en"])
        assert not set(sentences(said[language])) & set(sentences(said["en"]))


def test_a_parameter_that_there_is_not_is_refused_in_it(till: Caller) -> None:
    (error,) = told(till, "de", "/v1/events?dryrun=true", [])["errors"]
    assert error["where"] == "query.dryrun" and error["code"] == "unknown_parameter"
    assert error["sentence"].startswith("Einen solchen Parameter gibt es nicht.")
    (error,) = told(till, "da", "/v1/events?members=some", [])["errors"]
    assert error == {
        "where": "query.members", "code": "literal_error", "sentence": "Skriv et af disse: `known` eller `create`."
    }  # fmt: skip


def test_who_may_not_come_in_is_told_in_it(till: Caller) -> None:
    headers = {"Authorization": "Bearer rk_nobody", "Accept-Language": "es"}
    assert till.client.post("/v1/events", b"[]", "application/json", headers=headers).json()["title"] == (
        "Esta clave no abre nada."
    )


@pytest.mark.parametrize("language", OTHERS)
def test_everything_that_is_refused_can_be_said(language: str) -> None:
    texts = [one.title for one in (PROBLEMS | ACTS).values()] + [one.remedy for one in PROBLEMS.values()]
    figures = dict.fromkeys(("min_length", "max_length", "gt", "ge", "lt", "le", "pattern", "expected"), 3)
    texts += [*REFUSALS.values(), *(say(figures) for say in places._SENTENCES.values()), places._unlike({})]
    assert [text for text in texts if not isinstance(text, Said) or text.said_in(language) == text] == []
