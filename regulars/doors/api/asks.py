"""Asks: the bodies of requests that act on points, as types. What is not in them is refused: a misspelt field must not
become another act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from django.http import HttpRequest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from regulars.doors.api.bodies import JSON, object_of, read_body
from regulars.doors.api.places import misfit, place
from regulars.doors.api.problems import Problem
from regulars.exchange.forfeitures.announcing import EVIDENCE
from regulars.ground.activity.contract import MAX_ID, MAX_LINES, MAX_POINTS, REASON
from regulars.ground.members.personal import MAX_EMAIL, MAX_NAME, MAX_PHONE
from regulars.kit.speaking import worded


def _visible(told: str) -> str:
    if told != told.strip() or not told.isprintable():
        raise ValueError(worded("Use characters that can be seen, without spaces before or after them."))
    return told


Name = Annotated[str, Field(min_length=1, max_length=MAX_ID), AfterValidator(_visible)]
Points = Annotated[int, Field(ge=1, le=MAX_POINTS, strict=True, description="How many.")]
#: Of a hold: how many of its points.
Some = Annotated[
    int | None, Field(ge=1, le=MAX_POINTS, strict=True, description="How many of them; all that is left if left out.")
]
CurrencyId = Annotated[
    str,
    Field(
        pattern="^([a-z][a-z0-9-]{0,39})?$", description="Of which currency; may be left out where one can be spent."
    ),
]
Paid = Annotated[
    Name | None, Field(description="The purchase that they pay for, by its source's id: with it they come back.")
]
Payable = Annotated[
    Decimal | None,
    Field(description="The bill that they take something off, as money in major units.", gt=0, max_digits=15),
]
Why = Annotated[str, Field(pattern=f"^{REASON.pattern}$", description="Why, as a code: `late-delivery`.")]


class Ask(BaseModel):
    """What every act has."""

    model_config = ConfigDict(extra="forbid")
    event: Name | None = Field(
        None, description="The source's own id of this act, for ever; the Idempotency-Key when left out."
    )


class Wanted(Ask):
    """A reward, or points as such."""

    reward: Annotated[
        str | None, Field(pattern="^[a-z][a-z0-9-]{0,39}$", description="What they are spent on, by its id.")
    ] = None
    points: Annotated[
        int | None,
        Field(
            ge=1,
            le=MAX_POINTS,
            strict=True,
            description="How many; of a reward its price, needed only where that moves.",
        ),
    ] = None
    currency: CurrencyId = ""
    facts: dict[str, Any] = Field(
        {},
        description="What the reward may ask of the member: `segments`, and facts that the programme declares.",
        max_length=50,
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Wanted:
        if self.reward is None and self.points is None:
            raise ValueError(worded("Say how many points, or which reward."))
        if self.reward is None and self.facts:
            raise ValueError(worded("Facts are asked for by rewards alone: leave them out."))
        if self.reward is not None and self.currency:
            raise ValueError(worded("A reward says what it is paid with: leave the currency out."))
        return self


class Redemption(Wanted):
    """Points to be spent, on a reward or as such."""

    payable: Payable = None
    original: Paid = None


class Hold(Wanted):
    """Points to be set aside, for a reward or as such."""

    within_days: int | None = Field(
        None, ge=1, le=3_660, strict=True,
        description="Through how many more days; then they come back by themselves. A reward says it itself.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _its_time(self) -> Hold:
        if (self.reward is None) == (self.within_days is None):
            raise ValueError(worded("Say through how many days points are held; a reward says that itself."))
        return self


class Capture(Ask):
    """Held points to be spent; what they were held for is handed over."""

    points: Some = None
    payable: Payable = None
    original: Paid = None


class Release(Ask):
    """Held points to be given back."""

    points: Some = None


class Reversal(Ask):
    """A redemption, or a capture, to be taken back whole."""


class ReturnedLine(BaseModel):
    """What comes back of a line."""

    model_config = ConfigDict(extra="forbid")
    line: Name = Field(description="The line of the purchase.")
    net: Decimal = Field(description="How much of it, as money in major units.", ge=0, max_digits=15)


class Return(Ask):
    """A purchase to be taken back, whole or in part."""

    original: Name = Field(description="The purchase, by its source's id.")
    lines: Annotated[list[ReturnedLine], Field(min_length=1, max_length=MAX_LINES)] | None = Field(
        None, description="Which lines; all that is left if it is not told."
    )


class Adjustment(Ask):
    """Points to be given, or (below zero) taken, by decision."""

    points: int = Field(ge=-MAX_POINTS, le=MAX_POINTS, strict=True, description="How many; below zero takes them.")
    currency: CurrencyId = ""
    reason: Why
    corrects: int | None = Field(
        None, ge=1, le=(1 << 62), strict=True, description="The `seq` of the movement that is put right."
    )


class Transfer(Ask):
    """Points to go to another member."""

    to: Name = Field(description="The number of the member who gets them.")
    points: Points
    currency: CurrencyId = ""


class Merge(Ask):
    """A member to be merged into another one."""

    into: Name = Field(description="The number of the member who keeps the account.")


class Unmerge(Ask):
    """A merge to be undone."""


class Opened(Ask):
    """A household to be opened, with its first member."""

    member: Name = Field(description="The number of its first member.")
    number: Name | None = Field(None, description="The household's own number; it gets one when left out.")


class Joining(Ask):
    """A member to join a household."""

    member: Name = Field(description="The member's number.")


class Leaving(Ask):
    """A member to leave their household."""

    points: Annotated[int | None, Field(ge=1, le=MAX_POINTS)] = None
    currency: CurrencyId = ""


class Forfeit(Ask):
    """Points that are to be taken, for a reason that the programme names."""

    reason: str = Field(pattern="^[a-z][a-z0-9-]{0,39}$", description="The reason, by its id in the programme.")
    evidence: str = Field(
        pattern=f"^{EVIDENCE.pattern}$", description="Where the evidence is found: a case number, an address."
    )
    points: int = Field(0, ge=0, le=MAX_POINTS, strict=True, description="How many; 0: all that can be spent now.")
    currency: CurrencyId = ""
    facts: dict[str, Any] = Field(
        {},
        description="What the reason may ask of the member: `segments`, and facts that the programme declares.",
        max_length=50,
    )


class Objection(Ask):
    """A member objects to losing points."""

    reason: Literal["not-me", "mistake", "agreed", "unfair"] = Field(description="Why, by one of the declared words.")


class TierSet(Ask):
    """A tier to be set by hand, which no night lowers."""

    tier: str | None = Field(
        pattern="^[a-z][a-z0-9-]{0,39}$",
        description="Its id; null ends what was set: the tier is then kept by the rules.",
    )
    until: date | None = Field(None, description="The last day of it; without end when left out.")
    reason: Why


class Personal(BaseModel):
    """What is told of a person. Only fields that are told change."""

    #: What is said of each field when it cannot be what is told, whatever is wrong with it (docs/members.md).
    codes: ClassVar[Mapping[str, str]] = {
        "given_name": "bad_text", "family_name": "bad_text", "preferred_name": "bad_text", "email": "bad_email",
        "phone": "bad_phone", "language": "unknown_language", "joined_on": "bad_date", "birth_month": "bad_birthday",
        "birth_day": "bad_birthday", "birth_year": "bad_birthday",
    }  # fmt: skip
    model_config = ConfigDict(extra="forbid")
    given_name: str | None = Field(None, max_length=MAX_NAME)
    family_name: str | None = Field(None, max_length=MAX_NAME)
    preferred_name: str | None = Field(None, description="How they like to be addressed.", max_length=MAX_NAME)
    email: str | None = Field(None, description="Nobody else may have it.", max_length=MAX_EMAIL)
    phone: str | None = Field(None, max_length=MAX_PHONE)
    language: str | None = Field(None, description="In which they are spoken to: en, de, es or da.")
    birth_month: int | None = Field(None, ge=1, le=12, strict=True, description="Together with `birth_day`.")
    birth_day: int | None = Field(None, ge=1, le=31, strict=True)
    birth_year: int | None = Field(None, ge=1, le=9999, strict=True, description="May stay unknown.")
    joined_on: date | None = Field(None, description="Of whoever is new, today when left out; it is never forgotten.")


ASKS: tuple[type[BaseModel], ...] = (
    Redemption, Hold, Capture, Release, Reversal, Return, Adjustment, Transfer, Merge, Unmerge, Opened, Joining,
    Forfeit, Objection, TierSet, Personal,
)  # fmt: skip
#: What may come of reading any body.
UNREAD = (
    "incomplete_body", "bad_gzip", "not_json", "length_required", "body_too_large", "unsupported_type",
    "unsupported_encoding", "not_events", "duplicate_key",
)  # fmt: skip


T = TypeVar("T", bound=BaseModel)
A = TypeVar("A", bound=Ask)


def body_of(kind: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    """What the document says of a body, with an example."""
    schema = {"$ref": f"#/components/schemas/{kind.__name__}"}
    return {"required": True, "content": {JSON: {"schema": schema, "example": example}}}


def read(kind: type[T], request: HttpRequest) -> tuple[T, bytes]:
    """What a request asks, and the bytes of its body. Raises Problem."""
    body = read_body(request)
    told = object_of(body, request.headers.get("Content-Type", ""), worded("Send one object, as /v1/docs shows it."))
    return checked(kind, told), body


def checked(kind: type[T], told: dict[str, Any]) -> T:
    """What was told, as what is asked. Raises Problem `bad_parameters`."""
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        codes: Mapping[str, str] = getattr(kind, "codes", {})
        errors = [misfit(one, "body") | _coded(codes.get(".".join(map(str, one["loc"])))) for one in error.errors()]
        raise Problem("bad_parameters", errors=errors) from None


def _coded(code: str | None) -> dict[str, str]:
    return {"code": code} if code else {}


def bill(payable: Decimal | None, digits: int) -> int:
    """A bill in minor units, exactly; 0 when none was told. Raises Problem for an amount that is too fine."""
    minor = (payable or Decimal(0)).scaleb(digits)
    if minor != int(minor):
        sentence = worded("Tell no amount finer than the smallest coin.")
        raise Problem("bad_parameters", errors=[place("body.payable", "bad_amount", sentence)])
    return int(minor)


def minor_units(lines: Sequence[ReturnedLine], digits: int) -> dict[str, int]:
    """What comes back by line, exactly. Raises Problem for an amount that is too fine, or a line that stands twice."""
    found: dict[str, int] = {}
    for number, one in enumerate(lines):
        minor = one.net.scaleb(digits)
        code = "duplicate_line" if one.line in found else "bad_amount" if minor != int(minor) else ""
        if code:
            sentence = worded("Name each line once, and no amount finer than the smallest coin.")
            raise Problem("bad_parameters", errors=[place(f"body.lines.{number}", code, sentence)])
        found[one.line] = int(minor)
    return found


def schemas() -> dict[str, Any]:
    """The bodies, and what they are made of, as the document has them."""
    found: dict[str, Any] = {}
    for kind in ASKS:
        schema = kind.model_json_schema(ref_template="#/components/schemas/{model}")
        found |= {**schema.pop("$defs", {}), kind.__name__: schema}
    return found
