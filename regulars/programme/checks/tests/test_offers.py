"""LP-1 and its neighbours look at every customer that offers can tell apart, and at how offers may be combined."""

from __future__ import annotations

import pytest

from regulars.programme.checks.linting import lint
from regulars.programme.problems import Problem

SHOP = """\
regulars: 1
programme: {id: shop, name: Shop, zone: Europe/Berlin, money: EUR, languages: [en]}
currencies: [{id: points, title: points, value: 0.01}]
earn: {rules: [{id: base, title: a point, points: 1, per: 1}]}
tiers:
  counts: spend
  window: {rolling_months: 12}
  levels: [{id: guest, title: Guest, at: 0}, {id: friend, title: Friend, at: 100}, {id: family, title: Family, at: 900}]
offers:
"""


def offers(*written: str) -> list[Problem]:
    """What LP checks say of a shop with these offers; `welcome` and the like are kinds."""
    lines = []
    for number, text in enumerate(written):
        lines.append(f"  - {{id: offer-{number}, title: offer {number}, {text}}}\n")
    problems = [problem for problem in lint(SHOP + "".join(lines)).problems if problem.code != "HOUSE-1"]
    assert all(problem.code.startswith("LP-") for problem in problems), problems
    return problems


def codes(*written: str) -> list[str]:
    return [problem.code for problem in offers(*written)]


WELCOME = "kind: welcome, gives: {amount: 10}"


def test_a_welcome_alone_is_a_penalty_on_everybody_else() -> None:
    (problem,) = offers(WELCOME)
    assert (problem.code, problem.severity, problem.path) == ("LP-1", "error", "offers[0].eligible")
    assert "10.00 EUR" in problem.message and "0.00 EUR" in problem.message
    assert problem.notes[0].startswith("For example: Ada is one who bought before, Bruno is a new customer.")


def test_the_same_for_all_or_for_those_who_stayed_is_fair() -> None:
    assert codes("kind: promotion, gives: {amount: 10}") == []
    assert codes(WELCOME, "kind: loyalty, eligible: {customers: tenured}, gives: {amount: 10}") == []
    assert codes(WELCOME, "kind: loyalty, eligible: {customers: tenured}, gives: {amount: 9.99}") == ["LP-1"]


@pytest.mark.parametrize(
    ("given", "fair"),
    [
        ("points: 1000", True),
        ("points: 999", False),
        ("credit: 10", True),
        ("{goods: a cake, worth: 10}", True),
        ("{service: a table by the window, worth: 9}", False),
        ("{free_months: 2, worth: 5}", True),
    ],
)
def test_whatever_is_given_is_counted_in_money(given: str, fair: bool) -> None:
    loyal = f"kind: loyalty, eligible: {{customers: tenured}}, gives: {given if '{' in given else f'{{{given}}}'}"
    assert codes(WELCOME, loyal) == ([] if fair else ["LP-1"])


@pytest.mark.parametrize(("day", "told"), [(0, "0 days"), (29, "29 days"), (31, "31 days"), (365, "one year")])
def test_one_day_of_tenure_without_an_offer_is_found(day: int, told: str) -> None:
    """Two offers cover all tenures but one day."""
    before = [
        f"kind: loyalty, eligible: {{customers: tenured, tenure_days: {{most: {day - 1}}}}}, gives: {{amount: 10}}"
    ]
    after = f"kind: loyalty, eligible: {{tenure_days: {{least: {day + 1}}}}}, gives: {{amount: 10}}"
    (problem, *others) = offers(WELCOME, *(before if day else []), after)
    assert problem.code == "LP-1" and f"a customer for {told} gets" in problem.message
    assert {one.code for one in others} <= {"LP-1", "LP-4"}
    whole = f"kind: loyalty, eligible: {{tenure_days: {{least: {day}}}}}, gives: {{amount: 10}}"
    assert "LP-1" not in codes(WELCOME, *(before if day else []), whole)


