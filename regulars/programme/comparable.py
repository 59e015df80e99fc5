"""What is compared: each kind of clause, where it stands, how it is said, and who judges each of its facets.

A new section of the file becomes one more entry of KINDS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from regulars.programme import clauses, judging, sentences
from regulars.programme.clause_words import WORDS
from regulars.programme.judging import Effect, Judge, Pair
from regulars.programme.promise import Programme


@dataclass(frozen=True, slots=True)
class Facet:
    """Something about a record: the fields it is read from, and its judge (who sees several as a list)."""

    name: str
    fields: tuple[str, ...]
    judge: Judge


@dataclass(frozen=True)
class Kind:
    """A kind of clause: its records by id, the part of the file they stand in, the sentences that say one, its facets,
    and what coming and going does.

    Fields in no facet are undecided, but for the `untold`. `rules` are those whose points a record bears on.
    """

    name: str
    part: str
    records: Callable[[Programme], Mapping[str, Any]]
    title: Callable[[Any, str], str]
    clause: Callable[[Any, Programme, str], list[str]]
    facets: tuple[Facet, ...]
    rules: Callable[[Any, Pair], Iterable[str]]
    added: Callable[[Any, Pair], Effect] = lambda record, pair: Effect.GOOD
    removed: Callable[[Any, Pair], Effect] = lambda record, pair: Effect.ADVERSE
    untold: tuple[str, ...] = ("id",)


def _one(name: str, judge: Judge) -> Facet:
    return Facet(name, (name,), judge)


_TITLE = _one("title", judging.neutral)


def _by_id(records: Iterable[Any]) -> dict[str, Any]:
    return {record.id: record for record in records}


def _own_title(record: Any, language: str) -> str:
    return sentences.title_in(record.title, language)


def _called(kind: str) -> Callable[[Any, str], str]:
    return lambda record, language: WORDS[language].titles[kind]


def _said(sentence: Callable[[Any, Programme, str], str]) -> Callable[[Any, Programme, str], list[str]]:
    return lambda record, programme, language: [sentence(record, programme, language)]


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


def _currency_removed(currency: Any, pair: Pair) -> Effect:
    return Effect.DEVALUING if currency.kind == "spendable" else Effect.ADVERSE


KINDS = (
    Kind(
        "programme", "header", lambda programme: {"": programme.header}, _called("programme"), clauses.header,
        (
            _one("zone", judging.undecided),
            _one("money", judging.money),
            _one("languages", judging.fuller),
        ),
        _every_rule,
        untold=("id", "name", "brand", "attributes", "average_order", "orders_a_year"),
    ),
    Kind(
        "currency", "currencies", lambda programme: _by_id(programme.currencies), _own_title, clauses.currency,
        (
            _TITLE,
            _one("kind", judging.spendable),
            _one("value", judging.worth),
            Facet("rounding", ("rounding", "mode"), judging.rounding),
            _one("pending", judging.pending),
            _one("expiry", judging.life),
            Facet("expiry_notice", ("expiry",), judging.warning),
            _one("debt", judging.rising(True, False)),
        ),
        _of_currency,
        removed=_currency_removed,
    ),
    Kind(
        "base", "earn.base", lambda programme: {"": programme.earn.base}, _called("base"), clauses.base,
        (
            _one("amount", judging.rising("net", "gross")),
            _one("tax", judging.rising(False, True)),
            _one("shipping", judging.rising(False, True)),
            _one("paid_with_points", judging.rising(False, True)),
        ),
        _of_money,
    ),
    Kind(
        "rule", "earn.rules", lambda programme: _by_id(programme.earn.rules), _own_title,
        _said(sentences.rule_sentence),
        (
            _TITLE,
            _one("currency", judging.undecided),
            Facet("rate", ("points", "per", "per_unit", "times"), judging.rate),
            _one("of", judging.fuller),
            _one("every", judging.rhythm),
            _one("streak", judging.undecided),
            _one("count", judging.rising("days", "events")),
            _one("on_return", judging.undecided),
            _one("on", judging.fuller),
            _one("when", judging.wider),
        ),
        lambda rule, pair: (rule.id,),
    ),
    Kind(
        "group", "earn.groups", lambda programme: _by_id(programme.earn.groups), _called("group"),
        _said(sentences.group_sentence),
        (_one("best_of", judging.competing),),
        lambda group, pair: group.best_of,
        judging.group_added, judging.group_removed,
    ),
    Kind(
        "cap", "earn.caps", lambda programme: _by_id(programme.earn.caps), _own_title, _said(sentences.cap_sentence),
        (
            _TITLE,
            _one("currency", judging.undecided),
            _one("most", judging.more),
            _one("per", judging.period),
            Facet("rules", ("rules", "at_edge"), judging.bounded),
            _one("at_edge", judging.rising("refuse", "clip")),
        ),
        lambda cap, pair: cap.rules,
        judging.cap_added, judging.cap_removed,
    ),
    Kind(
        "tiers", "tiers", lambda programme: {"": programme.tiers} if programme.tiers else {}, _called("tiers"),
        clauses.tiers,
        (
            _one("counts", judging.undecided),
            _one("when", judging.wider),
            Facet("window", ("window", "months"), judging.window),
            _one("keep_months", judging.more),
            _one("grace_days", judging.more),
            _one("fall", judging.rising("to_level", "one", "never")),
            _one("notice", judging.forewarned),
            _one("pending_counts", judging.rising(False, True)),
        ),
        _for_tiers,
        untold=("levels",),
    ),
    Kind(
        "level", "tiers", lambda programme: _by_id(programme.tiers.levels) if programme.tiers else {}, _own_title,
        clauses.level,
        (_TITLE, _one("at", judging.threshold)),
        _for_tiers,
        judging.level_added,
    ),
    Kind(
        "reward", "rewards", lambda programme: _by_id(programme.rewards), _own_title, clauses.reward,
        (
            _TITLE,
            _one("kind", judging.undecided),
            _one("currency", judging.other_currency),
            Facet("price", ("price", "worth"), judging.price),
            _one("share", judging.more),
            _one("fulfil_hours", judging.less),
            _one("valid_days", judging.longer),
            _one("limit", judging.limit),
            _one("when", judging.wider),
        ),
        lambda reward, pair: (),
        removed=judging.reward_removed,
        untold=("id", "costs"),
    ),
    Kind(
        "terms", "terms", lambda programme: {"": programme.terms} if programme.terms else {}, _called("terms"),
        clauses.terms,
        (
            _one("notice_days", judging.more),
            _one("grace_days", judging.more),
            _one("run_off_days", judging.run_off),
            _one("withdraw_days", judging.more),
            _one("cards", judging.rising("silent", "ask")),
            _one("fees", judging.fees),
            _one("bought", judging.undecided),
        ),
        lambda terms, pair: (),
        judging.terms_added,
        untold=("version", "effective", "summary", "text"),
    ),
)  # fmt: skip
