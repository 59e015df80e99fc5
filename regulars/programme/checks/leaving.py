"""CAP, the way out: leaving is as easy as joining, costs nothing, and nobody is talked out of it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from regulars.kit.speaking import Said, counted, phrase, titled, worded
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import house, law, regulator
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import money, words_in, words_of_file
from regulars.programme.flows import Flow, Step
from regulars.programme.problems import ERROR

_CALIFORNIA = "California, AB 2863"
_SINCE = "in force 2025-07-01"
_CLICKS = 2
_FOURTEEN = 14
_MONTH = 30
_FEES = {
    "hold": phrase("to hold points"),
    "redeem": phrase("to redeem points"),
    "transfer": phrase("to transfer points"),
}
#: What a withdrawal may ask for: who it is, of what, and where the acknowledgement goes.
_NEEDED = ("name*", "contract*", "order*", "number*", "email*", "e-mail*", "contact*", "member*")


@check(
    "CAP-8",
    "Points and membership can be kept, used and given up for nothing",
    house(ERROR, phrase("a fee on the way out is a lock")),
    regulator("us", "Department of Transportation, inquiry into airline rewards: extra fees", "2024-09"),
    house(ERROR, phrase("whoever says good bye is let go within a month"), limit=_MONTH),
    why="Whoever has to pay for leaving stays for the wrong reason.",
    decides="A club whose `exit` has a `fee`, pays nothing back for the rest of a period (`refund: nothing`), or asks "
    f"for more than {_MONTH} days' notice, for everybody or for some; and "
    "`terms.fees` for holding, redeeming or transferring points, unless they are `backed` by a cost. A fee for "
    "leaving that only covers a cost can be allowed, with the cost as the reason.",
    fixable=True,
)
def no_fees(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Clubs that charge for leaving, or keep what was paid for the time after it; fees on points. With a limit, clubs
    that hold members for more days than it after they said that they leave.
    """
    programme = subject.programme
    if limit is not None:
        yield from _held(subject, limit)
        return
    for index, club in enumerate(programme.clubs):
        title, path = titled(club.title), f"clubs[{index}].exit"
        if club.exit.fee is not None:
            message = worded("Leaving {title} costs {amount}.", title=title, amount=money(club.exit.fee, programme))
            yield Finding(f"{path}.fee", message, worded("Remove the key `fee`."))
        if club.exit.refund == "nothing" and club.months > 1:
            key, price = f"{path}.refund", money(club.price, programme)
            lost = money(club.price - club.price // club.months, programme)
            yield Finding(
                key,
                worded("Whoever leaves {title} gets nothing back for the months that were paid.", title=title),
                worded("Write `refund: rest`."),
                worded(
                    "Dagny pays {price} for {months} months and leaves after one: about {lost} are lost.",
                    price=price,
                    months=club.months,
                    lost=lost,
                ),
                subject.replacing(key, "rest"),
            )
    fees = programme.terms.fees if programme.terms else None
    if fees is not None and not fees.backed:
        for name, fee in (("hold", fees.hold), ("redeem", fees.redeem), ("transfer", fees.transfer)):
            if fee:
                key = f"terms.fees.{name}"
                message = worded(
                    "Members pay {amount} for this: {what}.", amount=money(fee, programme), what=_FEES[name]
                )
                remedy = worded(
                    "Write `{name}: none`, or `backed: yes` where a cost of the house stands behind it.", name=name
                )
                yield Finding(key, message, remedy, edit=subject.replacing(key, "none"))


def _held(subject: Subject, most: int) -> Iterator[Finding]:
    """Clubs of which one is a member, and pays, for more than so many days after saying good bye."""
    programme = subject.programme
    for index, club in enumerate(programme.clubs):
        days, path = club.exit.notice_days, f"clubs[{index}].exit.notice_days"
        if days > most:
            title, spent = titled(club.title), money(Fraction(club.price * days, club.months * _MONTH), programme)
            yield Finding(
                path,
                worded(
                    "Whoever leaves {title} is held for {days} days more; {most} are the most that is fair.",
                    title=title,
                    days=days,
                    most=most,
                ),
                worded("Write `notice_days: {most}`, or remove the key.", most=str(most)),
                worded("Dagny says that she leaves, and pays about {amount} until she may.", amount=spent),
                subject.replacing(path, str(most)),
            )


@check(
    "CAP-14",
    "Leaving is as easy as joining",
    house(ERROR, phrase("no more steps, clicks or channels to leave than to join")),
    law("us", f"{_CALIFORNIA}: to cancel in the same medium, promptly, without obstruction", _SINCE),
    regulator("uk", "ICOBS 6A.6.4R: to cancel by all methods by which one can buy"),
    house(ERROR, phrase("at most two clicks after signing in"), limit=_CLICKS),
    why="Amazon paid 2.5 billion dollars in 2025 over a way out with four pages, six clicks and fifteen options. "
    "People who stay because they cannot find the door are not loyal.",
    decides="Where `flows.join` is written: the shortest way through `flows.cancel` has more steps or clicks than the "
    "one through `flows.join`, more than two clicks, a call or a wait that joining has not, or lacks a channel that "
    "joining has; or no `cancel` is written at all.",
)
def leave_as_easily(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Ways out that are longer than the way in; with a limit, those of more clicks than it."""
    flows = subject.programme.flows
    if flows is None or flows.join is None:
        return
    join, cancel = flows.join, flows.cancel
    if cancel is None:
        if limit is None:
            yield Finding(
                "flows.join", worded("The way in is written, and no way out."), worded("Add `cancel:` with its steps.")
            )
        return
    ways, clicks = (join.shortest(), cancel.shortest()), _clicks(cancel)
    if limit is not None:
        if clicks > limit:
            message = worded("Leaving takes {clicks} clicks; {limit} are enough.", clicks=clicks, limit=limit)
            yield Finding(
                "flows.cancel.steps", message, worded("Leave out what is not needed: one button and one yes.")
            )
        return
    for what, into, out in (("steps", len(ways[0]), len(ways[1])), ("clicks", _clicks(join), clicks)):
        if out > into:
            yield Finding("flows.cancel.steps", *_longer(what, into, out))
    slow = {step.kind for step in ways[1]} & {"call", "wait"} - {step.kind for step in ways[0]}
    if slow:
        message = worded("Leaving asks for {steps}; joining does not.", steps=words_of_file(sorted(slow)))
        yield Finding("flows.cancel.steps", message, worded("Let members leave by themselves."))
    missing = [channel for channel in join.channels if channel not in cancel.channels]
    if missing:
        message = worded("One can join by {channels}, and not leave by it.", channels=words_of_file(missing))
        yield Finding(
            "flows.cancel.channels", message, worded("Add {channels} to `channels`.", channels=words_of_file(missing))
        )


def _longer(what: str, into: int, out: int) -> tuple[Said, Said, Said]:
    """That the way out has more steps or clicks than the way in: message, remedy and example."""
    figures = {"out": out, "into": into}
    if what == "steps":
        return (
            worded("Leaving takes {out} steps, joining {into}.", **figures),
            worded("Take steps away, so many: {more}.", more=out - into),
            counted(
                "Bruno joined in one step. To leave he needs {out}, and gives up on the way.",
                "Bruno joined in {n} steps. To leave he needs {out}, and gives up on the way.",
                into,
                out=out,
            ),
        )
    return (
        worded("Leaving takes {out} clicks, joining {into}.", **figures),
        worded("Take clicks away, so many: {more}.", more=out - into),
        counted(
            "Bruno joined in one click. To leave he needs {out}, and gives up on the way.",
            "Bruno joined in {n} clicks. To leave he needs {out}, and gives up on the way.",
            into,
            out=out,
        ),
    )


@check(
    "CAP-15",
    "At most one offer to stay, with the door beside it",
    house(ERROR, phrase("whoever wants to leave may be asked once")),
    law("us", f"{_CALIFORNIA}: an attempt to save is allowed only where one can still cancel at once", _SINCE),
    why="One question is courtesy. The second is a wall.",
    decides="`flows.cancel` with more than one step of the kind `save_offer`, or one without `goes_at_once`.",
    fixable=True,
)
def one_save_offer(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Offers to stay that come again and again, or hide the way on."""
    flows = subject.programme.flows
    seen = 0
    for index, step in enumerate(flows.cancel.steps if flows and flows.cancel else ()):
        if step.kind != "save_offer":
            continue
        seen += 1
        path = f"flows.cancel.steps[{index}]"
        if seen > 1:
            yield Finding(
                path, worded("This is offer number {seen} to stay.", seen=seen), worded("Remove it; one is enough.")
            )
        elif not step.goes_at_once:
            written = subject.replacing(f"{path}.goes_at_once", "yes")
            yield Finding(
                path,
                worded("Beside this offer to stay there is no control that leaves at once."),
                worded("Write `goes_at_once: yes`, and put the control there."),
                edit=written or subject.adding(path, "goes_at_once", "yes"),
            )


@check(
    "CAP-17",
    "A contract can be withdrawn from for fourteen days, by a plain button",
    house(ERROR, phrase("the fourteen days of the Union, everywhere")),
    law("eu", "Directive 2011/83/EU with Article 11a as inserted by Directive 2023/2673", "from 2026-06-19"),
    why="A yes that was given in a moment must be possible to take back after a night's sleep.",
    decides="A club whose `exit.cooling_off_days`, or terms whose `withdraw_days`, are fewer than 14. And where "
    "`flows` is written: no `withdraw` although there are clubs; or one without a `label`, without a step of the kind "
    "`confirm`, without an acknowledgement that lasts, or that asks for more than name, contract and contact.",
    fixable=True,
)
def fourteen_days(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Contracts with fewer than 14 days to think again, or no plain way to do it."""
    programme = subject.programme
    days = [
        (f"clubs[{index}].exit.cooling_off_days", club.exit.cooling_off_days, titled(club.title))
        for index, club in enumerate(programme.clubs)
    ]
    days += (
        [("terms.withdraw_days", programme.terms.withdraw_days, phrase("what was bought"))] if programme.terms else []
    )
    for path, given, what in days:
        if given < _FOURTEEN:
            key = path.rsplit(".", 1)[-1]
            yield Finding(
                path,
                counted(
                    "{what} can be given back for one day; {fourteen} are everybody's right.",
                    "{what} can be given back for {n} days; {fourteen} are everybody's right.",
                    given,
                    what=what,
                    fourteen=_FOURTEEN,
                ),
                worded("Write `{key}: {FOURTEEN}`.", key=key, FOURTEEN=str(_FOURTEEN)),
                edit=subject.replacing(path, str(_FOURTEEN)),
            )
    if programme.flows is not None and programme.flows.withdraw is not None:
        yield from _withdrawal(subject, programme.flows.withdraw)
    elif programme.flows is not None and programme.clubs:
        yield Finding(
            "flows", worded("Memberships are sold, and no way to withdraw is written."), worded("Add `withdraw:`.")
        )


def _withdrawal(subject: Subject, flow: Flow) -> Iterator[Finding]:
    path = "flows.withdraw"
    if flow.label is None:
        remedy = worded('Add `label:` that says so, such as "withdraw from contract here".')
        yield Finding(path, worded("Nobody knows what the control is called by which one withdraws."), remedy)
    if not flow.acknowledged:
        key = f"{path}.acknowledged"
        message = worded("Whoever withdraws gets nothing that lasts and says so, with day and time.")
        yield Finding(key, message, worded("Write `acknowledged: yes`."), edit=subject.replacing(key, "yes"))
    if not any(step.kind == "confirm" for step in flow.steps):
        message = worded("A withdrawal is not confirmed by a second step.")
        yield Finding(f"{path}.steps", message, worded("Add a step of the kind `confirm`."))
    for index, step in enumerate(flow.steps):
        for position, asked in enumerate(step.asks):
            if not words_in(asked, _NEEDED):
                key = f"{path}.steps[{index}].asks[{position}]"
                message = worded("Whoever withdraws is asked for `{asked}`, which is not needed for it.", asked=asked)
                yield Finding(key, message, worded("Ask for name, contract and contact only."))


@check(
    "CAP-22",
    "No tricks on the way",
    house(ERROR, phrase("DSA Article 25 and the Unfair Commercial Practices Directive"), unread=True),
    regulator("us", "FTC v. Amazon, settlement over Prime: a clear button to decline", "2025"),
    why="A box that is ticked before, a clock that runs, a no that hides: each takes a decision away from somebody.",
    decides="A step of any flow with `preticked: yes`, `countdown: yes`, or a `decline` that is not `equal`.",
    fixable=True,
)
def no_tricks(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Steps that tick, count down, or hide the no."""
    flows = subject.programme.flows
    if flows is None:
        return
    for name, flow in (("join", flows.join), ("cancel", flows.cancel), ("withdraw", flows.withdraw)):
        for index, step in enumerate(flow.steps if flow else ()):
            for key, fair, said in _tricks(step):
                path = f"flows.{name}.steps[{index}].{key}"
                edit = subject.replacing(path, fair)
                yield Finding(
                    path, said, worded("Write `{key}: {fair}`, or remove the key.", key=key, fair=fair), edit=edit
                )


def _tricks(step: Step) -> Iterator[tuple[str, str, str]]:
    if step.preticked:
        yield "preticked", "no", worded("A box is ticked before anybody has decided.")
    if step.countdown:
        yield "countdown", "no", worded("A clock presses for an answer.")
    if step.decline != "equal":
        hidden = worded("The control that says no is hidden.")
        smaller = worded("The control that says no looks smaller than the yes.")
        yield "decline", "equal", hidden if step.decline == "hidden" else smaller


def _clicks(flow: Flow) -> int:
    """The clicks on the shortest way, up to its end."""
    return sum(step.clicks for step in flow.shortest()[:-1])
