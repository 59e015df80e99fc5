"""The forms of the counter. Each carries the id of its act, made when it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from babel.numbers import get_currency_precision
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console.wording import title_of
from regulars.doors.look.numbers import AmountField, WholeField
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import money
from regulars.exchange.counter.spent import Bought
from regulars.exchange.ledger.decided import REASONS
from regulars.exchange.rewards.knowing import SEGMENTS
from regulars.ground.activity.contract import MAX_ID, MAX_POINTS
from regulars.kit.conditions import Name, Type
from regulars.programme.promise import Programme
from regulars.programme.rewards import Reward

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

    points = WholeField(label=gettext_lazy("Points"), min_value=1, max_value=MAX_POINTS, widget=_POINTS)
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


class JoinForm(ActForm):
    """Who joins a household."""

    member = forms.CharField(
        label=gettext_lazy("The member's number"), max_length=MAX_ID, widget=forms.TextInput({"autocomplete": "off"})
    )


class RewardForm(ActForm):
    """What must be said before a reward can be had: its price where that moves, the bill that it takes something off,
    and what it asks of the member that nobody here knows."""

    def __init__(
        self, programme: Programme, reward: Reward, facts: Sequence[Name], bill: bool, priced: bool = True,
        data: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """`bill`: whether it is asked for; `priced` whether the price is, where it moves."""
        super().__init__("reward", data)
        iso = programme.header.money
        self._digits, self._facts = get_currency_precision(iso), [name.name for name in facts]
        least, most = reward.price.least, reward.price.most
        if priced and least != most:
            said = {"least": figure(least), "most": figure(most)}
            self.fields["price"] = WholeField(
                label=_("Price in points"), min_value=least, max_value=most, widget=_POINTS,
                help_text=_("From %(least)s to %(most)s") % said,
            )  # fmt: skip
        if bill:
            step = Decimal(1).scaleb(-self._digits)
            self.fields["bill"] = AmountField(
                label=_("What is to be paid"), min_value=step, max_digits=13, decimal_places=self._digits,
                widget=forms.NumberInput({"inputmode": "decimal", "autocomplete": "off", "step": str(step)}),
                help_text=_("The bill in %(money)s, before this is taken off.") % {"money": iso},
            )  # fmt: skip
        for name in facts:
            self.fields[f"fact_{name.name}"] = _asking(name)

    @property
    def asks(self) -> bool:
        """Whether there is anything to say at all."""
        return len(self.fields) > 1

    @property
    def price(self) -> int:
        """The price in points; 0 where it does not move."""
        return self.cleaned_data.get("price") or 0

    @property
    def bill(self) -> int:
        """The bill in minor units; 0 where none is asked for."""
        return int((self.cleaned_data.get("bill") or Decimal(0)).scaleb(self._digits))

    @property
    def facts(self) -> dict[str, Any]:
        """What was told of the member, by name."""
        told = {name: self.cleaned_data.get(f"fact_{name}") for name in self._facts}
        if told.get(SEGMENTS):
            told[SEGMENTS] = [word for word in str(told[SEGMENTS]).replace(",", " ").split() if word]
        return told

    @property
    def told(self) -> dict[str, str]:
        """All that was said, as it is sent again with the confirmation."""
        return {name: str(value) for name, value in self.cleaned_data.items() if name != "act" and value}


def _asking(name: Name) -> forms.Field:
    label = title_of(name.title, name.name)
    label = label[:1].upper() + label[1:]
    if name.type is Type.BOOLEAN:
        return forms.BooleanField(label=label, required=False)
    help_text = _("Several with a comma between them.") if name.name == SEGMENTS else ""
    return forms.CharField(label=label, required=False, max_length=500, help_text=help_text)


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
            self.fields[f"line_{place}"] = AmountField(
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
        self.fields["some"] = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Only some of it, and nothing is named: that is not all of it."""
        told = super().clean() or self.cleaned_data
        if told.get("some") and not self.errors and not self.amounts:
            raise forms.ValidationError(_("Fill in at least one amount."))
        return told

    @property
    def amounts(self) -> dict[str, int]:
        """What comes back by line, in minor units; empty: all that is left."""
        told = ((id, self.cleaned_data.get(field)) for field, id in self._lines.items())
        return {id: int(amount.scaleb(self._digits)) for id, amount in told if amount is not None}
