"""What is compared: each kind of clause, where it stands, how it is said, and who judges each of its facets.

Here stand the kinds of what is earned and what it buys, and the terms; what is given beside the points stands in
`comparable_giving`, how members are treated in `comparable_care`. A new section of the file becomes one more kind.
"""

from __future__ import annotations

from typing import Any

from regulars.programme import clauses, judging, judging_earning, judging_spending, judging_tiers, sentences
from regulars.programme.care_words import CARE as WORDS
from regulars.programme.comparable_care import CARE, DATA
from regulars.programme.comparable_giving import GIVING
from regulars.programme.judging import Effect, Pair
from regulars.programme.judging_spending import earned
from regulars.programme.kinds import GIFT, TITLE, Facet, Kind, by_id, called, one, own_title, said, section


def _all_rules(pair: Pair) -> list[Any]:
    return [*pair.old.earn.rules, *pair.new.earn.rules]


def _every_rule(record: Any, pair: Pair) -> list[str]:
    return [rule.id for rule in _all_rules(pair)]


def _of_money(record: Any, pair: Pair) -> list[str]:
    return [rule.id for rule in _all_rules(pair) if rule.per_unit == "money"]


def _of_currency(record: Any, pair: Pair) -> list[str]:
    return [rule.id for rule in _all_rules(pair) if rule.currency == record.id]


def _for_tiers(record: Any, pair: Pair) -> list[str]:
    return [rule.id for rule in _all_rules(pair) if rule.when and any(name.name == "tier" for name in rule.when.names)]


def _late(id: str, record: Any, language: str) -> str:
    return str(WORDS[language]["late"])


def _currency_removed(currency: Any, pair: Pair) -> Effect:
    return Effect.DEVALUING if currency.kind == "spendable" else Effect.ADVERSE


