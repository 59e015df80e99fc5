"""`--fix` writes what can be mended by rule, and touches nothing else."""

from __future__ import annotations

import pytest

from regulars.programme.checks.catalogue import BY_CODE
from regulars.programme.checks.linting import lint
from regulars.programme.checks.mending import mend
from regulars.programme.checks.rulings import PROFILES
from regulars.programme.checks.samples import SAMPLES
from regulars.programme.checks.sampling import Sample, good_programme
from regulars.programme.checks.subject import Subject
from regulars.programme.loading import inspect

MECHANICAL = [one for one in SAMPLES if BY_CODE[one.code].fixable and not one.by_hand]
BAD = (
    good_programme()
    .replace("months: 36", "months: 12")
    .replace("notice: {earliest: 60, latest: 30}", "notice: none")
    .replace("after: inactivity", "after: earning")
    .replace("  fall: one", "  fall: to_level   # as the board decided")
)


@pytest.mark.parametrize("sample", MECHANICAL, ids=lambda one: one.code)
def test_what_is_fixable_is_fixed(sample: Sample) -> None:
    mended = mend(sample.bad_programme(), profiles=PROFILES)
    assert (mended.left.problems, mended.edits) == ((), 1)


def test_comments_order_and_layout_stay() -> None:
    mended = mend(BAD)
    assert mended.edits == 4
    assert mended.text == good_programme().replace("  fall: one", "  fall: one   # as the board decided")


def test_a_byte_order_mark_and_windows_lines_stay() -> None:
    mended = mend("\ufeff" + BAD.replace("\n", "\r\n"))
    assert mended.text == "\ufeff" + good_programme().replace(
        "  fall: one", "  fall: one   # as the board decided"
    ).replace("\n", "\r\n")


def test_what_is_allowed_is_not_mended() -> None:
    text = BAD.replace("  fall: to_level", "  # regulars: allow CAP-26 because the board decided so\n  fall: to_level")
    assert "fall: to_level" in mend(text).text


def test_a_file_that_does_not_load_is_left_alone() -> None:
    broken = BAD.replace("money: DKK", "money: XYZ")
    assert mend(broken).text == broken


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_key_is_added_behind_the_first_one_however_the_mapping_is_written(end: str) -> None:
    text = good_programme().replace("\n", end)
    programme, document, _ = inspect(text)
    assert programme and document
    subject = Subject(programme, document)
    for path, written in (
        ("currencies[0]", f"  - id: points{end}    debt: yes{end}"),
        ("currencies[0].expiry", "{after: inactivity, debt: yes, months"),
        ("tiers", f"  counts: spend{end}  debt: yes{end}"),
    ):
        edit = subject.adding(path, "debt", "yes")
        assert edit and written in text[: edit.start] + edit.text + text[edit.end :]
    assert subject.adding("earn", "debt", "yes") is None  # its first value is a list
    assert subject.adding("rewards", "debt", "yes") is None
    assert lint(text).problems == ()
