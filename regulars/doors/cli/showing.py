"""`regulars demo`: a real year of a real shop, loaded once and served."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from regulars.doors.cli.asked import Port
from regulars.doors.cli.house import open_house
from regulars.doors.cli.importing import run_import
from regulars.doors.cli.saying import next_step, out, refuse, report, say_if_root
from regulars.doors.cli.serve import ENDED, free_port, heed_settings, stay_open
from regulars.kit.database import home

KEEPER = "keeper@harbour.example"
SOURCE = "harbour"


def demo(
    port: Port = 8000,
    load_only: Annotated[bool, typer.Option("--load-only", help="Load the shop and end.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the demo shop and all its data.")] = False,
) -> None:
    """Load the demo shop Harbour (once), then serve console and portal until Ctrl-C."""
    if remove:
        remove_demo()
        return
    say_if_root()
    if not load_only:
        heed_settings()
        port = free_port("127.0.0.1", port)
    with open_house(report, migrate=True, stay=True):
        member = load_demo()
        if load_only:
            out.print(f"It is not served yet. Next: {next_step('demo')}", soft_wrap=True)
            return
        stay_open("127.0.0.1", port, 1, lambda: _print_ways_in(port, member))
    out.print(ENDED)


def load_demo() -> str:
    """Bring in whatever of the demo shop is missing; answers the number of a member worth a look."""
    from regulars.ground.installation.facts import fact, now, remember

    state: dict[str, Any] = fact("demo") or {}
    if not state and _someone_lives_here():
        refuse("not_empty", "This installation holds a shop of its own; the demo needs an empty one (REGULARS_HOME).")
    if not state.get("loaded"):
        started = time.monotonic()
        state = _load(state, now())
        remember("demo", {**state, "loaded": True})
        out.print(f"Harbour is open ({time.monotonic() - started:,.0f} s).")
    return str(state["member"])


def _load(state: dict[str, Any], moment: Any) -> dict[str, Any]:
    from django.db import transaction

    from regulars.doors.cli.demo import harbour, names, wanted
    from regulars.doors.cli.user import make_user
    from regulars.ground.installation.facts import remember
    from regulars.ground.members.enrolling import enrol
    from regulars.ground.publishing.versions import versions

    if not state:
        state = {"shift_weeks": harbour.shift_weeks(moment)}
        remember("demo", state)
    weeks = int(state["shift_weeks"])
    report("preparing", "Preparing a year of baskets (2,469 households, 1,469,307 lines).")
    file = harbour.prepare(home() / "demo", weeks)
    _publish_once(moment, weeks)
    with transaction.atomic():
        enrol(names.people(weeks), moment)
    run_import(file, SOURCE, harbour.MAP, False, home() / "demo" / "rejects.csv", moment)
    versions()
    wanted.want(moment)
    _keep_sign_in(make_user(KEEPER, "Harbour", "keeper"))
    return {**state, "member": harbour.MEMBER}


def _publish_once(moment: Any, weeks: int) -> None:
    from regulars.doors.cli.demo import harbour
    from regulars.ground.publishing.models import ProgrammeVersion
    from regulars.ground.publishing.versions import publish

    if not ProgrammeVersion.objects.exists():
        publish(harbour.programme_text(), harbour.first_day(weeks), "demo", moment)


def _someone_lives_here() -> bool:
    from regulars.ground.members.models import Account
    from regulars.ground.publishing.models import ProgrammeVersion

    return ProgrammeVersion.objects.exists() or Account.objects.exists()


def _sign_in_file() -> Path:
    return home() / "demo-sign-in"


def _keep_sign_in(password: str) -> None:
    path = _sign_in_file()
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(password + "\n", encoding="ascii")


def _print_ways_in(port: int, member: str) -> None:
    at = f"http://localhost:{port}"
    kept = _sign_in_file()
    password = kept.read_text(encoding="ascii").strip() if kept.exists() else f"({next_step('user', KEEPER)})"
    out.print()
    out.print(f"  Console  [bold]{at}/console/[/bold]")
    out.print(f"           sign in as [bold]{KEEPER}[/bold] with [bold]{password}[/bold]", soft_wrap=True)
    out.print(f"  A member [bold]{at}/console/members/{member}/[/bold]", soft_wrap=True)
    out.print("           (that page makes a link by which the member signs in at the portal)")
    out.print(f"  Portal   [bold]{at}/[/bold]")
    out.print(f"  API      [bold]{at}/v1/docs[/bold]")
    out.print()
    out.print("  Ctrl-C ends it; the data stays.")
    out.print()


def remove_demo() -> None:
    """Drop everything the demo made. Refused where no demo was loaded: a shop of one's own is never removed."""
    with open_house(report):
        from django.db import connections

        from regulars.ground.installation.facts import fact

        owner = connections["owner"]
        tables = set(owner.introspection.table_names())
        if "installation" not in tables or not fact("demo"):
            refuse("no_demo", "There is no demo shop here.")
        connections["default"].close()
        with owner.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone()[0]:
                refuse("in_use", "The demo shop is open, or being worked on: end that first (Ctrl-C where it runs).")
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC")
    _sign_in_file().unlink(missing_ok=True)
    out.print(f"The demo shop is gone. Next: {next_step('init')}", soft_wrap=True)
