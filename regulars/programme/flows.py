"""The section `flows`: joining, leaving and withdrawing as small graphs of steps, so that they can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from regulars.kit.speaking import worded
from regulars.programme.contact import CHANNELS
from regulars.programme.currencies import check_unique
from regulars.programme.declared import Declared, find_all
from regulars.programme.document import Node
from regulars.programme.header import ID, TITLE
from regulars.programme.problems import shown
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, Record
from regulars.programme.shapes import Choice, Integer, Reference, Text, YesNo

KINDS = ("form", "choice", "reason", "save_offer", "confirm", "call", "wait", "done")
DECLINES = ("equal", "smaller", "hidden")
FLOWS_KNOWN = ("join", "cancel", "withdraw")


@dataclass(frozen=True, slots=True)
class Step:
    """One screen, or one thing said: `clicks` until the next, `asks` what is asked there, `next` where it leads.

    `goes_at_once` says whether the flow's end is one click away here too (beside an offer to stay). `decline` is how
    the control that says no looks beside the one that says yes. `preticked` and `countdown` are what they say.
    """

    id: str
    title: Mapping[str, str]
    kind: str
    clicks: int
    asks: tuple[str, ...]
    next: tuple[str, ...]
    goes_at_once: bool
    decline: str
    preticked: bool
    countdown: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """A way through `steps` from the first of them to a `done`, open over `channels`.

    `label` is what the control that opens it says. `acknowledged` says whether a durable record is sent at the end.
    """

    channels: tuple[str, ...]
    label: Mapping[str, str] | None
    acknowledged: bool
    steps: tuple[Step, ...]

    def shortest(self) -> tuple[Step, ...]:
        """The fewest steps from the first to a `done`, both included."""
        by_id = {step.id: step for step in self.steps}
        paths: list[tuple[Step, ...]] = [(self.steps[0],)]
        seen = {self.steps[0].id}
        while paths:
            path = paths.pop(0)
            if path[-1].kind == "done":
                return path
            for id in path[-1].next:
                if id not in seen:
                    seen.add(id)
                    paths.append((*path, by_id[id]))
        raise AssertionError("the loader has seen that a flow ends")


@dataclass(frozen=True, slots=True)
class Flows:
    """The ways in and out; None for one that was not written."""

    join: Flow | None
    cancel: Flow | None
    withdraw: Flow | None


STEP = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "what stands on top of it"),
    Field("kind", Choice(KINDS), "what it is"),
    Field("clicks", Integer(0, 50), "clicks until the next", default=1),
    Field("asks", ListOf(Text(60), least=0, unique=True, one=True), "what is asked", default=()),
    Field("next", ListOf(Reference("a step"), least=0, unique=True, one=True), "where it leads", default=()),
    Field("goes_at_once", YesNo(), "whether the end is one click away here too", default=False),
    Field("decline", Choice(DECLINES), "how saying no looks beside saying yes", default="equal"),
    Field("preticked", YesNo(), "whether a box is ticked before", default=False),
    Field("countdown", YesNo(), "whether a clock runs", default=False),
)
FLOW = Record(
    Field("channels", ListOf(Choice(CHANNELS), unique=True, one=True), "where it is open"),
    Field("label", TITLE, "what the control says that opens it", default=None),
    Field("acknowledged", YesNo(), "whether a record that lasts is sent at the end", default=True),
    Field("steps", ListOf(STEP), "the steps, the first one first"),
)
FLOWS = Record(
    Field("join", FLOW, "how one becomes a member", default=None),
    Field("cancel", FLOW, "how one leaves", default=None),
    Field("withdraw", FLOW, "how one withdraws from a contract", default=None),
)


def read_flows(node: Node, declared: Declared, reading: Reading) -> Any:
    """The Flows in `node`, or BROKEN after a problem was noted."""
    fields = FLOWS.read(node, "flows", reading)
    if fields is BROKEN:
        return BROKEN
    for name in FLOWS_KNOWN:
        flow = fields.get(name)
        if flow is not None:
            fields[name] = _flow(flow, name, reading)
    return fields.build(Flows)


def _flow(flow: Fields, name: str, reading: Reading) -> Any:
    steps: list[Fields] = list(flow.get("steps") or ())
    check_unique(steps, "step")
    ids = {id for step in steps if (id := step.get("id"))}
    lost = any(step.get("id") is None for step in steps)  # a step that is not known may be that one
    for step in steps:
        written = step.get("next") or ()
        step["next"] = find_all([one for one in written if not lost or one.text in ids], ids, "step", reading)
        lost |= len(step["next"]) < len(written)
    flow["steps"] = tuple(step.build(Step) for step in steps)
    built = flow.build(Flow)
    if built is not BROKEN and built.steps and BROKEN not in built.steps and not lost:
        _check_it_ends(built, flow, name)
    return built


def _check_it_ends(flow: Flow, fields: Fields, name: str) -> None:
    reached = set(_reached(flow))
    if not any(step.kind == "done" for step in flow.steps if step.id in reached):
        message = worded(
            "No way through `{name}` leads from {given} to a step of the kind `done`.",
            name=name,
            given=shown(flow.steps[0].id),
        )
        fields.problem("flow_without_end", "steps", message, worded("Let `next` of its steps lead to one."))
        return
    for step in flow.steps:
        if step.id not in reached:
            message = worded("Nothing in `{name}` leads to the step {given}.", name=name, given=shown(step.id))
            fields.problem(
                "step_not_reached", "steps", message, worded("Name it in `next` of another step, or remove it.")
            )


def _reached(flow: Flow) -> Iterator[str]:
    by_id = {step.id: step for step in flow.steps}
    waiting, seen = [flow.steps[0].id], set[str]()
    while waiting:
        id = waiting.pop()
        if id not in seen:
            seen.add(id)
            yield id
            waiting += by_id[id].next
