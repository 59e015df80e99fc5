"""Knowing: what the condition of a reward may ask of a member, and nothing that it does not ask.

The tier and the day of joining are in the standing, and the kernel reads them there. The language and the month of the
birthday come from the vault. Segments, and the facts that the programme declares of members, are told with the act.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from regulars.engine.entries import Refusal
from regulars.exchange.earning.acting import ActRefused
from regulars.exchange.earning.importing import reading_terms
from regulars.ground.activity.cells import Unreadable, read_cell
from regulars.ground.activity.contract import ATTRIBUTE_KINDS, Kind
from regulars.ground.members.enrolling import own_accounts_of
from regulars.ground.members.models import Member
from regulars.ground.publishing.versions import versions
from regulars.kit.conditions import Name
from regulars.kit.conditions.refusal import nearest
from regulars.kit.speaking import worded
from regulars.kit.zones import microseconds
from regulars.programme.promise import Programme
from regulars.programme.rewards import Reward

SEGMENTS = "segments"


def known(member: str, reward: str, told: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What is known of a member, as far as the reward of the version in force asks for it.

    `told` are segments (a list of words) and declared facts by name. Raises ActRefused `unknown_attribute` and
    `bad_attribute`, PublishRefused.
    """
    programme = versions().at(microseconds(now)).kernel.terms.programme
    facts = read_facts(told, programme, now)
    asked = next((one.when for one in programme.rewards if one.id == reward), None)
    names = {name.name for name in asked.names} if asked else set()
    if names & {"language", "birthday_month"}:
        facts |= _of_the_vault(member)
    return {name: facts[name] for name in sorted(names & facts.keys())}


def asked_facts(reward: Reward, programme: Programme) -> list[Name]:
    """What the condition of a reward asks of a member that nobody here knows: it must be told with the act."""
    declared = {one.name for one in programme.header.attributes if one.scope == "member"}
    return [name for name in reward.when.names if name.name in declared | {SEGMENTS}] if reward.when else []


def read_facts(told: Mapping[str, Any], programme: Programme, now: datetime) -> dict[str, Any]:
    """What is told of a member, as conditions read it. Raises ActRefused."""
    kinds = {one.name: ATTRIBUTE_KINDS[one.type] for one in programme.header.attributes if one.scope == "member"}
    found: dict[str, Any] = {}
    for name, value in told.items():
        if name == SEGMENTS:
            found[name] = _segments(value)
        elif name not in kinds:
            hint = nearest(name[:60], sorted([*kinds, SEGMENTS]))
            sentence = worded("The programme declares no such fact of members. {hint}", hint=hint)
            raise ActRefused(Refusal("unknown_attribute", sentence, {"attribute": name[:60]}))
        else:
            found[name] = _read(kinds[name], name, value, now)
    return {name: value for name, value in found.items() if value is not None}


def _read(kind: Kind, name: str, value: Any, now: datetime) -> Any:
    try:
        return read_cell(kind, name, value, reading_terms(now))
    except Unreadable as unreadable:
        raise ActRefused(Refusal("bad_attribute", unreadable.sentence, {"attribute": name})) from None


def _segments(value: Any) -> list[str]:
    if isinstance(value, list) and all(isinstance(one, str) and 0 < len(one) <= 60 for one in value):
        return sorted(set(value))
    sentence = worded("Segments are a list of words of at most 60 characters.")
    raise ActRefused(Refusal("bad_attribute", sentence, {"attribute": SEGMENTS}))


def _of_the_vault(member: str) -> dict[str, Any]:
    account = own_accounts_of([member]).get(member)
    person = Member.objects.filter(account_id=account).first() if account is not None else None
    if person is None:
        return {}
    facts = {"language": person.language, "birthday_month": person.birth_month}
    return {name: value for name, value in facts.items() if value}
