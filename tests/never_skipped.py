"""Nothing is skipped in silence: where `CI=true`, a test that was skipped makes the run fail.

Tests marked `as_root` need root. Another user's run leaves them out: elsewhere it says so, and in CI `.ci/run` runs
them as root by themselves.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

_CI = os.environ.get("CI") == "true"
_skipped: list[str] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Ordinary users do not run what only root can set up."""
    theirs = [] if os.geteuid() == 0 else [item for item in items if item.get_closest_marker("as_root")]
    if _CI and theirs:
        config.hook.pytest_deselected(items=theirs)
        items[:] = [item for item in items if item not in theirs]
    for item in theirs:
        item.add_marker(pytest.mark.skip(reason="only root can set this up"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped as it ran."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Remember what was skipped before it could run."""
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what should have run."""
    if _CI and _skipped:
        terminalreporter.section("skipped, which CI does not allow")
        for test in _skipped:
            terminalreporter.line(test)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail; one of several processes tells the first one."""
    if (told := getattr(session.config, "workeroutput", None)) is not None:
        told["skipped"] = _skipped
    if _CI and _skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what one of several processes left out."""
    _skipped.extend(set(getattr(node, "workeroutput", {}).get("skipped", ())).difference(_skipped))