def test_one_channel_region_term_or_way_to_pay_without_an_offer_is_found() -> None:
    for facts in ("channels: [web, app]", "regions: [north, south]", "terms: [12, 24]", "payments: [card, cash]"):
        key, first = facts.split(": ")[0], facts.split("[")[1].split(",")[0]
        new = f"kind: welcome, eligible: {{{facts}}}, gives: {{amount: 10}}"
        same = f"kind: loyalty, eligible: {{customers: tenured, {facts}}}, gives: {{amount: 10}}"
        fewer = f"kind: loyalty, eligible: {{customers: tenured, {key}: {first}}}, gives: {{amount: 10}}"
        assert codes(new, same) == []
        assert codes(new, fewer) == ["LP-1"]


def test_a_tier_that_gets_nothing_is_found() -> None:
    some = "kind: loyalty, eligible: {customers: tenured, tiers: [guest, family]}, gives: {amount: 10}"
    found = offers(WELCOME, some)
    assert [problem.code for problem in found] == ["LP-1", "LP-4"]
    assert "`friend`" in found[0].message


def test_days_of_an_offer_are_compared_day_by_day() -> None:
    new = "kind: welcome, gives: {amount: 10}, starts: 2027-03-01, ends: 2027-03-31"
    loyal = "kind: loyalty, eligible: {customers: tenured}, gives: {amount: 10}, starts: 2027-03-01, ends: 2027-03-30"
    (problem,) = offers(new, loyal)
    assert "2027-03-31" in problem.notes[0]
    assert codes(new, loyal.replace("03-30", "03-31")) == []


def test_offers_that_cannot_be_combined_are_not_added_up() -> None:
    halves = "kind: loyalty, eligible: {customers: tenured}, gives: {amount: 5}"
    assert codes(WELCOME, halves, halves) == []
    for stacking in ("exclusive", "{best_of: halves}"):
        both = f"{halves}, stacking: {stacking}"
        assert codes(WELCOME, both, both) == ["LP-1"]
    # one exclusive offer is worth more than two that add up
    assert (
        codes(
            WELCOME, halves, "kind: loyalty, eligible: {customers: tenured}, stacking: exclusive, gives: {amount: 10}"
        )
        == []
    )


def test_a_percentage_and_a_sum_are_compared_on_purchases_of_every_size() -> None:
    """Ten per cent beat ten euros from a hundred euros on; below, the newcomer fares better."""
    loyal = "kind: loyalty, eligible: {customers: tenured}, gives: {percent: 10}"
    (problem,) = offers(WELCOME, loyal)
    assert "Both buy for 10.00 EUR" in problem.notes[0]
    assert codes(f"{WELCOME}, use: {{minimum_spend: 100}}", loyal) == []
    capped = "kind: loyalty, eligible: {customers: tenured}, gives: {percent: 10, most: 9}"
    assert codes("kind: welcome, gives: {percent: 5}", capped) == ["LP-1"]  # from 180 euros on
    assert codes("kind: welcome, gives: {percent: 5, most: 9}", capped) == []


def test_introductory_prices_are_compared_over_the_horizon() -> None:
    intro = "product: power, price: {list: 30, steps: [{months: 12, pays: 20}], notice_days: 14}"
    new = f"kind: welcome, {intro}"
    (problem,) = offers(new)
    assert "120.00 EUR" in problem.message
    assert codes(f"kind: promotion, {intro}") == []
    months = "kind: loyalty, eligible: {customers: tenured}, product: power, gives: {free_months: 4}"
    assert codes(new, months) == []
    assert codes(new, months.replace("4", "3")) == ["LP-1"]
    assert codes(
        new.replace("welcome,", "welcome, horizon_months: 24,").replace("months: 12", "months: 24"), months
    ) == ["LP-1"]


def test_only_offers_that_differ_stretch_the_time_that_is_looked_at() -> None:
    """A small saving for ten years outweighs a large one for a year only where ten years are compared."""
    new = "kind: welcome, product: power, price: {list: 30, steps: [{months: 12, pays: 20}], notice_days: 14}"
    loyal = (
        "kind: loyalty, eligible: {customers: tenured}, product: power, "
        "price: {list: 30, steps: [{months: 120, pays: 28}], notice_days: 14}"
    )
    cake = "kind: promotion, gives: {goods: a cake, worth: 1}"
    assert codes(new, loyal, cake) == ["LP-1"]
    assert codes(new, loyal, f"{cake}, horizon_months: 120") == ["LP-1"]
    assert codes(f"{new}, horizon_months: 120", loyal, cake) == []


