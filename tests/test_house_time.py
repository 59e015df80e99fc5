"""Time and chance are arguments: below the doors nobody asks a clock or throws dice, under whatever name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.reading_code import found, origin, origins

BELOW_THE_DOORS = ("kit", "programme", "engine", "ground", "exchange", "care", "belonging", "insight")
_CLOCK_MODULES = ("time", "datetime", "django.utils.timezone")
_ASKS = {
    "now", "utcnow", "today", "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns",
    "process_time", "process_time_ns", "thread_time", "localtime", "gmtime", "ctime", "localdate",
}  # fmt: skip
#: Methods that are a clock whatever they are called on: `type(moment).now(UTC)`.
_ALWAYS = {"now", "utcnow", "today", "time_ns", "monotonic", "perf_counter"}
_CHANCE = (
    "random.",
    "secrets.",
    "os.urandom",
    "os.getrandom",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid.uuid7",
    "numpy.random",
)
_OWN_CLOCK = "regulars.ground.installation.facts.now"
_STAMPS = {"auto_now", "auto_now_add"}

#: Who may, with the reason. Whatever is no longer there must leave this list.
ALLOWED = {
    # When a sign-in of staff was made, as Django keeps it; nothing is decided by it.
    ("ground/access/models.py", "auto_now_add"),
    # The installation's own clock: the one that doors ask and hand down.
    ("ground/installation/facts.py", "datetime.datetime.now"),
    # How long something took or may take: never an instant that is written down.
    ("kit/embedded/waiting.py", "time.monotonic"),
    ("insight/shop/keeping.py", "time.perf_counter"),
    # Secrets and identifiers that nobody can guess.
    ("kit/ids.py", "os.urandom"),
    ("kit/secrets.py", "secrets.token_hex"),
    ("kit/embedded/place.py", "secrets.token_urlsafe"),
    ("kit/embedded/place.py", "secrets.token_hex"),
    ("ground/access/keys.py", "secrets.token_urlsafe"),
    ("ground/members/signing_in.py", "secrets.token_urlsafe"),
}


def asks(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every use of a clock or of chance, called or handed on, by its full name."""
    names = origins(tree)
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in inner:
            meant = origin(node, names)
            if _is_clock(meant) or meant.startswith(_CHANCE):
                yield line, meant
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in _ALWAYS and not origin(node.func, names):
                yield line, f"?.{node.func.attr}"
            wanted = node.args[1] if origin(node.func, names) == "" and _is_getattr(node) else None
            if isinstance(wanted, ast.Constant) and wanted.value in _ASKS | _ALWAYS:
                yield line, f"getattr {wanted.value}"
        if isinstance(node, ast.keyword) and node.arg in _STAMPS:
            yield node.value.lineno, node.arg
        if isinstance(node, ast.ImportFrom) and any(one.name == "*" for one in node.names):
            yield line, f"{node.module}.*"


def _is_clock(meant: str) -> bool:
    module, _, name = meant.rpartition(".")
    if meant == "datetime.time":  # a time of day
        return False
    of_the_clock = module.startswith(_CLOCK_MODULES) and name in _ASKS
    return of_the_clock or meant in (_OWN_CLOCK, "django.db.models.functions.Now")


def _is_getattr(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) > 1


def test_below_the_doors_nobody_asks_for_the_time_or_for_chance() -> None:
    places = found(asks, *BELOW_THE_DOORS)
    assert {f"{file}:{line}": what for (file, what), line in places.items() if (file, what) not in ALLOWED} == {}


def test_every_place_that_may_ask_still_does() -> None:
    assert ALLOWED - found(asks, *BELOW_THE_DOORS).keys() == set()


@pytest.mark.parametrize(
    "lines",
    [
        "from datetime import datetime as D\nD.now(UTC)", "import datetime as dt\ndt.datetime.utcnow()",
        "import datetime\ndatetime.date.today()", "from time import time as clock\nclock()", "import time as t\nt.time_ns()",
        "import time\ntick = time.monotonic\ntick()", "from django.utils import timezone as tz\ntz.now()",
        "from django.utils.timezone import now\nfield(default=now)", "type(moment).now(UTC)", "moment.today()",
        "import datetime\ngetattr(datetime.datetime, 'now')()", "DateTimeField(auto_now_add=True)",
        "from regulars.ground.installation.facts import now\nnow()", "from regulars.ground.installation import facts\nfacts.now()",
        "from django.db.models.functions import Now\nNow()", "import random as r\nr.random()", "from secrets import choice\nchoice(a)",
        "import uuid\nuuid.uuid4()", "from os import urandom\nurandom(8)", "from time import *", "import time\ntime.localtime()",
    ],
)  # fmt: skip
def test_a_clock_and_dice_are_found_under_whatever_name(lines: str) -> None:
    assert list(asks(ast.parse(lines)))


@pytest.mark.parametrize(
    "lines",
    [
        "from datetime import datetime, time\ndatetime.combine(day, time())", "def act(now):\n    return now",
        "self.now.timestamp()", "from uuid import UUID\nUUID(int=1)", "from datetime import date\ndate.fromordinal(1)",
    ],
)  # fmt: skip
def test_a_moment_that_was_handed_in_passes(lines: str) -> None:
    assert list(asks(ast.parse(lines))) == []
