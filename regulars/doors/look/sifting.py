"""The form above a statement, alike for staff and members: a plain GET, so that what is shown has an address."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.exchange.ledger.sifting import Sieve

_DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class SiftForm(forms.Form):
    """Which movements are shown; nothing said, all of them. `currencies` are titles by id; of one, nothing is asked."""

    kind = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=[
            ("", _("all movements")),
            ("earned", _("earned")),
            ("spent", _("spent and set aside")),
            ("returned", _("taken back after returns")),
            ("ended", _("expired, lapsed or forfeited")),
            ("decided", _("given, taken or sent")),
        ],
    )
    currency = forms.ChoiceField(label=_("Of which"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=_DAY)
    until = forms.DateField(label=_("Through"), required=False, widget=_DAY)

    def __init__(self, currencies: Mapping[str, str], data: Mapping[str, str]) -> None:
        super().__init__(data, auto_id="sift-%s")
        field = self.fields["currency"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("all currencies")), *currencies.items()]
        if len(currencies) == 1:
            del self.fields["currency"]

    @property
    def sieve(self) -> Sieve:
        """What is asked for; everything, when what was said cannot be read."""
        said = self.cleaned_data if self.is_valid() else {}
        return Sieve(said.get("kind") or "", said.get("currency") or "", said.get("since"), said.get("until"))