@pytest.mark.parametrize("limits", ["", ", years: [1]", ", budget: {most: 5, chosen: by_lot}"])
def test_what_anniversaries_give_makes_up_for_no_welcome(limits: str) -> None:
    """Newcomers live to see them as well."""
    welcome = "  - {id: hello, title: hello, kind: welcome, gives: {amount: 50}, horizon_months: 120}\n"
    year = (
        f"moments: [{{id: year, title: a year, kind: anniversary, gives: {{points: 500, currency: points}}{limits}}}]\n"
    )
    assert "LP-1" in [problem.code for problem in lint(SHOP + welcome + year).problems]


def test_a_percentage_that_is_bounded_turns_on_a_purchase_far_from_ordinary() -> None:
    """From 57,143 euros on the newcomer fares better, as the loyal get no more of the larger percentage."""
    new = "kind: welcome, gives: {percent: 8, most: 12000}"
    loyal = "kind: loyalty, eligible: {customers: tenured}, gives: [{percent: 10, most: 4000}, {percent: 1}]"
    assert codes(new, loyal) == ["LP-1"]
    assert codes(new, loyal.replace("4000", "12000")) == []


@pytest.mark.parametrize(
    ("friend", "advocate", "spend", "example"),
    [
        ("{amount: 12}", "{amount: 12}", 100, None),
        ("{percent: 10}", "{amount: 12}", 100, "On a purchase of 1,200.10 EUR"),
        ("{percent: 10, most: 12}", "{amount: 12}", 100, None),
        ("{percent: 10, most: 12.01}", "{amount: 12}", 100, "On a purchase of 120.10 EUR the friend gets 12.01 EUR"),
        ("{amount: 12}", "{percent: 10}", 120, None),
        ("{amount: 12}", "{percent: 10}", 119, "On a purchase of 119.00 EUR the friend gets 12.00 EUR"),
        ("{percent: 10, most: 50}", "{percent: 20, most: 40}", 1, "On a purchase of 500.00 EUR"),
        ("{points: 1200}", "{amount: 12}", 12, None),
        ("{points: 1200}", "{amount: 12}", 11, "On a purchase of 11.00 EUR"),
        ("{percent: 10}", "[{percent: 5}, {amount: 6}]", 1, "On a purchase of 1,200.10 EUR"),
    ],
)
def test_a_friend_and_who_brings_them_are_compared_on_every_purchase_that_counts(
    friend: str, advocate: str, spend: int, example: str | None
) -> None:
    brings = (
        "  - {id: cake, title: a cake, kind: promotion, gives: {amount: 1}}\n"
        f"referrals: {{friend: {friend}, advocate: {advocate}, minimum_spend: {spend}}}\n"
    )
    found = [one for one in lint(SHOP + brings).problems if one.path == "referrals.friend"]
    assert [one.code for one in found] == ["LP-1"] * bool(example)
    assert all(example and example in one.message for one in found), found


def test_a_condition_on_the_date_of_joining_counts_as_tenure() -> None:
    old = "kind: loyalty, eligible: {customers: tenured, when: 'member_since < \"2020-01-01\"'}, gives: {amount: 10}"
    (problem,) = offers(WELCOME, old)
    assert "who joined on 2020-01-01" in problem.message
    assert (codes(old), codes(old.replace("<", ">="))) == ([], ["LP-4"])
    late = "kind: welcome, eligible: {when: 'member_since >= \"2026-01-01\"'}, gives: {amount: 10}"
    assert codes(late) == ["LP-1"]  # who is new joins last


