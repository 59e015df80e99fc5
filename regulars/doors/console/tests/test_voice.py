"""Staff are addressed as people at work are, also on pages of the sign-in library, which stand in the same frame."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import allauth
import django
import pytest
from django.test import Client
from django.urls import reverse

from regulars.doors.console.tests.conftest import PASSWORD, text
from regulars.doors.console.voice import RESTATED

#: How each language addresses friends, and members.
INFORMAL = {
    "de": re.compile(r"\b([Dd]u|[Dd]ir|[Dd]ich|[Dd]eine?[nmrs]?|[Gg]ib|[Gg]eh|[Vv]ersuch)\b"),
    "es": re.compile(r"\b([Tt]ú|[Tt]us?|[Tt]i|[Ee]scribe|[Ee]scanea|[Pp]uedes|[Ii]nténtalo)\b"),
}
PAGES = (
    "mfa_activate_totp", "mfa_index", "account_change_password", "account_reauthenticate", "console:home",
    "console:members", "console:messages", "console:quarantine", "console:finance",
)  # fmt: skip


def entered(console: Client) -> Client:
    """Carmen has just typed her password, as pages that matter ask."""
    console.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return console


@pytest.mark.parametrize("language", INFORMAL)
@pytest.mark.parametrize("page", PAGES)
def test_nobody_at_work_is_addressed_as_a_friend(console: Client, harbour: int, page: str, language: str) -> None:
    said = text(entered(console), reverse(page), language)
    assert len(said) > 100 and INFORMAL[language].findall(said) == []


def test_setting_up_the_app_stands_under_my_account(console: Client, harbour: int) -> None:
    page = entered(console).get(reverse("mfa_activate_totp")).content.decode()
    assert f'href="{reverse("account_change_password")}"' in page and "scanned" in page
    assert re.search(rf'href="{reverse("mfa_index")}"[^>]*aria-current="page"', page)


def test_what_is_restated_is_what_the_libraries_still_say() -> None:
    """A library that words a text anew would otherwise bring its own voice back, and nobody would notice."""
    known: set[object] = set()
    for library in (allauth, django):
        for file in Path(library.__file__).parent.glob("**/locale/de/LC_MESSAGES/django.mo"):
            with file.open("rb") as compiled:
                known |= set(gettext.GNUTranslations(compiled)._catalog)  # type: ignore[attr-defined]
    assert [one for one in RESTATED if one not in known] == []
