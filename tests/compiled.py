"""The tests of what is compiled, on the compiled program: `make test-compiled`, in build/compiled.

As a plugin it leaves out, by name and with the reason, what compiled code cannot be asked.
"""

from __future__ import annotations

import sys

import pytest

from regulars.kit.compiled import is_compiled

#: The rooms whose tests are run.
ROOMS = (
    "regulars/engine",
    "regulars/exchange/ledger",
    "regulars/exchange/earning",
    "regulars/doors/intake",
    "regulars/doors/api",
)
#: Tests that plain Python alone can be asked, and why.
LEFT_OUT = {
    "regulars/exchange/earning/tests/test_quoting.py::test_a_quote_takes_a_handful_of_statements": (
        "it counts statements where compiled code calls directly, and so would see none"
    ),
    "regulars/exchange/earning/tests/test_merging_at_once.py"
    "::test_who_waits_while_two_are_parted_reaches_each_in_their_own_account": (
        "it waits at a lock in the place of a function that compiled code calls directly"
    ),
    "regulars/exchange/earning/tests/test_recording.py::test_a_failure_while_posting_leaves_nothing_half_done": (
        "it lets a function fail that compiled code calls directly, and so nothing would fail"
    ),
    "regulars/exchange/earning/tests/test_refolding.py"
    "::test_a_return_of_nothing_that_was_taken_once_stands_and_no_new_one_is_taken": (
        "it puts an older rule in the place of a function that compiled code calls directly"
    ),
    "regulars/exchange/earning/tests/test_fractions.py"
    "::test_what_was_recorded_before_its_worth_was_kept_folds_and_comes_back_as_it_did": (
        "it puts an older rule in the place of a function that compiled code calls directly"
    ),
    "regulars/exchange/earning/tests/test_correcting.py"
    "::test_what_asked_nothing_of_corrections_once_stands_as_it_was_recorded": (
        "it puts an older rule in the place of a function that compiled code calls directly"
    ),
    "regulars/exchange/earning/tests/test_housing.py"
    "::test_what_left_a_household_before_it_was_noted_who_had_spent_more_than_they_gave_stands": (
        "it puts an older rule in the place of a function that compiled code calls directly"
    ),
    "regulars/exchange/earning/tests/test_merging.py"
    "::test_what_was_recorded_before_it_was_noted_whose_it_was_is_read_as_it_is": (
        "it puts an older rule in the place of a function that compiled code calls directly"
    ),
    "regulars/doors/api/tests/test_unfolding.py::test_what_is_skimmed_reads_as_if_it_was_judged_cell_by_cell": (
        "it puts another function in the place of one that compiled code calls directly, and so would compare nothing"
    ),
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what stands in LEFT_OUT. Every name in it that was looked for must be there."""
    files = {item.nodeid.split("::")[0] for item in items}
    names = {item.nodeid.split("[")[0] for item in items}
    if gone := [name for name in LEFT_OUT if name.split("::")[0] in files and name not in names]:
        raise pytest.UsageError(f"tests/compiled.py leaves out tests that are not there: {', '.join(gone)}")
    out = [item for item in items if item.nodeid.split("[")[0] in LEFT_OUT]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


def main() -> int:
    """Run the tests of ROOMS, or what is named instead; pytest's status."""
    if not is_compiled():
        raise SystemExit("This is plain Python, as `make test` tests it: make test-compiled wants a C compiler.")
    return int(pytest.main(["-q", "-p", "tests.compiled", *(sys.argv[1:] or ROOMS)]))


if __name__ == "__main__":
    sys.exit(main())
