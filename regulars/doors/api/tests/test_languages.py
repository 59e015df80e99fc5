"""Why an act is refused is said in the language that is asked for; what programs read is the same in all of them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from regulars.doors.api.problems import ACTS
from regulars.doors.api.tests.conftest import Caller
from regulars.doors.api.tests.test_points import member

SAID = {
    "": ("There are not enough points.", "There are not enough points for this."),
    "da": ("Der er ikke point nok.", "Der er ikke point nok til dette."),
    "de-AT,de;q=0.9": ("Es sind nicht genug Punkte da.", "Dafür sind nicht genug Punkte da."),
    "es": ("No hay puntos suficientes.", "No hay puntos suficientes para esto."),
    "fr": ("There are not enough points.", "There are not enough points for this."),
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


@pytest.mark.parametrize("language", ["de", "es", "da"])
def test_every_refusal_of_an_act_can_be_said(language: str) -> None:
    titles = {code: meaning.title for code, meaning in ACTS.items()}
    assert [code for code, title in titles.items() if title.said_in(language) == title] == []  # type: ignore[attr-defined]
