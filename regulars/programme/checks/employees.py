"""EMP: staff are measured by what helps customers, and may put things right."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.kit.speaking import phrase, worded
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import house
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import money, words_of_file
from regulars.programme.problems import ERROR, WARNING

_BESIDE_SPEED = ("first_contact_resolution", "customer_rating", "reopened_cases")
_AGAINST_MEMBERS = ("cancels_prevented", "arrears_collected")


@check(
    "EMP-2",
    "Speed is never the only measure",
    house(ERROR, phrase("the service-profit chain: speed counts beside solution and rating")),
    why="Whoever is measured by seconds hangs up.",
    decides="A target on `handle_time` of each `person` without targets on `first_contact_resolution`, "
    "`customer_rating` and `reopened_cases`.",
)
def speed_is_not_alone(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Handle time as a target without what it may cost."""
    targets = subject.programme.service.targets
    measured = {target.measure for target in targets}
    missing = [measure for measure in _BESIDE_SPEED if measure not in measured]
    for index, target in enumerate(targets):
        if target.measure == "handle_time" and target.of == "person" and missing:
            message = worded(
                "Each person is measured by handle time, and nobody by {measures}.", measures=words_of_file(missing)
            )
            yield Finding(f"service.targets[{index}].measure", message, worded("Add those, or measure the team."))


@check(
    "EMP-3",
    "Staff may put things right",
    house(WARNING, phrase("the limit is at least one average order; most cases end at the first contact")),
    why="An apology from somebody who has to ask first is half an apology.",
    decides="A section `service` without `authority`, or with less than the header's `average_order`. Whether the "
    "limit is enough is seen in the cases.",
)
def staff_may_mend(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """A service in which nobody may give anything without asking."""
    programme = subject.programme
    authority, order = programme.service.authority, programme.header.average_order
    if authority is not None and order is not None and authority < order:
        least = money(order, programme)
        message = worded(
            "At the counter {amount} may be put right; an average order is {least}.",
            amount=money(authority, programme),
            least=least,
        )
        yield Finding("service.authority", message, worded("Write `authority:` with {least} at least.", least=least))
    if "service" in programme.written and authority is None:
        message = worded("Nobody at the counter may put anything right without asking.")
        yield Finding("service", message, worded("Add `authority:` with the worth of an average order."))


@check(
    "EMP-4",
    "Nobody is paid for keeping people in",
    house(ERROR, phrase("the cause of most of what CAP-14 and ARR-2 find")),
    why="A bonus on cancellations prevented is a bonus on not listening.",
    decides="A target on `cancels_prevented` or `arrears_collected` that `pays`.",
    fixable=True,
)
def no_save_bonus(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Pay that depends on people who could not leave, or were pressed."""
    for index, target in enumerate(subject.programme.service.targets):
        if target.measure in _AGAINST_MEMBERS and target.pays:
            path = f"service.targets[{index}].pays"
            message = worded("Pay depends on `{measure}`.", measure=target.measure)
            yield Finding(path, message, worded("Write `pays: no`, or remove it."), edit=subject.replacing(path, "no"))
