"""Asking: what a visitor typed takes its place in the queue. It is not looked up here."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from regulars.ground.admission.rules import MOST_OF_CLIENT, WAITS, network_of
from regulars.kit.ids import uuid7


class AskingRefused(Exception):
    """Nothing was put into the queue: a stable `code` and a sentence that says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def ask(told: str, client: str, now: datetime) -> None:
    """Put it into the queue that a visitor at the address `client` asks for a link, by an e-mail address or a number.

    Raises AskingRefused `too_many_asked`, whatever was typed. What is done, and so the time it takes, is the same for
    whoever is known and for whoever is not.
    """
    digest = salted_hmac("regulars.ground.admission", network_of(client), algorithm="sha256").digest()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM link_asked WHERE client = %s AND asked_at > %s AND asked_at <= %s",
            [digest, now - WAITS, now],
        )
        (asked,) = cursor.fetchone() or (0,)
        if asked >= MOST_OF_CLIENT:
            raise AskingRefused("too_many_asked", "Wait a quarter of an hour before you ask for another link.")
        cursor.execute(
            "INSERT INTO link_asked (id, told, client, asked_at) VALUES (%s, %s, %s, %s)",
            [uuid7(now), told, digest, now],
        )
