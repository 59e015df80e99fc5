"""The rules that no programme file can decide, and who looks after each instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """`modes` says how it can be decided: S by a file, D by data, R at run time. `home` says where the rule is kept."""

    code: str
    title: str
    modes: str
    home: str


_AUDIT = "a figure of the backtest, and an audit of the data in force"
_POSTING = "the ledger: posting refuses or forces it at run time"
_MESSAGES = "messaging: decided for each message as it is sent"
_ARREARS = "care, arrears: decided for each case as it goes on"
_CASES = "care, cases: decided for each case as it goes on"

ELSEWHERE = (
    Elsewhere("LP-6", "Outcome audit: what the tenured paid", "D", _AUDIT),
    Elsewhere("CAP-4", "Nothing that was earned is devalued", "SR", "`regulars compare`: it needs the version before"),
    Elsewhere("CAP-4c", "Price of a reward against its retail price", "D", "compare, and " + _AUDIT),
    Elsewhere(
        "CAP-6", "A price that moves has a floor", "S", "the loader: `rewards.points` has both ends, or is fixed"
    ),
    Elsewhere("CAP-9", "No reliance on points that are never spent", "SD", _AUDIT + ": cost at 100 % redemption"),
    Elsewhere("CAP-12", "A failed redemption gives everything back", "R", _POSTING + " (holds lapse)"),
    Elsewhere("CAP-16", "A request to cancel by voice is answered", "R", _CASES),
    Elsewhere("CAP-25", "Retention is shown beside captivity", "D", "insight: the captivity index"),
    Elsewhere("ARR-5", "The clock of a hardship notice", "R", _ARREARS),
    Elsewhere("ARR-6", "A refusal has reasons, and a stay", "R", _ARREARS),
    Elsewhere("ARR-11", "No debt before strangers", "R", _MESSAGES),
    Elsewhere("ARR-15", "Support for the vulnerable", "R", _ARREARS),
    Elsewhere("ARR-16", "Outcomes as good as others'", "D", _AUDIT),
    Elsewhere("ARR-19", "Help before the first missed payment", "R", _ARREARS),
    Elsewhere("CON-1", "Consent for each channel", "R", _MESSAGES),
    Elsewhere("CON-6", "A suppression that outlives everything", "R", _MESSAGES),
    Elsewhere("CON-7", "Complaints about mail stop the stream", "DR", _MESSAGES),
    Elsewhere("ACC-1", "Which points are a material right", "S", "insight, liability: each rule is classified there"),
    Elsewhere("ACC-2", "Allocation by stand-alone prices", "R", "insight, liability"),
    Elsewhere("ACC-3", "Breakage in proportion", "R", "insight, liability"),
    Elsewhere("ACC-4", "The roll-forward closes", "D", "`regulars prove`"),
    Elsewhere("ACC-5", "Breakage needs evidence", "D", "insight, liability"),
    Elsewhere("PRV-1", "The clock of people's rights", "R", _CASES),
    Elsewhere("PRV-2", "An export that is complete", "D", "a test of `regulars export`"),
    Elsewhere("PRV-3", "Automated outcomes are explained", "R", "every entry keeps its reason"),
    Elsewhere("PRV-5", "Erasure completes", "RD", "`regulars member erase`, and its test"),
    Elsewhere("PRV-10", "Points when somebody is erased", "R", "`regulars member erase`: they are asked first"),
    Elsewhere("CMP-1", "A complaint is acknowledged", "R", _CASES),
    Elsewhere("CMP-2", "The fast lane", "R", _CASES),
    Elsewhere("CMP-3", "A final answer in time", "R", _CASES),
    Elsewhere("CMP-4", "Like complaints have one cause", "D", _AUDIT),
    Elsewhere("CMP-6", "No failure is justified by its recovery", "", "a principle, not a rule: nothing decides it"),
    Elsewhere("CMP-7", "The register of promises", "RD", "care, promises"),
    Elsewhere("MEA-1", "NPS, exactly", "D", "insight, feedback: shown with n and interval"),
    Elsewhere("EMP-1", "Groups of staff are large enough", "D", "insight: no group below five is shown"),
    Elsewhere("EMP-5", "The load on staff", "D", _AUDIT),
    Elsewhere("EMP-6", "Links are tested, not assumed", "D", _AUDIT),
)
