"""What staff fill in to come in, to confirm that it is them, and to change their password.

These are the library's forms; labels say what goes where, and nothing says it a second time.
"""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.utils.translation import gettext_lazy as _


def _once(fields: dict[str, forms.Field]) -> None:
    """Take away the words in empty fields that only repeat the label."""
    for field in fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    """Address, password, and whether this device is one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["remember"].label = _("Stay signed in on this device")
        _once(self.fields)


class ConfirmForm(ReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _once(self.fields)


class PasswordForm(ChangePasswordForm):
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _once(self.fields)
