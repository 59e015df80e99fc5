"""Who writes what: ledger rows only posting, what is append-only nobody twice, and no import that cannot be seen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.apps import apps

from tests.reading_code import found, is_sql, origin, origins, owners, root, said, sql
from tests.test_catalogue import APPEND_ONLY

LEDGER = ("entry", "lot", "balance", "standing", "tier_move")
POSTING = "exchange/ledger/posting.py"
#: Puts back what posting wrote, as the owner of the tables: the application's role could not.
RESTORING = "ground/installation/restoring.py"
FLOORS = ("kit", "programme", "engine", "ground", "exchange", "care", "belonging", "insight")

_VERB = r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|COPY|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?"
_WRITES = re.compile(rf"{_VERB}(?:\"?\w+\"?\s*\.\s*)?\"?(?:{'|'.join(LEDGER)}|entry_\w+)\"?(?![\w\"])", re.I)
#: A statement that writes to a table which is filled in (`?`, `{}`, `%s`) or added later.
_WRITES_TO_ANY = re.compile(rf"{_VERB}(?:[?{{%]|\"\?|$)|\b(?:INSERT\s+INTO|DELETE\s+FROM|MERGE\s+INTO)\s*$")

#: Acts of the ORM that write, on whatever they are called.
_ALWAYS = {
    "save", "asave", "bulk_create", "abulk_create", "bulk_update", "abulk_update", "get_or_create", "aget_or_create",
    "update_or_create", "aupdate_or_create", "aupdate", "acreate", "adelete", "save_base", "_raw_delete",
}  # fmt: skip
#: Acts that other things have as well, such as a dict: they count where the ORM is in sight.
_HERE = {"update", "delete", "create"}
_MANAGERS = {"objects", "_default_manager", "_base_manager"}
#: Sign-ins of staff, which are Django's; and the session of a member's browser.
_OTHER_ROWS = {
    ("ground/access/models.py", "staff.save(using=self._db)"),
    ("doors/cli/user.py", "staff.save()"),
}
_UNSEEN = ("importlib.import_module", "importlib.reload", "importlib.util.module_from_spec", "importlib.machinery",
           "importlib.util.spec_from_file_location", "django.utils.module_loading", "pkgutil", "runpy", "sys.modules",
           "builtins", "zipimport")  # fmt: skip
#: What writes rows to a table it is told, and the place of that among its arguments; and where these are.
_ROW_WRITERS = {"copy_rows": 1, "copy_blocks": 1, "write_rows": 0, "write_parts": 0}
_WRITE_FOR_OTHERS = ("kit/copying.py:", "kit/binding.py:")
#: Where a checked tree becomes Python, the only text that is ever run.
_COMPILERS = {("engine/weighing.py", "exec"), ("engine/weighing.py", "compile"),
              ("kit/conditions/python.py", "exec"), ("kit/conditions/python.py", "compile")}  # fmt: skip


def writes_the_ledger(text: str) -> bool:
    """Whether a SQL text changes a row of the ledger, or of a table that cannot be told."""
    return bool(_WRITES.search(text) or _WRITES_TO_ANY.search(text))


def copies(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Calls that write rows to a table of the ledger, or to one that is not written there."""
    names = origins(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = (origin(node.func, names) or ast.unparse(node.func)).rpartition(".")[2]
        if called in _ROW_WRITERS:
            at = _ROW_WRITERS[called]
            table = next((word.value for word in node.keywords if word.arg == "table"), None)
            table = table or (node.args[at] if len(node.args) > at else None)
            if not isinstance(table, ast.Constant) or table.value in LEDGER:
                yield node.lineno, ast.unparse(node)


@cache
def guarded() -> frozenset[str]:
    """The models whose rows only one writer may write, or nobody twice, by their full names."""
    tables = APPEND_ONLY | set(LEDGER)
    return frozenset(f"{m.__module__}.{m.__name__}" for m in apps.get_models() if m._meta.db_table in tables)


def orm_writes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Calls that write rows through the ORM and cannot be told to leave the guarded tables alone."""
    names, place = origins(tree), owners(tree)
    modules = {name.rpartition(".")[0] for name in guarded()}
    near = any(meant in guarded() or meant in modules for meant in names.values())
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "get_model":
            yield node.lineno, said(place[node])
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        act, begins = node.func.attr, origin(root(node.func), names)
        managed = {part.attr for part in ast.walk(node.func) if isinstance(part, ast.Attribute)} & _MANAGERS
        told = managed and begins.endswith(tuple(f".models.{m.__name__}" for m in apps.get_models()))
        if told and begins not in guarded():
            continue
        if act in _ALWAYS or (act in _HERE and (near or managed)):
            yield node.lineno, said(place[node])


def unseen_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Imports that import-linter cannot see, and text that is run."""
    names = origins(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            meant = origin(node, names)
            if meant.startswith(_UNSEEN):
                yield node.lineno, meant
        if isinstance(node, ast.Name) and node.id in ("__import__", "exec", "eval", "compile", "__builtins__"):
            yield node.lineno, node.id


def test_only_posting_writes_the_ledger_in_sql() -> None:
    assert [
        place for place, text in sql()
        if writes_the_ledger(text) and not place.startswith((POSTING + ":", *_WRITE_FOR_OTHERS, RESTORING + ":"))
    ] == []  # fmt: skip
    assert [file for file, _ in found(copies) if file != POSTING and f"{file}:" not in _WRITE_FOR_OTHERS] == []


def test_nobody_writes_the_ledger_or_what_is_append_only_through_the_orm() -> None:
    places = found(orm_writes)
    assert {f"{file}:{line}": what for (file, what), line in places.items() if (file, what) not in _OTHER_ROWS} == {}
    assert len(guarded()) >= 7


def test_below_the_doors_every_import_can_be_seen() -> None:
    places = found(unseen_imports, *FLOORS)
    assert {f"{file}:{line}": what for (file, what), line in places.items() if (file, what) not in _COMPILERS} == {}


def test_every_place_that_is_excused_is_still_there() -> None:
    assert _OTHER_ROWS - found(orm_writes).keys() == set()
    assert _COMPILERS - found(unseen_imports, *FLOORS).keys() == set()


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE lot SET remaining = 0", "UPDATE ONLY lot SET remaining = 0", "DELETE FROM public.balance",
        'DELETE FROM "balance"', 'update "public"."lot" set remaining = 0', "MERGE INTO standing USING x ON true",
        "INSERT INTO entry_2026_01 VALUES (1)", "TRUNCATE TABLE tier_move", "COPY entry (seq) FROM STDIN",
        "WITH gone AS (DELETE FROM ONLY lot RETURNING 1) SELECT count(*) FROM gone", "UPDATE ? SET remaining = 0",
        "INSERT INTO {} VALUES (1)", "UPDATE %s SET remaining = 0", "DELETE FROM ",
    ],
)  # fmt: skip
def test_a_statement_that_writes_the_ledger_is_found_however_it_is_written(text: str) -> None:
    assert is_sql(text) and writes_the_ledger(text)


