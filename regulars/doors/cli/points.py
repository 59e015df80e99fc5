"""`regulars points ...`: acts on a member's points, as somebody in the office may do them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import typer

from regulars.doors.cli.asked import NumbersCommand, Wrong, act_id, day, reason, whole
from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, refuse, report, spoken
from regulars.kit.speaking import worded

if TYPE_CHECKING:
    from regulars.engine.entries import Refusal
    from regulars.exchange.earning.acting import By, Done
    from regulars.exchange.ledger.holdings import LotView

app = typer.Typer(
    name="points", help="Spend, hold, give back, adjust and transfer a member's points.", no_args_is_help=True
)
#: How the audit names who types.
ACTOR = "command line"
Member = Annotated[str, typer.Argument(help="The member's number.")]
MemberOrCode = Annotated[
    str, typer.Argument(metavar="MEMBER", help="The member's number, or the code under which they set points aside.")
]
Points = Annotated[int, typer.Argument(help="How many.", parser=whole(1))]
Currency = Annotated[str, typer.Option(help="Of which currency; needed where there are several to spend.")]
For = Annotated[str, typer.Option("--for", help="The purchase they pay for, by its id of the same source.")]
Id = Annotated[
    str,
    typer.Option(
        help="The act's own id, for ever: again under the same id changes nothing.", parser=act_id, metavar="TEXT"
    ),
]
Source = Annotated[str, typer.Option(help="Under whose name it is known.")]
DryRun = Annotated[bool, typer.Option(help="Say what would happen, and change nothing.")]
Price = Annotated[int | None, typer.Argument(help="How many; of a reward only where its price moves.", parser=whole(1))]
OfIt = Annotated[int, typer.Option(help="So many of it; 0: all that is left.", parser=whole(0), metavar="NUMBER")]
Reward = Annotated[str, typer.Option(help="What they are spent on, by its id.")]
Bill = Annotated[str, typer.Option(metavar="AMOUNT", help="The bill that they take something off: 42.00.")]
Fact = Annotated[
    list[str] | None,
    typer.Option(help="What the reward may ask of the member: NAME=VALUE, segments=ONE,TWO; repeat it."),
]
#: The figures of refusals that are money, in minor units.
_AMOUNTS = {
    "share_exceeded": ("payable", "most", "pays"), "payable_missing": ("pays",), "not_payable": ("payable",),
    "nothing_to_return": ("bought", "returned"),
}  # fmt: skip
Because = Annotated[str, typer.Option(help="Why, as a code: late-delivery.", parser=reason)]


@app.command()
def show(member: MemberOrCode) -> None:
    """What a member has, by the days on which it was earned, what is set aside, and until when."""
    with open_house(report):
        from regulars.doors.cli.having import purpose
        from regulars.exchange.ledger.holdings import balances, holds, lots
        from regulars.ground.installation.facts import now

        account, at = account_or_holder(member), now()
        for one in balances(account, at):
            said = {"waiting": one.pending, "held": one.held, "owed": one.debt}
            more = "".join(f", {points:,} {what}" for what, points in said.items() if points)
            out.print(f"[bold]{one.currency.id}[/bold]: {one.available:,} {purpose(one.currency)}{more}")
            mine = [lot for lot in lots(account, at) if lot.currency.id == one.currency.id]
            for (since, ends), alike in groupby(mine, _since_and_until):
                same = list(alike)
                left, whole = sum(lot.left for lot in same), sum(lot.amount for lot in same)
                out.print(f"  {left:,} of {whole:,}, {since}. {ends}", soft_wrap=True)
            for hold in holds(account, at):
                if hold.currency.id == one.currency.id:
                    what = f" for {hold.reward.id}" if hold.reward else ""
                    out.print(
                        f"  {hold.left:,} held{what} through {hold.until}, as {hold.name}: {hold.id}", soft_wrap=True
                    )


@app.command()
def rewards(member: Member, fact: Fact = None) -> None:
    """What a member can have for their points now, and what is missing for the rest."""
    with open_house(report):
        from regulars.exchange.earning.acting import ActRefused
        from regulars.exchange.rewards.offering import rewards
        from regulars.ground.installation.facts import now

        account = find_account(member)
        try:
            found = rewards(account, member, now(), read_facts(fact or []))
        except ActRefused as refused:
            refuse(refused.refusal.code, refused.refusal.sentence)
        for one in found:
            said = " ".join(one.why_not("en")) or "Can be had."
            out.print(f"[bold]{one.reward.id}[/bold] {one.title('en')}, {one.price('en')}. {said}", soft_wrap=True)
        if not found:
            out.print("The programme has no rewards.")


@app.command(cls=NumbersCommand)
def redeem(
    member: Member, points: Price = None, reward: Reward = "", payable: Bill = "", fact: Fact = None,
    currency: Currency = "", pays_for: For = "", id: Id = "", source: Source = ACTOR, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Spend points, the soonest to expire first, on a reward that is handed over at once or as such."""
    facts = _asked(points or 0, reward, currency, fact or [])
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning.acting import redeem
        from regulars.exchange.rewards import redeeming

        def do(by: By) -> Done:
            bill = _minor(payable, "--payable", by) if payable else 0
            if reward:
                return redeeming.redeem(member, reward, by, points or 0, bill, pays_for, facts)
            return redeem(member, points or 0, currency, by, pays_for, bill)

        act(member, do)


