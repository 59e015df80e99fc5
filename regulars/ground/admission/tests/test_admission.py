"""Who asked for a link gets one by mail, within minutes or not at all, and it stands nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from regulars.engine.tests.worked import programme_text
from regulars.ground.admission.answering import answer_asked
from regulars.ground.admission.asking import AskingRefused, ask
from regulars.ground.admission.rules import MOST_A_DAY, MOST_OF_CLIENT, MOST_SOON, may_be_sent, network_of
from regulars.ground.admission.writing import SIGN_IN, text, writer
from regulars.ground.members.enrolling import Person, enrol, given_accounts_of
from regulars.ground.members.models import Member
from regulars.ground.members.signing_in import MOST_OPEN, open_link
from regulars.ground.messaging import queueing
from regulars.ground.messaging.letters import letters, printed
from regulars.ground.messaging.models import Message
from regulars.ground.messaging.outbox import counts, held_up
from regulars.ground.messaging.rules import EMAIL
from regulars.ground.messaging.sending import send_due
from regulars.ground.messaging.tests.post_office import PostOffice, free_port, open_office
from regulars.ground.publishing.versions import publish, versions
from regulars.kit.zones import microseconds

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
SHOP = """
programme: {name: Harbour, zone: Europe/Copenhagen, money: USD, languages: [da, en]}
currencies: [{id: points, title: {da: point, en: points}}]
earn: {rules: [{id: base, points: 1, per: 10.00}]}
"""


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as office:
        yield office


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    publish(programme_text(SHOP), datetime(2020, 1, 1, tzinfo=UTC), "keeper", NOW)


def joins(given: str = "Maren", language: str = "", email: str | None = None) -> tuple[str, str]:
    """The number and the address of somebody new."""
    number = f"{given.lower()}-{uuid4().hex[:8]}"
    address = f"{number}@example.org" if email is None else email
    enrol([Person(number, given, "Holm", address, language)], NOW)
    return number, address


def minute(after: float) -> datetime:
    return NOW + timedelta(minutes=after)


def asks(told: str, after: float = 0, client: str = "192.0.2.1") -> None:
    ask(told, client, minute(after))


def works(office: PostOffice, after: float = 0) -> int:
    """What the worker does so many minutes later; answers how many mails went out."""
    answer_asked(minute(after))
    return send_due(
        writer("https://harbour.example/in/{}/".format), office.server(), lambda: minute(after), urgent=True
    )


def own(number: str) -> int:
    return given_accounts_of([number])[number]


def messages(number: str) -> list[tuple[str, str]]:
    """(state, what stood in the way) of each message to a member, the oldest first."""
    return list(Message.objects.filter(account_id=own(number)).order_by("id").values_list("state", "why"))


def tokens(office: PostOffice) -> list[str]:
    found = [
        re.findall(r"https://harbour.example/in/([\w-]{43})/\n", str(mail.get_body(("plain",))))
        for mail in office.mails
    ]
    assert all(len(one) == 1 for one in found)
    return [one[0] for one in found]


def kept() -> str:
    """Every row that has to do with links and messages, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in ("message", "audit", "link_asked", "sign_in_link"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            found += cursor.fetchone() or ()
    return " ".join(found)


def test_by_address_or_by_number_a_link_comes_that_opens_once(office: PostOffice) -> None:
    maren, address = joins()
    for told in (f" {address.upper()}", maren):
        asks(told)
        assert works(office) == 1 and works(office) == 0
    assert office.to == [address, address]
    for token in tokens(office):
        assert open_link(token, minute(14)) == own(maren)
        assert open_link(token, minute(14)) is None
    assert messages(maren) == [("sent", ""), ("sent", "")]
    page = office.mails[0].get_body(("html",))
    assert page is not None and f'<a href="https://harbour.example/in/{tokens(office)[0]}/">' in page.get_content()


def test_neither_the_link_nor_what_was_typed_is_kept(office: PostOffice) -> None:
    maren, address = joins()
    asks(address)
    asks("nobody@example.org")
    assert address in kept() and "nobody@example.org" in kept()
    works(office)
    (token,) = tokens(office)
    assert token not in kept() and "@example.org" not in kept() and "192.0.2.1" not in kept()
    member, programme = Member.objects.get(number=maren), versions().at(microseconds(NOW)).kernel.terms.programme
    assert "/in/" not in str(text(member, programme))
    works(office, 15)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM link_asked")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("language", "subject", "hello"),
    [
        ("en", "Your link to Harbour", "Hello Maren,"), ("de", "Dein Link zu Harbour", "Hallo Maren,"),
        ("es", "Tu enlace a Harbour", "Hola, Maren,"), ("da", "Dit link til Harbour", "Hej Maren,"),
        ("", "Dit link til Harbour", "Hej Maren,"),
    ],
)  # fmt: skip
def test_it_speaks_the_members_language_or_the_shops(
    office: PostOffice, language: str, subject: str, hello: str
) -> None:
    maren, address = joins(language=language)
    asks(address)
    works(office)
    (mail,) = office.mails
    body = mail.get_body(("plain",))
    assert body is not None and (mail["Subject"], mail["Content-Language"]) == (subject, language or "da")
    assert body.get_content().startswith(hello) and maren in body.get_content()


def test_nobody_hears_of_who_is_unknown_or_has_no_address(office: PostOffice) -> None:
    ada, _ = joins("Ada", email="")
    for told in ("nobody@example.org", "nobody", "", "\0", "\ud800", "@", ada):
        asks(told.encode("utf-8", "replace").decode().replace("\0", ""))
    assert works(office) == 0 and Message.objects.count() == 0


