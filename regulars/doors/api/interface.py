"""The interface: all operations as one application, and the OpenAPI document that describes them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer

from regulars.doors.api import (
    asks,
    budgets,
    events,
    forfeitures,
    households,
    members,
    merging,
    points,
    quotes,
    rewards,
)
from regulars.doors.api.describing import PROBLEM
from regulars.doors.api.problems import install
from regulars.doors.api.reference import ReferencePage
from regulars.doors.api.shapes import BASKET, EVENT, LINE
from regulars.kit.json import encode

DESCRIPTION = """\
Post what happens, read what members have, spend and give points, ask what a basket would earn.

Every request carries a key: `Authorization: Bearer rk_...`. Amounts of money in requests are decimals in major \
units ("12.50"), in answers integers in minor units (1250) with the currency beside them; points are whole numbers. \
Times are RFC 3339. A request that is refused is answered as application/problem+json, with a `code` that stays.
"""


class Exact(BaseRenderer):
    """JSON as the house writes it: decimals as text, whole numbers whole, instants in UTC."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """The bytes of an answer."""
        return encode(data)


class Interface(NinjaAPI):
    """The operations, and their document with the shapes that no Python type holds."""

    def get_openapi_schema(self, **told: Any) -> OpenAPISchema:
        """The OpenAPI document."""
        document = super().get_openapi_schema(**told)
        document["components"]["schemas"] |= {"Event": EVENT, "Line": LINE, "Basket": BASKET, "Problem": PROBLEM}
        document["components"]["schemas"] |= asks.schemas()
        return document


api = Interface(
    title="Regulars",
    version="1",
    description=DESCRIPTION,
    docs=ReferencePage(),
    renderer=Exact(),
    urls_namespace="v1",
)
install(api)
# Acts come before members: a member's number may have slashes in it.
for room in (events, points, merging, households, forfeitures, rewards, members, quotes, budgets):
    api.add_router("", room.router)