_BOUND = (
    TITLE,
    one("most", judging.more),
    one("per", judging_earning.period),
    Facet("rules", ("rules", "at_edge"), judging_earning.bounded),
    one("at_edge", judging.rising("refuse", "clip")),
)
_EARNING = (
    Kind(
        "programme", "header", lambda programme: {"": programme.header}, called("programme"), clauses.header,
        (
            one("money", judging_earning.money),
            one("languages", judging.fuller),
        ),
        _every_rule,
        differs={"zone": "days begin at another moment, for some later and for some earlier"},
        untold={
            "name": "what the house is called",
            "brand": "how its pages look",
            "attributes": "words for conditions, which are compared themselves",
            "average_order": "what checks are weighed with",
            "orders_a_year": "what checks are weighed with",
        },
    ),
    Kind(
        "currency", "currencies", lambda programme: by_id(programme.currencies), own_title, clauses.currency,
        (
            TITLE,
            one("kind", judging_earning.spendable),
            one("value", judging_earning.worth),
            Facet("rounding", ("rounding", "mode"), judging_earning.rounding),
            one("pending", judging_earning.pending),
            one("expiry", judging_earning.life),
            Facet("expiry_notice", ("expiry",), judging_earning.warning),
            one("debt", judging.rising(True, False)),
        ),
        _of_currency,
        removed=_currency_removed,
    ),
    Kind(
        "base", "earn.base", lambda programme: {"": programme.earn.base}, called("base"), clauses.base,
        (
            one("amount", judging.rising("net", "gross")),
            one("tax", judging.rising(False, True)),
            one("shipping", judging.rising(False, True)),
            one("paid_with_points", judging.rising(False, True)),
        ),
        _of_money,
    ),
    Kind(
        "rule", "earn.rules", lambda programme: by_id(programme.earn.rules), own_title,
        said(sentences.rule_sentence),
        (
            TITLE,
            Facet("rate", ("points", "per", "per_unit", "times"), judging_earning.rate),
            one("of", judging.fuller),
            one("every", judging_earning.rhythm),
            one("streak", judging_earning.streak),
            one("count", judging.rising("days", "events")),
            one("on", judging.fuller),
            one("when", judging.wider),
        ),
        lambda rule, pair: (rule.id,),
        differs={
            "currency": "other points, neither more nor fewer",
            "on_return": "a gift that is reconsidered stays whole for some and goes back whole for others",
        },
    ),
    Kind(
        "group", "earn.groups", lambda programme: by_id(programme.earn.groups), called("group"),
        said(sentences.group_sentence),
        (one("best_of", judging_earning.competing),),
        lambda group, pair: group.best_of,
        judging_earning.group_added, judging_earning.group_removed,
    ),
    Kind(
        "cap", "earn.caps", lambda programme: by_id(programme.earn.caps), own_title, clauses.cap,
        _BOUND,
        lambda cap, pair: cap.rules,
        judging_earning.cap_added, judging_earning.cap_removed,
        differs={"currency": "other points are bounded, and these no more"},
    ),
    Kind(
        "budget", "earn.budgets", lambda programme: by_id(programme.earn.budgets), own_title, clauses.cap,
        _BOUND,
        lambda budget, pair: budget.rules,
        judging_earning.cap_added, judging_earning.cap_removed,
        differs={"currency": "other points are bounded, and these no more"},
    ),
    Kind(
        "late", "earn.late_days", lambda programme: {"": programme.earn}, _late, clauses.late,
        (one("late_days", judging.more),),
        _every_rule,
        untold=dict.fromkeys(("base", "rules", "groups", "caps", "budgets"), "compared one by one"),
    ),
    Kind(
        "tiers", "tiers", section("tiers"), called("tiers"),
        clauses.tiers,
        (
            one("when", judging.wider),
            Facet("window", ("window", "months"), judging_tiers.window),
            one("keep_months", judging.more),
            one("grace_days", judging.more),
            one("fall", judging.rising("to_level", "one", "never")),
            one("notice", judging_earning.forewarned),
            one("pending_counts", judging.rising(False, True)),
        ),
        _for_tiers,
        differs={"counts": "who reaches a tier by other things is somebody else"},
        untold={"levels": "compared one by one"},
    ),
    Kind(
        "level", "tiers", lambda programme: by_id(programme.tiers.levels) if programme.tiers else {}, own_title,
        clauses.level,
        (TITLE, one("at", judging_tiers.threshold)),
        _for_tiers,
        judging_tiers.level_added,
    ),
    Kind(
        "reward", "rewards", lambda programme: by_id(programme.rewards), own_title, clauses.reward,
        (
            GIFT,
            one("kind", earned(judging.undecided)),
            one("currency", earned(judging.undecided)),
            Facet("price", ("price", "worth"), judging_spending.price),
            one("share", earned(judging.more)),
            one("fulfil_hours", judging.less),
            one("valid_days", earned(judging.longer)),
            one("limit", earned(judging_earning.limit)),
            one("when", earned(judging.wider)),
        ),
        lambda reward, pair: (),
        removed=judging_spending.reward_removed,
        replaced=judging_spending.reward_replaced,
        untold={"costs": "what it costs the house"},
    ),
)  # fmt: skip

_TERMS = (
    Kind(
        "terms", "terms", section("terms"), called("terms"),
        clauses.terms,
        (
            one("notice_days", judging.more),
            one("grace_days", judging.more),
            one("run_off_days", judging_earning.run_off),
            one("withdraw_days", judging.more),
            one("cards", judging.rising("silent", "ask")),
            one("fees", judging_earning.fees),
            one("bought", judging_earning.bought),
        ),
        lambda terms, pair: (),
        judging_earning.terms_added,
        untold={
            "version": "the keeper's name for them",
            "effective": "the day of this change itself",
            "summary": "says what stands elsewhere",
            "text": "says what stands elsewhere",
        },
    ),
)  # fmt: skip

#: In the order of the file.
KINDS = (*_EARNING, *GIVING, *CARE, *_TERMS, *DATA)
