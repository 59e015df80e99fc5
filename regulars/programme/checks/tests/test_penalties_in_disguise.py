"""Programmes that harm the loyal without a word about them: each is the good programme with one edit, and is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.programme.checks.linting import lint
from regulars.programme.checks.rulings import DIGNITY
from regulars.programme.checks.sampling import good_programme
from regulars.programme.problems import Problem

LATE, EARLY = "'member_since >= \"2026-01-01\"'", "'member_since < \"2026-01-01\"'"
GUEST, ABOVE = "'tier == \"guest\"'", '\'tier in ("friend", "family")\''
COUNTS = "  counts: spend\n"
RULES = "earn:\n  rules:\n"
OFFERS, CLUBS, MOMENTS, REWARDS = "\noffers:\n", "\nclubs:\n", "\nmoments:\n", "\nrewards:\n"


def found(*edits: tuple[str, str]) -> list[Problem]:
    """What is said, in the profile of dignity, of the good programme after `edits`."""
    text = good_programme()
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    linted = lint(text, profiles=(DIGNITY,))
    assert linted.programme is not None, linted.problems
    return list(linted.problems)


def told(*edits: tuple[str, str]) -> list[tuple[str, str, bool]]:
    """Code and severity of each finding, and whether it says that it was decided."""
    return [(one.code, one.severity, "could not be decided" not in one.message) for one in found(*edits)]


def under(key: str, *items: str) -> tuple[str, str]:
    """The edit that writes `items` first in the list below `key`."""
    return key, key + "".join(f"  - {{{one}}}\n" for one in items)


UNFAIR, UNDECIDED, MILD = [("LP-4", "error", True)], [("LP-4", "error", False)], [("LP-4", "warning", False)]


def test_whoever_joined_before_a_day_can_rise_no_more() -> None:
    (problem,) = found((COUNTS, f"{COUNTS}  when: {LATE}\n"))
    assert (problem.path, problem.message) == (
        "tiers.when",
        "Members who joined later make progress towards a tier; not so those who joined before them.",
    )
    assert told((COUNTS, f'{COUNTS}  when: tier != "family"\n')) == UNFAIR
    assert told((COUNTS, f"{COUNTS}  when: {EARLY}\n")) == []


def test_the_loyal_alone_can_lose_points() -> None:
    (problem,) = found(("when: newsletter", f"when: {EARLY}"))
    assert (problem.path, problem.message) == (
        "forfeiture[0].when",
        "Members who joined later never lose points by `points that were booked twice`; "
        "not so those who joined before them.",
    )
    assert told(("when: newsletter", 'when: tier == "family"')) == UNFAIR
    assert told(("when: newsletter", 'when: tier == "guest"')) == []


def gift(when: str, **more: str) -> str:
    name = "late" if when in (LATE, GUEST) else "early"
    keys = {"id": name, "title": name, "points": "100", "when": when} | more
    return ", ".join(f"{key}: {value}" for key, value in keys.items())


def rules(*gifts: str) -> tuple[str, str]:
    return RULES, RULES + "".join(f"    - {{{one}, currency: points}}\n" for one in gifts)


def test_a_streak_of_two_weeks_for_some_and_of_fifty_two_for_the_loyal_is_not_taken_for_the_same() -> None:
    short, long = {"streak": "{weeks: 2}"}, {"streak": "{weeks: 52}"}
    assert told(rules(gift(LATE, **short), gift(EARLY, **long))) == UNDECIDED
    assert told(rules(gift(LATE, **short), gift(EARLY, **short))) == []
    assert told(rules(gift(EARLY, **long))) == []


def test_a_tenth_event_for_some_and_a_tenth_day_for_the_loyal_is_not_taken_for_the_same() -> None:
    events, days = {"every": "10"}, {"every": "10", "count": "days"}
    assert told(rules(gift(GUEST, **events), gift(ABOVE, **days))) == UNDECIDED
    assert told(rules(gift(GUEST, **days), gift(ABOVE, **days))) == []


def test_a_reward_of_the_same_name_that_is_worth_less_to_the_loyal() -> None:
    box = "title: a box, kind: product, currency: points, points: 100, costs: 9"
    for worth, said in (("20.00", UNFAIR), ("100.00", [])):
        edit = under(
            REWARDS, f"id: a, {box}, worth: 100.00, when: {GUEST}", f"id: b, {box}, worth: {worth}, when: {ABOVE}"
        )
        assert told(edit) == said
    edit = under(REWARDS, f"id: a, {box}, worth: 100.00, when: {GUEST}", f"id: b, {box}, when: {ABOVE}")
    assert ("LP-4", "error", False) in told(edit)


def test_a_birthday_that_is_drawn_by_lot_for_the_loyal() -> None:
    day = "title: birthday, kind: birthday, gives: {points: 500, currency: points}"
    lot = "budget: {most: 1.00, chosen: by_lot}"
    assert told(under(MOMENTS, f"id: a, {day}, when: {LATE}", f"id: b, {day}, {lot}, when: {EARLY}")) == UNFAIR
    assert told(under(MOMENTS, f"id: a, {day}, {lot}, when: {LATE}", f"id: b, {day}, when: {EARLY}")) == []


def test_an_offer_that_the_loyal_may_use_once_alone() -> None:
    fifth = "kind: promotion, gives: {percent: 20}"
    once = "use: {limit: {most: 1, per: ever}}"
    guest, above = "eligible: {tiers: guest}", "eligible: {tiers: [friend, family]}"
    assert ("LP-4", "error", False) in told(
        under(OFFERS, f"id: a, title: a, {fifth}, {guest}", f"id: b, title: b, {fifth}, {above}, {once}")
    )
    assert told(under(OFFERS, f"id: a, title: a, {fifth}, {guest}, {once}", f"id: b, title: b, {fifth}, {above}")) == [
        ("LP-1", "error", True)  # of a guest who has used it up
    ]


@pytest.mark.parametrize("use", ["margin_floor: 1", "valid_days: 1"])
def test_a_coupon_that_is_hardly_ever_good_does_not_make_up_for_a_welcome(use: str) -> None:
    ten = "gives: {amount: 10.00}"
    welcome = f"id: a, title: a, kind: welcome, {ten}"
    coupon = f"id: b, title: b, kind: coupon, code: THANKS, eligible: {{customers: tenured}}, {ten}"
    assert ("LP-1", "error", False) in told(under(OFFERS, welcome, f"{coupon}, use: {{{use}}}"))
    assert told(under(OFFERS, welcome, coupon)) == []
    assert told(under(OFFERS, welcome, f"{coupon}, use: {{limit: {{most: 1, per: year}}}}")) == []


CLUB = "price: 10.00, months: 1, gives: {credit: 50.00}"


def clubs(late: str, early: str) -> list[tuple[str, str, bool]]:
    pair = under(
        CLUBS, f"id: a, title: a, {CLUB}, {late}, when: {LATE}", f"id: b, title: b, {CLUB}, {early}, when: {EARLY}"
    )
    return [one for one in told(pair) if one[0] == "LP-4"]


def test_a_club_that_the_loyal_cannot_leave() -> None:
    free, bound = "exit: {refund: all}", "exit: {notice_days: 365, refund: nothing}"
    assert (clubs(free, bound), clubs(bound, free), clubs(free, free)) == (UNFAIR, [], [])
    assert clubs("exit: {refund: all, notice_days: 30}", "exit: {refund: rest, notice_days: 0}") == UNDECIDED
    assert clubs("exit: {}", "exit: {fee: 1.00}") == clubs("exit: {}", "exit: {cooling_off_days: 13}") == UNFAIR
    assert clubs("renewal: none", "renewal: {reminder_days: 30}") == UNDECIDED


def test_a_trial_that_costs_the_loyal_more() -> None:
    cheap, dear = (f"trial: {{days: 30, price: {price}}}" for price in ("1.00", "2.00"))
    assert clubs(cheap, dear) == UNFAIR and clubs(dear, cheap) == []
    assert clubs(cheap, "unused_months: 6") == UNFAIR and clubs("unused_months: 6", cheap) == []
    new = f"id: a, title: a, {CLUB}, {cheap}, when: missing(member_since)"
    old = f"id: b, title: b, {CLUB}, {dear}, when: not missing(member_since)"
    (problem,) = found(under(CLUBS, new, old))
    assert problem.message == (
        "Those who are no members may join `a` for 10.00 DKK in one month, after 30 days on trial for 1.00 DKK; members "
        "nothing as good."
    )
    assert found(under(CLUBS, new.replace("1.00}", "2.00}"), old)) == []


def test_a_milestone_that_comes_once_for_the_loyal_and_again_and_again_for_others() -> None:
    often, once = (
        f"kind: milestone, title: m, milestone: {{visits: 100, repeats: {one}}}, gives: {{credit: 5.00}}"
        for one in ("yes", "no")
    )
    for late, early, said in ((often, once, UNFAIR), (once, often, [])):
        assert told(under(MOMENTS, f"id: a, {late}, when: {LATE}", f"id: b, {early}, when: {EARLY}")) == said


def test_a_perk_of_the_same_kind_in_other_words_is_a_warning() -> None:
    old = "perks: [{id: usual, title: your usual is kept for you, kind: usual}]"
    one, two = (
        "id: a, title: {}, kind: delivery, tiers: guest",
        "id: b, title: {}, kind: delivery, tiers: [friend, family]",
    )
    for late, early, said in (("free delivery", "delivery for 50.00", MILD), ("delivery", "delivery", [])):
        assert told((old, f"perks: [{{{one.format(late)}}}, {{{two.format(early)}}}]")) == said


def years(*given: tuple[str, str]) -> list[tuple[str, str, bool]]:
    return told(under(MOMENTS, *(
        f"id: y{place}, title: y, kind: anniversary, years: {which}, gives: {gift}"
        for place, (which, gift) in enumerate(given)
    )))  # fmt: skip


def test_anniversaries_that_give_less_and_less() -> None:
    many, few, other = "{points: 500, currency: points}", "{points: 5, currency: points}", "{card: a card}"
    assert years(("[1]", many), ("[2, 3, 5]", few)) == UNFAIR
    assert years(("[5, 10]", many), ("[1, 2, 3, 4, 6, 7, 8, 9]", few)) == []
    assert years(("[1]", other), ("[6]", few)) == MILD


@pytest.mark.parametrize(
    ("years", "said"), [("[1]", UNFAIR), ("[1, 4]", UNFAIR), ("[4]", UNFAIR), ("[5]", []), ("[1, 5]", [])]
)
def test_a_great_first_anniversary_over_a_small_one_for_every_year_and_a_jubilee(
    years: str, said: list[tuple[str, str, bool]]
) -> None:
    """The good programme gives a note every year."""
    gift = "gives: {points: 500, currency: points}"
    day = f"id: x, title: x, kind: anniversary, years: {years}, {gift}"
    found_ = told(under(MOMENTS, day))
    assert found_ == said
    assert told(under(MOMENTS, day, f"id: y, title: y, kind: anniversary, {gift}")) == said


def test_a_milestone_of_the_first_year_is_an_anniversary_by_another_name() -> None:
    gift = "title: x, kind: milestone, gives: {points: 500, currency: points}"
    first, every, tenth = (
        f"{gift}, milestone: {{years: {years}}}" for years in ("1", "1, repeats: yes", "10, repeats: yes")
    )
    (problem,) = found(under(MOMENTS, f"id: a, {first}"))
    assert (problem.path, problem.message) == (
        "moments[0].milestone",
        "The anniversary of one year gives more than any that comes later.",
    )
    assert told(under(MOMENTS, f"id: a, {first}", f"id: b, {tenth}")) == []
    assert told(under(MOMENTS, f"id: a, {every}")) == told(under(MOMENTS, f"id: a, {tenth}")) == []


def test_what_only_strangers_get_is_found() -> None:
    stranger = "missing(member_since)"
    (rule,) = found(rules(gift(stranger)))
    assert rule.code == "LP-4" and "those who are no members get" in rule.message
    offer = f"id: a, title: a, kind: promotion, gives: {{percent: 20}}, eligible: {{when: {stranger}}}"
    assert {one.code for one in found(under(OFFERS, offer))} & {"LP-1", "LP-4"}


@pytest.mark.parametrize("path", sorted(Path("programmes").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_programmes_that_come_along_stay_silent(path: Path) -> None:
    assert [one.message for one in lint(path.read_text("utf-8"), profiles=(DIGNITY,)).problems] == []


def test_points_that_lapse_by_the_clock_while_they_wait_and_those_that_wait_for_a_delivery() -> None:
    def waiting(until: str, days: int) -> list[str]:
        return [one.code for one in found(("pending: {days: 14}", f"pending: {{until: {until}, within_days: {days}}}"))]

    assert waiting("feedback", 1) == waiting("feedback", 365) == waiting("order delivered", 13) == ["CAP-1"]
    assert waiting("order delivered", 14) == []


def test_points_that_wait_for_a_day_far_away() -> None:
    for day, codes in (("2099-01-01", ["CAP-1"]), ("2028-01-02", ["CAP-1"]), ("2028-01-01", [])):
        assert [one.code for one in found(("pending: {days: 14}", f"pending: {{until: {day}}}"))] == codes


@pytest.mark.parametrize("text", ["never", "Your points do not expire.", "Wir lassen sie nie verfallen"])
def test_a_summary_that_says_never_over_points_that_end(text: str) -> None:
    assert [
        (one.code, one.path) for one in found(("expiry: three years after your last visit", f"expiry: {text}"))
    ] == [("CAP-23", "terms.summary.expiry")]
    assert (
        found(("expiry: three years after your last visit", "expiry: never, unless you stay away for three years"))
        == []
    )


FRIEND, ADVOCATE = "friend: {amount: 10.00}", "advocate: {amount: 10.00}"


@pytest.mark.parametrize(
    ("friend", "said"),
    [
        ("{goods: a bicycle, worth: 0.01, costs: 400.00}", True),
        ("{goods: a bicycle, worth: 9.00, costs: 9.00}", False),
        ("{goods: a loaf of rye, worth: 9.99}", True),
        ("{service: breakfast on your birthday, worth: 0.01}", True),
        ("{free_months: 1, worth: 0.01}", False),  # of the club, or of the bread box?
    ],
)
def test_a_gift_to_a_friend_that_is_said_to_be_worth_next_to_nothing(friend: str, said: bool) -> None:
    codes = [one.code for one in found((FRIEND, f"friend: {friend}"), (ADVOCATE, "advocate: {credit: 400.00}"))]
    assert codes == (["LP-2"] if said else [])


def test_a_month_for_nothing_is_worth_what_a_month_costs() -> None:
    box = "product: bread box, gives: {free_months: 1, worth: WORTH}"
    for worth, codes in (("148.99", ["LP-2"]), ("149.00", [])):
        welcome = f"id: a, title: a, kind: welcome, eligible: {{customers: new}}, {box}"
        thanks = f"id: b, title: b, kind: loyalty, eligible: {{customers: tenured}}, {box}"
        edit = under(OFFERS, welcome.replace("WORTH", worth), thanks.replace("WORTH", "149.00"))
        assert [one.code for one in found(edit)] == codes


def test_a_gift_to_those_who_stayed_that_is_said_to_be_worth_more_than_it_is() -> None:
    for worth, codes in (("16.00", []), ("16.01", ["LP-2"])):
        edit = (ADVOCATE, f"advocate: [{{amount: 10.00}}, {{goods: A loaf of rye, worth: {worth}}}]")
        assert [one.code for one in found(edit)] == codes


@pytest.mark.parametrize(
    ("hours", "days", "codes"),
    [(1, 1, ["CAP-7"]), (1, 2, []), (720, 30, ["CAP-7"]), (720, 31, []), (721, 31, ["CAP-7"])],
)
def test_a_reward_that_is_over_when_it_arrives(hours: int, days: int, codes: list[str]) -> None:
    kept = f"costs: 9.00, fulfil_hours: {hours}, valid_days: {days}}}"
    assert [one.code for one in found(("costs: 9.00}", kept))] == codes
