"""Sign-in of staff: accounts are made by a keeper (`regulars user`), never by a visitor."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

#: What the page itself shows, and needs no words.
_PLAIN = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class StaffAdapter(DefaultAccountAdapter):
    """What differs from the library: nobody signs up, and nothing is said about what is plain to see."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Leave out the messages that somebody is in, or out."""
        if message_template not in _PLAIN:
            super().add_message(request, level, message_template, *args, **kwargs)
