"""Schemas: what the operations answer, as types. The answer to events is written by msgspec, and has the same shape."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field


class Reason(BaseModel):
    """Why something was not done: decide by the code, show the sentence."""

    code: str
    sentence: str
    figures: dict[str, Any] = Field(description="The numbers and names in it, such as `field` and `line`.")


class Moved(BaseModel):
    """What came to the member (or, below zero, went), in whole points."""

    available: int
    pending: int


class EventResult(BaseModel):
    """What became of one event, at the same place as the event in the request."""

    event: str = Field(description="The source's own id.")
    status: Literal["recorded", "duplicate", "quarantined"]
    id: UUID | None = Field(description="The id it has here; none when it was set aside or the run is dry.")
    points: dict[str, Moved] = Field(description="By currency; of a duplicate, what it moved the first time.")
    refusal: Reason | None
    more: list[Reason] = Field(description="Further reasons, at most 19.")


class Counts(BaseModel):
    """How many events came to what."""

    recorded: int
    duplicate: int
    quarantined: int


class EventResults(BaseModel):
    """The results of a request, in the order of its events."""

    dry_run: bool = Field(description="Whether everything was rolled back.")
    source: str = Field(description="The source under which the events are known.")
    counts: Counts
    results: list[EventResult]
