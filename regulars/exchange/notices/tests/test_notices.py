"""Nobody's points end without a notice that arrived: from the morning's job through a real mail server to the night."""

from __future__ import annotations

import psycopg
import pytest

from regulars.engine.events import NOTICE
from regulars.exchange.earning.attesting import attest
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import account, pots, purchase, rows, tell
from regulars.exchange.ledger.proving import prove
from regulars.exchange.notices.finding import ask_notices
from regulars.exchange.notices.tests.conftest import OPENS, POINTS, Days, at, joins, message, messages, published
from regulars.exchange.notices.writing import writer
from regulars.ground.activity.contract import Act, Incoming
from regulars.ground.messaging.letters import came_back, posted, printed
from regulars.ground.messaging.queueing import withdraw_needless
from regulars.ground.messaging.sending import send_due
from regulars.ground.messaging.tests.post_office import PostOffice
from regulars.kit.zones import microseconds

HAS, GONE = {"available": 240, "issued": -240}, {"issued": -240, "expired": 240}


def notices_counted(number: str) -> list[tuple[str, str, str]]:
    return [
        (row["source"], row["external_id"], row["occurred_at"].date().isoformat())
        for row in rows("event", account(number), "id") if row["type"] in ("expiry notice", "tier notice")
    ]  # fmt: skip


def test_marens_points_end_only_after_a_notice_that_arrived(days: Days) -> None:
    maren = joins()
    assert (days.asks("2026-11-05 06:40"), days.asks(OPENS)) == (0, 1), "61 days before is too early, 60 is not"
    assert days.sends("2026-11-06 06:45") == 1
    (mail,) = days.office.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert mail["Subject"] == "Your points at Harbour are good until January 5, 2027"
    assert "Hello Maren," in body.get_content() and "240 points" in body.get_content()
    assert (days.counts("2026-11-11 06:44"), days.counts("2026-11-11 06:45")) == (0, 1), "five days it may come back"
    assert messages(maren) == [("email", "delivered")]
    assert notices_counted(maren) == [("regulars", str(message(maren)["id"]), "2026-11-06")]
    settle_due(at("2027-01-05 22:59"))
    assert pots(maren) == HAS, "in Copenhagen it is the last day still"
    settle_due(at("2027-01-05 23:00"))
    assert pots(maren) == GONE
    assert prove([account(maren)]).differences == ()


def test_a_notice_that_counts_folds_again_and_its_moment_is_proved(
    committed: None, office: PostOffice, owner: psycopg.Connection
) -> None:
    published(POINTS)
    maren, days = joins(), Days(office)
    days.asks(OPENS)
    days.sends("2026-11-06 06:45")
    assert days.counts("2026-11-11 06:45") == 1
    settle_due(at("2027-01-05 23:00"))
    folded = refolder(at("2027-01-06 00:00"))
    assert prove([account(maren)], also=folded).differences == ()
    change = "UPDATE event SET occurred_at = occurred_at + %s WHERE account_id = %s AND type = 'expiry notice'"
    assert owner.execute(change, ["1 hour", account(maren)]).rowcount == 1
    assert [one.what for one in prove([account(maren)], also=folded).differences] == [
        f"event expiry notice {message(maren)['id']}: what only its row keeps"
    ]


def test_a_notice_keeps_its_moment_also_where_it_is_recorded_in_it() -> None:
    now, later = (microseconds(at(moment)) for moment in ("2026-11-06 06:45", "2026-11-06 07:45"))
    told, changed = (Incoming("maren", "1", NOTICE, on, "", [], [], {}, {}, act=Act()) for on in (now, later))
    assert attest(told, {}, now, False) not in (b"", attest(changed, {}, now, False))
    assert attest(changed, {}, now, False, with_moment=False) == b""


def test_without_a_notice_nothing_ends(days: Days) -> None:
    maren = joins()
    days.asks(OPENS)
    settle_due(at("2029-01-01 12:00"))
    assert pots(maren) == HAS and messages(maren) == [("email", "waiting")]


def test_a_mail_that_its_server_refuses_lets_nothing_end_and_a_letter_follows(days: Days) -> None:
    maren = joins()
    days.office.addresses["maren@example.org"] = "550 nobody here"
    days.asks(OPENS)
    assert days.sends("2026-11-06 06:45") == days.sends("2026-11-06 12:00") == days.counts("2027-02-01 12:00") == 0
    assert (messages(maren), message(maren)["why"]) == ([("email", "refused")], "smtp_550")
    settle_due(at("2027-02-01 12:00"))
    assert pots(maren) == HAS
    assert days.asks("2026-11-07 06:40") == 1
    assert messages(maren) == [("email", "refused"), ("letter", "waiting")]


