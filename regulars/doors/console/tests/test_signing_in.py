"""Coming in with address and password, going out, and looking after one's own account."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from regulars.doors.cli.main import app
from regulars.doors.console.tests.conftest import PASSWORD
from regulars.doors.console.tests.test_access import INLINE
from regulars.ground.access.models import Staff

LOGIN = "/accounts/login/"


def sign_in(client: Client, email: str, password: str, **more: str) -> object:
    return client.post(LOGIN, {"login": email, "password": password, **more})


def test_carmen_signs_in_and_reaches_the_page_she_asked_for(client: Client, carmen: Staff) -> None:
    answer = client.post(f"{LOGIN}?next=/console/members/", {"login": carmen.email, "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, "/console/members/")
    page = client.get("/console/").content.decode()
    assert "Good evening, Carmen" in page
    assert "signed in" not in page


def test_nobody_is_led_to_another_house(client: Client, carmen: Staff) -> None:
    answer = client.post(f"{LOGIN}?next=https://elsewhere.example/", {"login": carmen.email, "password": PASSWORD})
    assert answer.url == "/console/"


@pytest.mark.parametrize(
    ("email", "password"), [("carmen@harbour.example", "wrong"), ("bruno@harbour.example", PASSWORD)]
)
def test_a_wrong_address_and_a_wrong_password_sound_the_same(
    client: Client, carmen: Staff, email: str, password: str
) -> None:
    answer = client.post(LOGIN, {"login": email, "password": password})
    assert answer.status_code == 200
    assert "are not correct" in answer.content.decode()
    assert client.get("/console/").status_code == 302


def test_whoever_guesses_has_to_wait(client: Client, carmen: Staff) -> None:
    for _ in range(5):
        client.post(LOGIN, {"login": carmen.email, "password": "a guess"})
    answer = client.post(LOGIN, {"login": carmen.email, "password": PASSWORD})
    assert "Too many failed login attempts" in answer.content.decode()
    assert client.get("/console/").status_code == 302


def test_whoever_knocks_too_often_is_told_so_in_the_look(client: Client, carmen: Staff) -> None:
    answers = [client.post(LOGIN, {"login": f"{place}@harbour.example", "password": "x"}) for place in range(31)]
    assert answers[-1].status_code == 429
    assert "That was too often" in answers[-1].content.decode()


def test_carmen_signs_out_by_a_post_alone(console: Client) -> None:
    assert "Sign Out" in console.get("/accounts/logout/").content.decode()
    assert console.get("/console/").status_code == 200
    assert console.post("/accounts/logout/").status_code == 302
    assert console.get("/console/").status_code == 302


def test_nobody_signs_up(client: Client, db: None) -> None:
    assert 'name="password1"' not in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", {"email": "bruno@harbour.example", "password1": PASSWORD})
    assert not Staff.objects.filter(email="bruno@harbour.example").exists()


def test_carmen_changes_her_password(console: Client, client: Client, carmen: Staff) -> None:
    new = "another-good-password"
    answer = console.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}, follow=True
    )
    assert answer.status_code == 200
    assert 'role="status"' in answer.content.decode()
    assert client.post(LOGIN, {"login": carmen.email, "password": new}).status_code == 302


def test_a_password_that_everybody_knows_is_refused_beside_its_field(console: Client) -> None:
    answer = console.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "password123", "password2": "password123"}
    )
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize("name", ["account_change_password", "mfa_index", "account_logout"])
def test_the_pages_of_ones_own_account_stand_in_the_frame_of_the_console(console: Client, name: str) -> None:
    page = console.get(reverse(name)).content.decode()
    assert 'class="console"' in page and 'aria-label="Main"' in page
    assert INLINE.findall(page) == []


def test_two_steps_are_set_up_after_the_password_once_more(console: Client) -> None:
    activate = reverse("mfa_activate_totp")
    asked = console.get(activate)
    assert asked.status_code == 302 and asked.url.startswith("/accounts/reauthenticate/")
    answer = console.post(asked.url, {"password": PASSWORD})
    assert answer.status_code == 302
    page = console.get(activate).content.decode()
    assert "data:image/svg+xml" in page and 'id="authenticator_secret"' in page
    assert INLINE.findall(page) == []


def test_who_lost_the_second_factor_is_let_in_without_it_and_it_is_on_record(
    client: Client, carmen: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regulars.doors.cli.second_factor.open_house", lambda report, migrate: nullcontext())
    TOTP.activate(carmen, generate_totp_secret())
    RecoveryCodes.activate(carmen)
    sign_in(client, carmen.email, PASSWORD)
    assert client.get("/console/").status_code == 302  # asked for the second step
    told = CliRunner().invoke(app, ["second-factor", "Carmen@Harbour.example"])
    assert told.exit_code == 0, told.output
    fresh = Client()
    sign_in(fresh, carmen.email, PASSWORD)
    assert fresh.get("/console/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor, detail ->> 'staff', detail -> 'factors' FROM audit WHERE act = 'second factor taken away'"
        )
        assert cursor.fetchall() == [("command line", str(carmen.pk), '["recovery_codes", "totp"]')]
    for email, code in ((carmen.email, "no_second_factor"), ("bruno@harbour.example", "unknown_staff")):
        again = CliRunner().invoke(app, ["second-factor", email])
        assert (again.exit_code, code in again.stderr) == (1, True)
