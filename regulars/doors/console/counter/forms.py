"""The forms of the counter. Each carries the id of its act, made when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console.wording import title_of
from regulars.doors.look.templatetags.writing import money
from regulars.exchange.counter.spent import Bought
from regulars.exchange.ledger.decided import REASONS
from regulars.ground.activity.contract import MAX_POINTS
from regulars.programme.promise import Programme

GIVE, TAKE = "give", "take"
_POINTS = forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"})


class ActForm(forms.Form):
    """Nothing but the act's id; empty without `data`."""

    act = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, name: str, data: Mapping[str, Any] | None = None) -> None:
        """`name` keeps the ids of fields apart where several forms stand on one page."""
        super().__init__(data, auto_id=f"{name}-%s", initial={"act": uuid4()})


class PointsForm(ActForm):
    """How many points, and of which currency where there are several."""

    points = forms.IntegerField(label=gettext_lazy("Points"), min_value=1, max_value=MAX_POINTS, widget=_POINTS)
    currency = forms.ChoiceField(label=gettext_lazy("Of which"))

    def __init__(self, name: str, programme: Programme, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, data)
        choices = [(one.id, title_of(one.title, one.id)) for one in programme.currencies if one.kind != "qualifying"]
        field = self.fields["currency"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if len(choices) == 1:
            field.widget = forms.HiddenInput()
            field.initial = choices[0][0]


class GoodwillForm(PointsForm):
    """Points to be given or taken by decision, for a declared reason."""

    way = forms.ChoiceField(
        label=gettext_lazy("Give or take"),
        choices=[(GIVE, gettext_lazy("Give points")), (TAKE, gettext_lazy("Take points off"))],
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=list(REASONS.items()),
        help_text=gettext_lazy("The member reads it beside the points."),
    )
    field_order = ("way", "points", "currency", "reason")

    @property
    def signed_points(self) -> int:
        """How many, below zero where they are taken."""
        points: int = self.cleaned_data["points"]
        return points if self.cleaned_data["way"] == GIVE else -points


class ReturnForm(ActForm):
    """What comes back of a purchase, line by line; all that is left where no amount is given."""

    def __init__(
        self, purchase: Bought, iso: str, digits: int, several: bool, data: Mapping[str, Any] | None = None
    ) -> None:
        """`iso` is the programme's money with so many `digits`; lines are asked for where there are `several`."""
        super().__init__("return", data)
        self._digits = digits
        self._lines: dict[str, str] = {}
        for place, line in enumerate(purchase.lines):
            if not (several and line.left):
                continue
            self._lines[f"line_{place}"] = line.id
            name = line.name or _("Line %(line)s") % {"line": line.id}
            self.fields[f"line_{place}"] = forms.DecimalField(
                label=name,
                required=False,
                min_value=Decimal(1).scaleb(-digits),
                max_value=Decimal(line.left).scaleb(-digits),
                decimal_places=digits,
                widget=forms.NumberInput(
                    {"inputmode": "decimal", "autocomplete": "off", "step": str(Decimal(1).scaleb(-digits))}
                ),
                help_text=_("Up to %(amount)s") % {"amount": money(line.left, iso)},
            )

    @property
    def amounts(self) -> dict[str, int]:
        """What comes back by line, in minor units; empty: all that is left."""
        told = ((id, self.cleaned_data.get(field)) for field, id in self._lines.items())
        return {id: int(amount.scaleb(self._digits)) for id, amount in told if amount is not None}