@pytest.mark.parametrize(
    "text",
    ["SELECT * FROM lot FOR UPDATE", "INSERT INTO event_key SELECT 1 FROM entry", "UPDATE import_run SET batches = 1"],
)
def test_a_statement_that_only_reads_the_ledger_passes(text: str) -> None:
    assert not writes_the_ledger(text)


_LEDGER_MODELS = "from regulars.exchange.ledger.models import"


@pytest.mark.parametrize(
    "lines",
    [
        f"{_LEDGER_MODELS} Lot\nLot.objects.filter(account_id=1).update(remaining=0)",
        f"{_LEDGER_MODELS} Balance as B\nB.objects.all().delete()", f"{_LEDGER_MODELS} Entry\nEntry.objects.create(seq=1)",
        "from regulars.exchange.ledger import models as m\nm.Standing.objects.update_or_create(account_id=1)",
        f"{_LEDGER_MODELS} Balance\nrow = Balance.objects.get()\nrow.available = 1\nrow.save()",
        f"{_LEDGER_MODELS} Lot\nrows = Lot.objects.all()\nrows.update(remaining=0)", "row.save()",
        f"{_LEDGER_MODELS} TierMove\nTierMove._base_manager.bulk_create([])", "rows.objects.update(remaining=0)",
        "from django.apps import apps\napps.get_model('ledger', 'Lot').objects.count()",
        "from regulars.ground.activity.models import Event\nEvent.objects.filter(id=1).delete()",
        "from regulars.ground.publishing.models import ProgrammeVersion\nProgrammeVersion(number=1).save()",
    ],
)  # fmt: skip
def test_a_write_through_the_orm_is_found_however_it_is_written(lines: str) -> None:
    assert list(orm_writes(ast.parse(lines)))


@pytest.mark.parametrize(
    "lines",
    [
        "counts.update(more)", f"{_LEDGER_MODELS} Lot\nLot.objects.filter(account_id=1).count()",
        "from regulars.ground.members.models import Member\nMember.objects.filter(account_id=1).update(language='da')",
    ],
)  # fmt: skip
def test_other_writes_and_readings_pass(lines: str) -> None:
    assert list(orm_writes(ast.parse(lines))) == []


@pytest.mark.parametrize("line", ["copy_rows(c, 'lot', LOT, rows)", "write_rows('lot', LOT, rows)", "write_parts('lot', LOT, rows)", "binding.write_rows(table, LOT, rows)", "copying.copy_rows(c, name, X, rows)",
                                  "copy_rows(c, columns=X, rows=rows, table='entry')"])  # fmt: skip
def test_a_copy_into_the_ledger_is_found(line: str) -> None:
    assert list(copies(ast.parse(line)))


@pytest.mark.parametrize(
    "lines",
    [
        "import importlib\nimportlib.import_module('regulars.doors.urls')", "from importlib import import_module as i\ni('x')",
        "__import__('regulars.doors')", "from django.utils.module_loading import import_string\nimport_string('x')",
        "import sys\nsys.modules['regulars.doors.urls']", "exec('import regulars.doors')", "eval('x')",
        "import runpy\nrunpy.run_module('regulars.doors')", "import builtins\nbuiltins.__import__('x')",
    ],
)  # fmt: skip
def test_an_import_that_cannot_be_seen_is_found(lines: str) -> None:
    assert list(unseen_imports(ast.parse(lines)))


def test_the_place_of_a_package_may_be_asked_for() -> None:
    assert list(unseen_imports(ast.parse("import importlib.util\nimportlib.util.find_spec('x')"))) == []
