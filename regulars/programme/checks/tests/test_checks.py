"""Each check stops the programme it is meant to stop, says why, and lets its neighbour pass."""

from __future__ import annotations

import pytest

from regulars.programme.checks.catalogue import BY_CODE, CHECKS
from regulars.programme.checks.elsewhere import ELSEWHERE
from regulars.programme.checks.linting import MOST_FINDINGS, lint
from regulars.programme.checks.pages import FOLDER, pages
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import DIGNITY, PROFILES, Force, Ruling, house, law
from regulars.programme.checks.samples import SAMPLES
from regulars.programme.checks.sampling import Sample, good_programme
from regulars.programme.checks.subject import Finding
from regulars.programme.problems import split_lines


def codes(text: str, *profiles: str) -> list[str]:
    """What is said of a programme, in the order of the file."""
    return [problem.code for problem in lint(text, profiles=profiles or PROFILES).problems]


def test_the_good_programme_is_silent_in_all_profiles() -> None:
    assert codes(good_programme()) == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.code)
def test_the_bad_programme_of_a_check_is_stopped_by_it_alone_and_its_good_neighbour_by_none(sample: Sample) -> None:
    """And the finding stands in the section that was changed, says what to do, and on what ground."""
    bad = sample.bad_programme()
    linted = lint(bad, profiles=PROFILES)
    assert {problem.code for problem in linted.problems} == {sample.code}
    at = next((number for number, (one, two) in enumerate(zip(bad, good_programme(), strict=False)) if one != two), 0)
    for problem in linted.problems:
        assert section(bad, bad[:at].count("\n") + 1) == section(bad, problem.line) or not problem.path
        assert problem.message.endswith(".") and problem.remedy.endswith(".")
        assert any(ruling.sentence() in problem.notes for ruling in BY_CODE[problem.code].rulings)
    assert bool(linted.edits) == (BY_CODE[sample.code].fixable and not sample.by_hand)
    assert codes(sample.fine_programme()) == []


def section(text: str, line: int) -> str:
    """The topmost key that a line stands under."""
    return [one for one in split_lines(text)[:line] if one[:1].isalpha()][-1]


def test_every_check_has_a_bad_programme_and_no_sample_is_of_no_check() -> None:
    assert {sample.code for sample in SAMPLES} == set(BY_CODE)


def test_every_rule_of_fairness_is_a_check_or_has_a_home_elsewhere_and_never_both() -> None:
    sizes = {"LP": 8, "CAP": 26, "ARR": 19, "CON": 14, "ACC": 9, "PRV": 10, "CMP": 8, "MEA": 4, "EMP": 6}
    rules = {f"{family}-{number}" for family, size in sizes.items() for number in range(1, size + 1)}
    checks, elsewhere = set(BY_CODE), {one.code for one in ELSEWHERE}
    assert checks & elsewhere == set()
    assert {code for code in checks | elsewhere if not code.startswith("HOUSE")} == rules | {"CAP-4b", "CAP-4c"}


def test_the_pages_are_up_to_date() -> None:
    """`make pages` writes them."""
    assert {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")} == pages()


def test_a_profile_says_whose_rules_count_and_how_gravely() -> None:
    year = good_programme().replace("months: 36", "months: 13")
    assert codes(year, "ca") == codes(year, "uk") == []
    assert codes(year, "de") == codes(year, DIGNITY) == ["CAP-2"]
    (problem,) = lint(year.replace("months: 13", "months: 11"), profiles=("ca",)).problems
    assert (problem.severity, "12 is the least" in problem.message) == ("error", True)
    newer = good_programme().replace('member_since < "2020-01-01"', 'member_since > "2020-01-01"')
    assert [lint(newer, profiles=(one,)).problems[0].severity for one in (DIGNITY, "uk")] == ["error", "warning"]


def test_profiles_that_agree_are_one_finding_with_all_their_grounds() -> None:
    short = good_programme().replace("months: 36", "months: 10")
    (problem,) = lint(short, profiles=("ca", "de", DIGNITY)).problems
    assert [note.split(",")[0] for note in problem.notes[1:]] == [DIGNITY, "de", "ca"]


def test_a_file_that_does_not_load_is_told_by_the_loader_alone() -> None:
    linted = lint(good_programme().replace("months: 36", "months: many"))
    assert (linted.programme, [problem.code for problem in linted.problems]) == (None, ["not_a_number"])


def test_of_one_check_a_bounded_number_of_findings_is_shown() -> None:
    more = "".join(f"  - {{id: c{number}, title: c{number}}}\n" for number in range(MOST_FINDINGS + 10))
    problems = lint(good_programme().replace("\nearn:", f"{more}\nearn:"), profiles=(DIGNITY,)).problems
    said = [problem.message for problem in problems if problem.code == "CAP-5"]
    assert (len(said), said[-1][:7]) == (MOST_FINDINGS + 1, "10 more")


def test_what_nobody_has_read_is_a_house_rule() -> None:
    assert (
        house("error", "a recollection", unread=True)
        .sentence()
        .endswith("a recollection; known from memory or a weak page, so it counts as ours alone. As of 2026-11-26.")
    )
    with pytest.raises(ValueError, match="house rule"):
        Ruling("eu", "error", Force.LAW, "GDPR, from memory", unread=True)
    with pytest.raises(ValueError, match="profile"):
        law("atlantis", "the law of the sea")


def test_a_code_belongs_to_one_check() -> None:
    def ask(subject: object, limit: int | None) -> list[Finding]:
        return []

    with pytest.raises(ValueError, match="taken"):
        check(CHECKS[0].code, "another", house("error", "x"), why="", decides="")(ask)
    with pytest.raises(ValueError, match="no ruling"):
        check("ZZ-1", "without ground", why="", decides="")(ask)
