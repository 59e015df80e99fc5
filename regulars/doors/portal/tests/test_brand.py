"""The stylesheet in the programme's own colours."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from regulars.ground.publishing.versions import publish

_HARBOUR = (Path(__file__).parents[4] / "programmes" / "harbour.yaml").read_text("utf-8")
_BEGINS = datetime(2016, 1, 1, tzinfo=UTC)


def accented(colour: str) -> None:
    """The demo shop's programme in another colour is in force."""
    publish(_HARBOUR.replace("#1f4d5c", colour), _BEGINS, "keeper", _BEGINS)


@pytest.mark.django_db
def test_the_stylesheet_carries_the_accent_of_the_programme() -> None:
    accented("#7a1f3d")
    answer = Client().get("/brand.css")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "--accent: light-dark(#7a1f3d, #" in answer.content.decode()


@pytest.mark.django_db
def test_a_stylesheet_that_has_not_changed_is_not_sent_again() -> None:
    accented("#7a1f3d")
    first = Client().get("/brand.css")
    assert not first["ETag"].startswith("W/")
    again = Client().get("/brand.css", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
def test_the_stylesheet_may_be_cached_and_sets_no_cookie() -> None:
    accented("#7a1f3d")
    answer = Client().get("/brand.css")
    assert answer["Cache-Control"].startswith("public")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.django_db
def test_a_brand_that_cannot_be_read_gives_way_to_the_look_of_the_house_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    accented("#fff3b0")
    with caplog.at_level(logging.WARNING):
        answer = Client().get("/brand.css")
    assert answer.status_code == 200
    assert "--accent" not in answer.content.decode()
    assert "accent_too_pale" in caplog.text


@pytest.mark.django_db
def test_pages_ask_for_the_stylesheet_of_the_version_in_force() -> None:
    accented("#7a1f3d")
    assert '<link rel="stylesheet" href="/brand.css?v=1">' in Client().get("/promise/").content.decode()


@pytest.mark.django_db
def test_without_a_programme_there_is_the_look_of_the_house() -> None:
    assert "--accent" not in Client().get("/brand.css").content.decode()
    page = Client().get("/")
    assert page.status_code == 200
    assert "Not open yet" in page.content.decode()