def test_a_mail_that_came_back_never_counts(days: Days) -> None:
    maren = joins()
    days.asks(OPENS)
    days.sends("2026-11-06 06:45")
    assert came_back(account(maren), message(maren)["id"], "carmen", at("2026-11-08 09:00"))
    assert days.counts("2026-11-20 09:00") == 0 and notices_counted(maren) == []
    settle_due(at("2027-02-01 12:00"))
    assert pots(maren) == HAS and messages(maren) == [("email", "returned")]
    assert not came_back(account(maren), message(maren)["id"], "carmen", at("2026-11-21 09:00"))


def test_a_refusal_for_now_is_tried_again_ever_later_under_one_message_id_and_then_given_up(days: Days) -> None:
    maren = joins()
    days.asks(OPENS)
    days.office.addresses["maren@example.org"] = "451 later"
    tries = []
    for moment in ("06:45", "06:49", "06:50", "07:09", "07:10"):
        days.sends(f"2026-11-06 {moment}")
        tries.append(message(maren)["attempts"])
    assert tries == [1, 1, 2, 2, 3]
    for day in range(7, 12):
        days.sends(f"2026-11-{day:02} 08:30")
    assert (messages(maren), message(maren)["attempts"]) == ([("email", "given up")], 8)
    del days.office.addresses["maren@example.org"]
    assert days.sends("2026-12-01 12:00") == 0 and days.office.mails == []


def test_a_dead_server_costs_no_mail_anything(days: Days) -> None:
    maren, ada = joins(), joins("Ada", "ada@example.org")
    days.asks(OPENS)
    there, days.office.port = days.office.port, 1
    for hour in range(7, 24):
        assert days.sends(f"2026-11-06 {hour:02}:45") == 0
    found = [message(who) for who in (maren, ada)]
    assert [(one["state"], one["attempts"]) for one in found] == [("waiting", 0)] * 2
    assert {one["why"] for one in found} == {"no_answer", ""}, "one was tried each time, the other waits behind it"
    days.office.port = there
    assert days.sends("2026-11-07 08:45") == 2


def test_the_jobs_may_run_twice(days: Days) -> None:
    maren = joins()
    assert [days.asks(OPENS), days.asks(OPENS)] == [1, 0]
    assert [days.sends("2026-11-06 06:45"), days.sends("2026-11-06 06:45")] == [1, 0]
    assert days.asks("2026-11-08 06:40") == 0, "it is on its way"
    assert [days.counts("2026-11-12 06:45"), days.counts("2026-11-12 06:45")] == [1, 0]
    assert days.asks("2026-11-13 06:40") == 0, "who was told is not told again"
    assert len(days.office.mails) == len(notices_counted(maren)) == 1


def test_a_mail_tells_what_holds_when_it_is_sent(days: Days) -> None:
    maren = joins()
    days.asks(OPENS)
    assert days.sends("2026-12-20 08:00") == 1
    assert days.office.mails[0]["Subject"].endswith("until January 19, 2027"), (
        "late, it leaves thirty days all the same"
    )
    days.counts("2026-12-26 08:00")
    settle_due(at("2027-01-19 12:00"))
    assert pots(maren) == HAS
    settle_due(at("2027-01-20 12:00"))
    assert pots(maren) == GONE


def test_who_comes_before_it_is_sent_hears_nothing_and_who_comes_after_loses_nothing(days: Days) -> None:
    maren, ada = joins(), joins("Ada", "ada@example.org")
    days.asks(OPENS)
    tell(purchase(maren, "2026-11-06 06:42", 1_000))
    assert days.sends("2026-11-06 06:45") == 1 and days.office.to == ["ada@example.org"]
    tell(purchase(ada, "2026-11-08 10:00", 1_000))
    assert days.counts("2026-11-12 08:00") == 0
    assert messages(maren) == messages(ada) == [("email", "overtaken")]
    settle_due(at("2027-03-01 12:00"))
    assert (pots(maren)["available"], pots(ada)["available"]) == (241, 241)