def test_of_members_who_share_an_address_it_leads_to_the_first_and_each_number_to_its_own(office: PostOffice) -> None:
    maren, address = joins()
    bruno, _ = joins("Bruno", email=address)
    for told in (address, bruno, maren):
        asks(told)
        works(office)
    assert office.to == [address] * 3
    assert [open_link(token, NOW) for token in tokens(office)] == [own(maren), own(bruno), own(maren)]
    assert bruno in str(office.mails[1].get_body(("plain",)))


def test_so_many_are_sent_to_one_member_and_so_many_asked_for_by_one_client(office: PostOffice) -> None:
    maren, address = joins()
    for place in range(MOST_SOON + 2):
        asks((maren, address)[place % 2])
        works(office)
    assert len(office.mails) == MOST_SOON
    for _ in range(MOST_OF_CLIENT - MOST_SOON - 2):
        asks("nobody")
    with pytest.raises(AskingRefused) as refused:
        asks(address, 14)
    assert refused.value.code == "too_many_asked"
    asks(address, 14, "192.0.2.2")
    assert works(office, 14) == 0, "five of the last quarter of an hour are enough"
    asks(address, 15)
    assert works(office, 15) == 1


def test_a_day_has_so_many_however_they_are_spread() -> None:
    spread = [NOW + timedelta(minutes=30 * place) for place in range(MOST_A_DAY)]
    assert may_be_sent(spread[1:], spread[-1] + timedelta(hours=1))
    assert not may_be_sent(spread, spread[-1] + timedelta(hours=1))
    assert may_be_sent(spread, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False), ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True), ("2001:db8:0:1::1", "2001:db8:0:2::1", False), ("", "x", False),
    ],
)  # fmt: skip
def test_one_client_is_an_address_or_a_network_of_the_newer_kind(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_a_server_that_is_away_is_tried_while_the_link_is_worth_it_and_then_it_says_so(office: PostOffice) -> None:
    maren, address = joins()
    asks(address)
    port, office.port = office.port, free_port()
    assert works(office) == 0
    assert messages(maren) == [("waiting", "no_answer")] and held_up() == "no_answer"
    office.port = port
    assert works(office, 1) == 0, "it is not asked every moment"
    assert works(office, 2) == 1
    asks(address, 20)
    office.port = free_port()
    for after in (*range(20, 35, 2), 35):
        assert works(office, after) == 0
    assert messages(maren) == [("sent", ""), ("run out", "no_answer")]
    office.port = port
    assert works(office, 36) == 0
    assert "message run out" in kept()


def test_who_asks_again_while_the_server_is_away_waits_from_then_on(office: PostOffice) -> None:
    maren, address = joins()
    asks(address)
    port, office.port = office.port, free_port()
    works(office)
    asks(maren, 10)
    works(office, 10)
    office.port = port
    assert works(office, 24) == 1 and messages(maren) == [("sent", "")]
    assert open_link(tokens(office)[0], minute(38)) == own(maren), "it opens from when it was sent"


def test_a_refusal_for_now_is_tried_again_within_the_time_and_one_for_good_is_not(office: PostOffice) -> None:
    maren, address = joins()
    asks(address)
    office.addresses[address] = "450 later"
    for after in (0, 2, 4):
        assert works(office, after) == 0
    del office.addresses[address]
    assert works(office, 6) == 1
    asks(address, 20)
    office.addresses[address] = "450 later"
    for after in range(20, 36, 2):
        works(office, after)
    asks(address, 40)
    office.addresses[address] = "550 nobody here"
    works(office, 40)
    assert messages(maren) == [("sent", ""), ("run out", "smtp_450"), ("refused", "smtp_550")]


def test_however_often_a_mail_is_written_its_last_link_opens(office: PostOffice) -> None:
    maren, address = joins()
    asks(address)
    office.answers = ["451 busy"] * (MOST_OPEN + 1)
    for after in range(0, 14, 2):
        works(office, after)
    assert open_link(tokens(office)[0], minute(14)) == own(maren)


def test_it_is_never_a_letter_and_no_letter_is_written_because_of_it(office: PostOffice) -> None:
    maren, address = joins()
    asks(address)
    answer_asked(NOW)
    key = [(own(maren), Message.objects.get(account_id=own(maren)).id)]
    assert letters("waiting", False, 9) == [] and counts() == {}
    assert printed(key, writer(str), False, "carmen", NOW) == 0
    assert queueing.withdraw_needless(writer(str), minute(24 * 60)) == 1
    assert messages(maren) == [("run out", "")]
    with transaction.atomic():
        assert queueing.ask("notice", [own(maren)], minute(24 * 60)) == 1
    assert Message.objects.get(account_id=own(maren), kind="notice").channel == EMAIL


def test_a_mail_that_is_not_urgent_waits_for_its_own_turn(office: PostOffice) -> None:
    maren, address = joins()
    with transaction.atomic():
        queueing.ask("notice", [own(maren)], NOW)
    asks(address)
    assert works(office) == 1
    (told,) = Message.objects.filter(account_id=own(maren), state="sent")
    assert told.kind == SIGN_IN


def test_what_nobody_looked_at_in_time_is_not_answered_any_more(office: PostOffice) -> None:
    maren, address = joins()
    asks(address)
    assert works(office, 15) == 0 and messages(maren) == []