def test_whoever_asks_to_leave_gets_no_more_than_who_does_not() -> None:
    (problem,) = offers("kind: save, gives: {percent: 20}")
    assert (problem.code, problem.severity) == ("LP-5", "error")
    assert codes(
        "kind: save, gives: {percent: 20}",
        "kind: loyalty, eligible: {customers: tenured}, gives: {percent: 20}",
    ) == ["LP-5"]
    apart = "stacking: {best_of: one}"
    assert (
        codes(f"kind: save, gives: {{percent: 20}}, {apart}", f"kind: promotion, gives: {{percent: 20}}, {apart}") == []
    )


def test_a_step_down_for_longer_tenure_is_a_warning() -> None:
    (problem,) = offers("kind: loyalty, eligible: {tenure_days: {least: 730, most: 900}}, gives: {percent: 5}")
    assert (problem.code, problem.severity) == ("LP-4", "warning")
    assert "(900 days)" in problem.message and "(901 days)" in problem.message


@pytest.mark.parametrize(
    ("least", "told"), [(0, "0 days"), (1, "one day"), (364, "one day less than a year (364 days)")]
)
def test_whoever_bought_first_less_than_a_year_ago_is_as_good_as_new(least: int, told: str) -> None:
    early = f"kind: return, eligible: {{customers: tenured, tenure_days: {{least: {least}, most: 364}}}}, gives: {{percent: 5}}"
    (problem,) = offers(early)
    assert (problem.code, problem.severity) == ("LP-1", "error")
    assert f"a customer for {told} gets 5.00 EUR where a customer for one year gets 0.00 EUR" in problem.message
    later = "kind: loyalty, eligible: {tenure_days: {least: 365}}, gives: {percent: 4}"
    assert codes(early, later) == ["LP-1"]
    assert codes(early, later.replace("4", "5")) == []
    assert codes(early.replace("364}", "365}").replace(f"least: {least}", "least: 365")) == ["LP-4"]


RATES = """\
regulars: 1
programme: {id: shop, name: Shop, zone: Europe/Berlin, money: EUR, languages: [en]}
currencies: [{id: stars, title: stars, STARS}, {id: miles, title: miles, MILES}]
earn: {rules: [{id: a, title: a, currency: stars, points: 1, per: 1}]}
rewards: [{id: tea, title: tea, kind: service, currency: stars, points: 100, worth: TEA}, {id: walk, title: walk, kind: service, currency: stars, points: 500, worth: 500}]
offers:
  - {id: a, title: a, kind: welcome, eligible: {customers: new}, gives: NEW}
  - {id: b, title: b, kind: loyalty, eligible: {customers: tenured}, gives: OLD}
"""


def weighed(new: str, old: str, stars: str = "value: 0.01", miles: str = "value: 0.01", tea: int = 1) -> list[str]:
    """What LP-1 says of two gifts: the code, with a question mark where it could not decide."""
    text = RATES.replace("NEW", new).replace("OLD", old).replace("TEA", str(tea))
    linted = lint(text.replace("STARS", stars).replace("MILES", miles))
    assert linted.programme is not None, linted.problems
    return ["?" if "could not" in one.message else "!" for one in linted.problems if one.code == "LP-1"]


def test_points_of_two_currencies_are_weighed_by_what_they_buy() -> None:
    some, others = "{points: 100, currency: stars}", "{points: 100, currency: miles}"
    assert weighed(some, others) == weighed(some, some) == []
    assert weighed(some, others, tea=2) == ["!"]  # 100 stars are tea of 2.00, 100 miles at least 1.00
    assert weighed(others, some, tea=2) == []
    assert weighed(others, some, miles="value: 0.02", tea=2) == ["!"]  # nobody promises more than 1.00 for stars
    assert weighed(some, others, miles="value: 0.02", tea=2) == []
    # a walk makes a star worth a euro, for those who have 500
    assert weighed(some, others.replace("100", "101")) == []
    assert weighed(some.replace("100", "500"), others.replace("100", "49999")) == ["!"]
    assert weighed(some.replace("100", "500"), others.replace("100", "50000")) == []