def test_what_is_no_longer_owed_is_withdrawn_before_anybody_prints_or_posts_it(days: Days) -> None:
    maren, ada, bruno = joins(email=""), joins("Ada", ""), joins("Bruno", "")
    days.asks(OPENS)
    printed([(account(maren), message(maren)["id"])], writer(""), True, "carmen", at("2026-11-06 09:00"))
    for who in (maren, ada):
        tell(purchase(who, "2026-11-06 10:00", 1_000))
    assert withdraw_needless(writer(""), at("2026-11-07 06:39")) == 0, "what is a day old"
    assert [withdraw_needless(writer(""), at("2026-11-07 06:40")) for _ in range(2)] == [2, 0]
    states = [messages(who) for who in (maren, ada, bruno)]
    assert states == [[("letter", "overtaken")], [("letter", "overtaken")], [("letter", "waiting")]]


def test_a_letter_that_told_of_less_than_would_end_by_it_does_not_count(office: PostOffice, db: None) -> None:
    published(
        "programme: {name: Harbour, money: USD}\n"
        "currencies: [{id: points, expiry: {after: earning, months: 1, notice: {earliest: 60, latest: 30}}}]\n"
        "earn: {rules: [{id: base, points: 1, per: 10.00}]}"
    )
    maren, ada = joins(email=""), joins("Ada", "")
    days = Days(office)
    assert days.asks(OPENS) == 2
    keys = [(account(who), message(who)["id"]) for who in (maren, ada)]
    printed(keys, writer(""), True, "carmen", at("2026-11-06 09:00"))
    # What Maren bought is not on her paper, and would end by the notice that comes on the ninth.
    tell(purchase(maren, "2026-11-07 12:00", 10_000))
    posted(keys, "carmen", at("2026-11-06 16:00"))
    assert days.counts("2026-11-12 09:00") == 1
    assert (messages(maren), messages(ada)) == ([("letter", "overtaken")], [("letter", "delivered")])
    settle_due(at("2027-06-01 12:00"))
    assert (pots(maren), pots(ada)) == ({"available": 250, "issued": -250}, GONE)


def test_a_letter_is_printed_posted_within_a_week_and_counts_three_days_later(days: Days) -> None:
    maren = joins(email="")
    assert days.asks(OPENS) == 1 and days.sends("2026-11-06 06:45") == 0
    key = [(account(maren), message(maren)["id"])]
    assert posted(key, "carmen", at("2026-11-06 09:00")) == 0, "nothing is posted that was not printed"
    assert printed(key, writer(""), True, "carmen", at("2026-11-06 09:00")) == 1
    assert posted(key, "carmen", at("2026-11-13 09:00")) == 0, "its figures may not hold any more"
    assert printed(key, writer(""), True, "carmen", at("2026-11-13 09:00")) == 1
    assert posted(key, "carmen", at("2026-11-14 09:00")) == 1
    assert (days.counts("2026-11-19 08:59"), days.counts("2026-11-19 09:00")) == (0, 1)
    assert notices_counted(maren)[0][2] == "2026-11-17"
    settle_due(at("2027-01-06 12:00"))
    assert pots(maren) == GONE
    acts = [row["act"] for row in rows("audit", account(maren), "id")]
    assert acts == ["letter printed", "letter printed", "letter posted", "message delivered"]


def test_without_a_server_mails_wait_and_can_be_printed(days: Days) -> None:
    maren = joins()
    days.asks(OPENS)
    assert send_due(writer(""), None, lambda: at("2026-11-06 06:45")) == 0
    key = [(account(maren), message(maren)["id"])]
    assert printed(key, writer(""), True, "carmen", at("2026-11-06 09:00")) == 0, "with a server it goes by mail"
    assert printed(key, writer(""), False, "carmen", at("2026-11-06 09:00")) == 1
    assert messages(maren) == [("letter", "printed")]
    assert days.sends("2026-11-06 10:00") == 0


def test_nobody_is_asked_for_who_is_known_by_a_number_alone(days: Days) -> None:
    joins("", "")
    assert days.asks(OPENS) == 0


def test_everybody_is_found_in_slices_and_nobody_else(days: Days) -> None:
    late = [joins(f"Ada{place}", f"ada{place}@example.org") for place in range(5)]
    early = joins("Bruno", "bruno@example.org")
    tell(purchase(early, "2024-02-05 12:00", 1_000))
    assert ask_notices(at(OPENS), limit_accounts=2) == 5
    assert [messages(who) for who in (*late, early)] == [[("email", "waiting")]] * 5 + [[]]