@app.command(cls=NumbersCommand)
def hold(
    member: Member, points: Price = None,
    days: Annotated[
        int, typer.Option(help="Through how many more days.", parser=whole(0, 3_660), metavar="NUMBER")
    ] = 0,
    reward: Reward = "", fact: Fact = None, currency: Currency = "", id: Id = "", source: Source = ACTOR,
    dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Set points aside, to be captured or released: for so many days, or for a reward until it is handed over. Prints
    the hold's id."""
    facts = _asked(points or 0, reward, currency, fact or [])
    if bool(reward) == bool(days):
        raise Wrong(worded("Say through how many days; a reward says that itself."), "--days")
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning.acting import hold
        from regulars.exchange.rewards import redeeming

        def do(by: By) -> Done:
            if reward:
                return redeeming.set_aside(member, reward, by, points or 0, facts)
            return hold(member, points or 0, currency, days, by)

        act(member, do)


@app.command()
def capture(
    member: Member, held: Annotated[UUID, typer.Argument(metavar="HOLD", help="The id of the hold.")],
    points: OfIt = 0, payable: Bill = "",
    pays_for: For = "", id: Id = "", source: Source = ACTOR, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Spend what was held; a reward that it was held for is handed over."""
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning.acting import capture

        def do(by: By) -> Done:
            return capture(member, held, points, by, pays_for, _minor(payable, "--payable", by) if payable else 0)

        act(member, do)


@app.command()
def release(
    member: Member, held: Annotated[UUID, typer.Argument(metavar="HOLD", help="The id of the hold.")],
    points: OfIt = 0, id: Id = "", source: Source = ACTOR, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Give back what was held."""
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning.acting import release

        act(member, lambda by: release(member, held, points, by))


@app.command()
def cancel(
    member: Member, spent: Annotated[UUID, typer.Argument(metavar="REDEMPTION", help="The id it has here.")],
    id: Id = "", source: Source = ACTOR, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Give back all that is left of a redemption or a capture."""
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning.acting import cancel

        act(member, lambda by: cancel(member, spent, by))


@app.command("return")
def bring_back(
    member: Member, purchase: Annotated[str, typer.Argument(help="The purchase, by its source's id.")],
    source: Annotated[str, typer.Option(help="The source that told the purchase.")],
    line: Annotated[list[str] | None, typer.Option(help="LINE=AMOUNT; repeat it. Without: all that is left.")] = None,
    id: Id = "", dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Take a purchase back, whole or by line and amount: what it earned goes, what paid for it comes back."""
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning.acting import bring_back

        act(member, lambda by: bring_back(member, purchase, _lines(line or [], by), by))


@app.command(cls=NumbersCommand)
def adjust(
    member: Member, points: Annotated[int, typer.Argument(help="How many; below zero takes them.", parser=whole())],
    because: Because, currency: Currency = "",
    corrects: Annotated[
        int, typer.Option(help="The number of the movement put right.", parser=whole(0, 1 << 62), metavar="NUMBER")
    ] = 0,
    id: Id = "", source: Source = ACTOR, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Give points as goodwill, or take them as a correction."""
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning.acting import adjust

        act(member, lambda by: adjust(member, points, currency, because, by, corrects))


@app.command(cls=NumbersCommand)
def transfer(
    member: Member, to: Annotated[str, typer.Argument(help="The number of the member who gets them.")], points: Points,
    currency: Currency = "", id: Id = "", source: Source = ACTOR, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Let points go to another member, each with the last day it has."""
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning.acting import transfer

        act(member, lambda by: transfer(member, to, points, currency, by))


@app.command()
def merge(
    member: Member, into: Annotated[str, typer.Argument(help="The number of the member who keeps the account.")],
    id: Id = "", source: Source = ACTOR, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Make two members one: all that the first one has goes to the other, and both numbers lead there."""
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning import merging
        from regulars.exchange.earning.acting import Done

        def do(by: By) -> Done:
            done = merging.merge(member, into, by)
            return Done(done.survivor, done.arrived, done.again)

        act(into, do)


@app.command()
def unmerge(member: Member, id: Id = "", source: Source = ACTOR, dry_run: DryRun = False) -> None:
    """Undo a merge: what came with this number goes back; what was spent since stays with the survivor."""
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning import merging
        from regulars.exchange.earning.acting import Done

        def do(by: By) -> Done:
            done = merging.unmerge(member, by)
            return Done(done.other, done.arrived, done.again)

        act(member, do)


@app.command()
def tier(
    member: Member, level: Annotated[str, typer.Argument(help="Its id; `none` ends what was set.")], because: Because,
    until: Annotated[date | None, typer.Option(help="Its last day.", parser=day, metavar="DAY")] = None,
    id: Id = "", source: Source = ACTOR, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Set a tier by hand, which no night lowers."""
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning.acting import set_tier

        act(member, lambda by: set_tier(member, "" if level == "none" else level, until, because, by))


@contextmanager
def acting(id: str, source: str, dry_run: bool) -> Iterator[Callable[[str, Callable[[By], Done]], None]]:
    """The house, open, and how an act is carried out in it and told."""
    with open_house(report, migrate=True):
        from django.db import transaction

        from regulars.doors.cli.having import has, stands
        from regulars.exchange.earning.acting import ActRefused, By
        from regulars.ground.access.auditing import audit
        from regulars.ground.installation.facts import now
        from regulars.ground.publishing.versions import PublishRefused

        def act(member: str, do: Callable[[By], Done]) -> None:
            by = By(ACTOR, source, id or f"cli-{uuid4().hex}", now())
            with transaction.atomic():
                with transaction.atomic():
                    stood, done = stands(member, by.now), do(by)
                    lines = has(member, find_account(member), stood, by.now)
                    transaction.set_rollback(dry_run)
                if dry_run:
                    audit(ACTOR, "act rehearsed", done.account, {}, by.now)
            said = "Nothing was changed; it would be" if dry_run else "Done before" if done.again else "Done"
            out.print(f"{said}: {done.event}" if not dry_run else f"{said}:", soft_wrap=True)
            for line in lines:
                out.print(line, markup=False, soft_wrap=True)

        try:
            yield act
        except ActRefused as refused:
            refuse(refused.refusal.code, refused.refusal.sentence, _figures(refused.refusal, now()))
        except PublishRefused as refused:
            refuse(refused.code, str(refused))


def _figures(refusal: Refusal, at: datetime) -> dict[str, object]:
    """The figures of a refusal; of a bill, as money is written."""
    from regulars.ground.publishing.versions import versions
    from regulars.kit.zones import microseconds
    from regulars.programme.sentences import money

    amounts = _AMOUNTS.get(refusal.code, ())
    if not amounts:
        return dict(refusal.figures)
    programme = versions().at(microseconds(at)).kernel.terms.programme
    return {
        name: money(value, programme, spoken(None)) if name in amounts else value
        for name, value in refusal.figures.items()
    }


def _since_and_until(lot: LotView) -> tuple[str, str]:
    """From when a lot may be spent or was earned, and until when it lasts, in words; lots alike are told as one."""
    return f"from {lot.available_on}" if lot.pending else f"earned {lot.earned_on}", lot.ends("en")


def find_account(member: str) -> int:
    """The account of a member; leaves when no member has the number."""
    from regulars.ground.members.enrolling import accounts_of

    account = accounts_of([member]).get(member)
    if account is None:
        refuse("no_such_member", "No member has this number.")
    return account


def account_or_holder(told: str) -> int:
    """The account of a member's number, or, of none, that in which points are set aside under a code; as
    `find_account`."""
    from regulars.exchange.counter.codes import holder
    from regulars.ground.installation.facts import now
    from regulars.ground.members.enrolling import accounts_of

    return accounts_of([told]).get(told) or holder(told, now()) or find_account(told)


def _asked(points: int, reward: str, currency: str, told: list[str]) -> dict[str, Any]:
    """The facts that are told, when what is asked makes sense."""
    if not (points or reward):
        raise Wrong(worded("Say how many points, or which reward."), "points")
    if currency and reward:
        raise Wrong(worded("A reward says what it is paid with."), "--currency")
    return read_facts(told)


def read_facts(told: list[str]) -> dict[str, Any]:
    """Facts of a member by name, of `neighbour=yes` and `segments=vip,new`."""
    found: dict[str, Any] = {}
    for one in told:
        name, equals, value = one.partition("=")
        if not equals:
            raise Wrong(worded("Write the name and the value: segments=vip, not {one}.", one=one), "--fact")
        found[name] = value.split(",") if name == "segments" else value
    return found


def _minor(amount: str, option: str, by: By) -> int:
    """An amount of money in minor units, exactly."""
    from regulars.exchange.earning.importing import reading_terms

    try:
        minor = Decimal(amount).scaleb(reading_terms(by.now).digits)
        if minor >= 0 and minor == int(minor):
            return int(minor)
    except (ArithmeticError, ValueError):
        pass
    raise Wrong(worded("Write an amount like 12.50, not {amount}.", amount=amount), option)


def _lines(told: list[str], by: By) -> dict[str, int]:
    """Amounts in minor units by line, of `2=12.50`."""
    found: dict[str, int] = {}
    for one in told:
        name, equals, amount = one.partition("=")
        if not equals or name in found:
            raise Wrong(worded("Write each line once, with its amount: 2=12.50, not {one}.", one=one), "--line")
        found[name] = _minor(amount, "--line", by)
    return found