def test_points_of_which_nobody_knows_the_worth_are_never_guessed_at() -> None:
    unknown = "{points: 100, currency: miles}"
    none = "rounding: carry"
    assert weighed(unknown, "{amount: 1}", miles=none) == weighed("{amount: 1}", unknown, miles=none) == ["?"]
    assert weighed(unknown, unknown, miles=none) == []
    assert weighed(unknown, "[{points: 100, currency: miles}, {amount: 1}]", miles=none) == []
    assert weighed("[{points: 100, currency: miles}, {amount: 1}]", unknown, miles=none) == ["!"]
    stars = "{points: 100, currency: stars}"
    assert weighed(stars, "{credit: 2}", none, tea=2) == weighed("{credit: 2}", stars, none, tea=2) == []
    assert weighed(stars, "{credit: 1.99}", none, tea=2) == weighed("{credit: 2.01}", stars, none, tea=2) == ["!"]


def test_of_virtual_cash_a_unit_is_as_good_as_money() -> None:
    cash = "kind: cash, value: 0.01"
    assert weighed("{points: 100, currency: stars}", "{credit: 1}", cash, tea=2) == []
    assert weighed("{points: 101, currency: stars}", "{credit: 1}", cash, tea=2) == ["!"]


def on(brand: str) -> str:
    return f"""lines: 'brand == "{brand}"'"""


LOYAL = "kind: loyalty, eligible: {customers: tenured}"


def test_offers_that_come_together_in_one_basket_only_are_compared_there() -> None:
    """Brand by brand both get ten euros; on a basket of two brands the tenured get them once."""
    new = [f"{WELCOME}, {on(brand)}" for brand in ("oak", "elm")]
    same = [f"{LOYAL}, gives: {{amount: 10}}, {on(brand)}" for brand in ("oak", "elm")]
    assert codes(*new, *same) == []
    (problem,) = offers(*new, *(f"{one}, stacking: {{best_of: one}}" for one in same))
    assert "a new customer gets 20.00 EUR where one who bought before gets 10.00 EUR" in problem.message
    assert "buy for 200.00 EUR, 100.00 EUR where the brand is elm and 100.00 EUR where the brand is" in problem.notes[0]
    assert codes(*(f"{one}, stacking: {{best_of: one}}" for one in (*new, *same))) == []
    double = [f"{one.replace('10', '20')}, stacking: {{best_of: one}}" for one in same]
    (problem,) = offers(*new, *double)  # twenty off oak are no more than the oak costs
    assert "a new customer gets 20.00 EUR where one who bought before gets 10.00 EUR" in problem.message


def test_an_offer_takes_no_more_than_the_goods_cost_that_it_is_for() -> None:
    """A welcome for everything is matched by one for oak and one for the rest; a sum for oak needs oak to take it off."""
    new = "kind: welcome, gives: {amount: 10}"
    assert (
        codes(
            new,
            f"{LOYAL}, gives: {{amount: 10}}, {on('oak')}",
            f"{LOYAL}, gives: {{amount: 10}}, lines: 'brand != \"oak\" or missing(brand)'",
        )
        == []
    )
    spent = f"kind: welcome, gives: {{amount: 10}}, {on('oak')}, use: {{minimum_spend: 50}}"
    other = f"{LOYAL}, gives: {{percent: 20}}, {on('oak')}, use: {{minimum_spend: 50}}"
    (problem,) = offers(spent, other)  # a little oak in a basket of other things
    assert "where the brand is oak" in problem.notes[0] and "where the brand is anything" not in problem.notes[0]
    whole = f"{LOYAL}, gives: {{percent: 20}}, use: {{minimum_spend: 50}}"
    assert codes(spent, whole) == []  # a fifth of fifty is ten