def test_somebody_whose_data_are_gone_hears_nothing(days: Days) -> None:
    from django.db import connection

    maren = joins()
    days.asks(OPENS)
    number = account(maren)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM member WHERE account_id = %s", [number])
    assert days.sends("2026-11-06 06:45") == 0
    assert [row["state"] for row in rows("message", number)] == ["overtaken"]


@pytest.mark.parametrize(
    ("language", "subject", "greeting"),
    [
        ("de", "Deine Punkte bei Harbour gelten bis 5. Januar 2027", "Hallo Maren,"),
        ("es", "Tus puntos en Harbour valen hasta el 5 de enero de 2027", "Hola, Maren,"),
        ("da", "Dine point hos Harbour gælder til og med 5. januar 2027", "Hej Maren,"),
        ("fr", "Your points at Harbour are good until January 5, 2027", "Hello Maren,"),
    ],
)
def test_it_speaks_the_members_language_or_the_shops(days: Days, language: str, subject: str, greeting: str) -> None:
    joins(language=language)
    days.asks(OPENS)
    days.sends("2026-11-06 06:45")
    body = days.office.mails[0].get_body(("plain",))
    assert days.office.mails[0]["Subject"] == subject
    assert body is not None and body.get_content().startswith(greeting)


def test_lots_that_end_on_days_of_their_own_are_told_each(office: PostOffice, db: None) -> None:
    published(
        "programme: {name: Harbour, money: USD}\n"
        "currencies: [{id: points, expiry: {after: earning, months: 36, notice: {earliest: 60, latest: 30}}}]\n"
        "earn: {rules: [{id: base, points: 1, per: 10.00}]}"
    )
    maren = joins()
    tell(purchase(maren, "2024-01-20 12:00", 10_000), purchase(maren, "2024-03-20 12:00", 10_000))
    days = Days(office)
    assert days.asks("2026-11-05 06:40") == 0 and days.asks("2026-11-25 06:40") == 1
    assert days.sends("2026-11-25 06:45") == 1
    body = days.office.mails[0].get_body(("plain",))
    assert body is not None
    assert (
        "- 240 points: good until January 5, 2027\n- 10 points: good until January 20, 2027\n"
        in body.get_content().replace("\r\n", "\n")
    )
    days.counts("2026-12-01 06:45")
    settle_due(at("2027-12-01 12:00"))
    assert pots(maren) == {"available": 10, "issued": -260, "expired": 250}


def test_a_tier_falls_only_after_its_notice(office: PostOffice, db: None) -> None:
    published(
        "programme: {name: Harbour, money: USD, languages: [en, de]}\n"
        "earn: {rules: [{id: base, points: 1, per: 10.00}]}\n"
        "tiers:\n  counts: spend\n  window: calendar_year\n  grace_days: 60\n  notice: {earliest: 60, latest: 30}\n"
        "  levels: [{id: bronze, at: 0}, {id: gold, at: 1000.00}]"
    )
    maren, days = joins(), Days(office)
    assert days.asks("2025-12-29 06:40") == 0, "61 days before the last day of grace, which is 28 February"
    assert days.asks("2026-01-02 06:40") == 1
    assert days.sends("2026-01-02 06:45") == 1
    assert days.office.mails[0]["Subject"] == "You are gold at Harbour until March 1, 2026"
    assert days.counts("2026-01-07 06:45") == 1
    assert [kind for *_, kind in notices_counted(maren)] == ["2026-01-02"]
    settle_due(at("2026-03-01 12:00"))
    assert rows("standing", account(maren))[0]["tier"] == "gold"
    settle_due(at("2026-03-02 12:00"))
    assert rows("standing", account(maren))[0]["tier"] == "bronze"


def test_a_tier_without_its_notice_stays(db: None) -> None:
    published(
        "programme: {money: USD}\nearn: {rules: [{id: base, points: 1, per: 10.00}]}\n"
        "tiers: {counts: spend, window: calendar_year, grace_days: 60, notice: {earliest: 60, latest: 30},"
        " levels: [{id: bronze, at: 0}, {id: gold, at: 1000.00}]}"
    )
    maren = joins()
    settle_due(at("2028-03-01 12:00"))
    assert rows("standing", account(maren))[0]["tier"] == "gold"