def test_what_is_said_of_all_lines_is_taken_at_its_word() -> None:
    new = "kind: welcome, gives: {amount: 10}, eligible: {when: 'any(brand == \"oak\")'}"
    some = 'kind: loyalty, gives: {amount: 10}, eligible: {customers: tenured, when: \'any(brand in ("oak", "elm"))\'}'
    assert codes(new, some) == []
    assert codes(new, some.replace("any(", "all(")) == ["LP-1"]
    spent = new.replace('any(brand == "oak")', 'spend(brand == "oak") >= 50.00')
    assert codes(spent, f"{LOYAL}, gives: {{percent: 20}}, {on('oak')}") == []
    assert codes(spent, f"{LOYAL}, gives: {{percent: 19}}, {on('oak')}") == ["LP-1"]
    asked = 'kind: promotion, gives: {amount: 10}, eligible: {when: \'any(brand == "oak" and tier == "guest")\'}'
    assert all("could not be decided" in one.message for one in offers(asked)) and codes(asked) == ["LP-1", "LP-4"]


def test_introductory_prices_of_two_products_are_both_had() -> None:
    def price(of: str) -> str:
        return f"product: {of}, price: {{list: 30, steps: [{{months: 12, pays: 20}}], notice_days: 14}}"

    new = [f"kind: welcome, {price(of)}" for of in ("power", "gas")]
    assert codes(*new, *(f"{LOYAL}, {price(of)}" for of in ("power", "gas"))) == []
    found = offers(*new, *(f"{LOYAL}, {price(of)}, stacking: {{best_of: one}}" for of in ("power", "gas")))
    assert [one.code for one in found] == ["LP-1"]
    assert "gets 240.00 EUR" in found[0].message and "where the product is gas and" in found[0].notes[0]


def test_a_purchase_is_as_large_as_the_conditions_of_its_offers_ask() -> None:
    """Five euros off from fifty on are no more than a tenth; nor are they off a line of fifty."""
    tenth = f"{LOYAL}, gives: {{percent: 10}}"
    for condition in ("eligible: {when: total >= 50.00}", "lines: net >= 50.00"):
        assert codes(f"kind: welcome, gives: {{amount: 5}}, {condition}", tenth) == []
        assert codes(f"kind: welcome, gives: {{amount: 5.01}}, {condition}", tenth) == ["LP-1"]
    most = "kind: welcome, gives: {percent: 11}, eligible: {when: total <= 50.00}"
    assert codes(most, f"{LOYAL}, gives: [{{percent: 10}}, {{amount: 0.50}}]") == []
    assert codes(most, f"{LOYAL}, gives: [{{percent: 10}}, {{amount: 0.49}}]") == ["LP-1"]


def test_very_many_goods_that_are_told_apart_are_decided_where_each_offer_has_its_like_and_else_are_an_error() -> None:
    brands = [f"brand-{number}" for number in range(10)]
    new = [f"kind: welcome, gives: {{percent: 10}}, {on(brand)}" for brand in brands]
    same = [f"{LOYAL}, gives: {{percent: 10}}, {on(brand)}" for brand in brands]
    assert codes(*new, *same) == []
    assert codes(*new, *(one.replace("percent: 10", "percent: 11, most: 500") for one in same)) != []
    assert codes(*new, *(one.replace("percent: 10}", "percent: 11}, use: {minimum_spend: 1}") for one in same)) != []
    assert codes(*new, *(one.replace("percent: 10", "percent: 11") for one in same)) == []
    apart = [f"{one}, stacking: {{best_of: g{number}}}" for number, one in enumerate(same)]
    found = offers(*new, *apart)
    assert [(one.code, "could not be decided" in one.message) for one in found] == [("LP-1", True)]


def test_more_customers_than_are_looked_at_are_an_error_and_not_a_guess() -> None:
    many = [
        f"kind: welcome, eligible: {{channels: c{n}, regions: r{n}, payments: p{n}, terms: {n + 1}}}, gives: {{amount: 1}}"
        for n in range(20)
    ]
    found = offers(*many)
    assert {problem.code for problem in found} == {"LP-1"}
    assert all("could not be decided" in problem.message and problem.severity == "error" for problem in found)


def test_more_ways_to_combine_than_are_looked_at_are_an_error() -> None:
    grouped = [f"kind: welcome, gives: {{amount: {n + 1}}}, stacking: {{best_of: g{n % 7}}}" for n in range(28)]
    assert "LP-1" in {problem.code for problem in offers(*grouped) if "could not be decided" in problem.message}
