"""Comparing two programmes: what differs, clause by clause, and what each difference does to members. Pure.

What is compared, and which way is better, stands in `comparable.KINDS`: one entry for each kind of clause. What no
entry covers (a new section, a new key) is told as different: what cannot be decided is not called harmless.
docs/compare.md says it in prose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Any

from regulars.kit.conditions import Condition
from regulars.kit.speaking import counted, listed, phrase, titled
from regulars.programme.clause_words import WORDS
from regulars.programme.comparable import KINDS
from regulars.programme.header import LANGUAGES
from regulars.programme.judging import Effect, Pair, undecided
from regulars.programme.kinds import Facet, Kind, one
from regulars.programme.promise import Programme

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
#: The file itself, and what is said to members about what is promised elsewhere.
_UNTOLD = ("text", "digest", "written", "messages")

#: The kinds whose records have a title of their own.
_TITLED = frozenset(kind.name for kind in KINDS if any(facet.name == "title" for facet in kind.facets))

#: Kinds whose titles are names, which say nothing of what is promised unless a figure stands in them.
_NAMED = frozenset({"reward", "level"})


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing about a clause that changed: `old` and `new` as plain text, for records and tools."""

    name: str
    old: str
    new: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Difference:
    """One clause that differs: `change` is `added`, `removed` or `changed`, `effect` that of its worst aspect.

    `kind` and `id` name it (`rule`, `own-brand`). `title`, `old` and `new` are texts by language, the sentences
    members read, of a changed clause those that differ; `old` is empty for what was added, `new` for what was
    removed. `rules` are the rules whose points it may change; `stayed` the programme's languages in which the title
    of a changed clause is that of before.
    """

    kind: str
    id: str
    change: str
    effect: Effect
    aspects: tuple[Aspect, ...]
    title: Mapping[str, str]
    old: Mapping[str, str]
    new: Mapping[str, str]
    rules: frozenset[str]
    stayed: tuple[str, ...] = ()

    @property
    def adverse(self) -> bool:
        """Whether some members may be worse off by it."""
        return self.effect >= Effect.DIFFERS

    @property
    def devalues(self) -> bool:
        """Whether it takes something from points that were earned already."""
        return self.effect is Effect.DEVALUING

    @property
    def title_stayed(self) -> bool:
        """Whether what is promised changed under a title of before, which may still say it: worth a look."""
        beside = any(aspect.name != "title" for aspect in self.aspects)
        says = self.kind not in _NAMED or any(sign.isdigit() for title in self.title.values() for sign in title)
        return beside and says and bool(self.stayed) and self.effect is not Effect.NEUTRAL

    def sentence(self, language: str) -> str:
        """What changes, in the member's language: the old clause and the new one."""
        words, title = WORDS[language], self.title[language]
        if self.change == ADDED:
            return words.added.format(title=title, clause=self.new[language])
        if self.change == REMOVED:
            return words.removed.format(title=title, clause=self.old[language])
        if self.old[language] == self.new[language]:
            return words.unsaid.format(title=title)
        return words.changed.format(title=title, old=self.old[language], new=self.new[language])


def differences(old: Programme, new: Programme) -> tuple[Difference, ...]:
    """Everything that differs in substance or in a title, in the order of the file; empty when nothing does."""
    pair = Pair(old, new)
    found: list[Difference] = []
    before, after = _parts(old), _parts(new)
    for kind in KINDS:
        found += _of_kind(kind, pair)
    covered = {kind.part for kind in KINDS}
    for part in before:
        if part not in covered and before[part] != after[part]:
            found.append(_whole_section(part, pair))
    return tuple(found)


def titles_stayed(found: Iterable[Difference]) -> str:
    """What is said once of clauses that changed under the title of before; empty where there is none."""
    titles = [_stayed(one) for one in found if one.title_stayed]
    if not titles:
        return ""
    return counted(
        "{titles} changed under its old title: read whether it still says what is promised.",
        "{titles} changed under their old titles: read whether each still says what is promised.",
        len(titles), titles=listed(titles, "standard"),
    )  # fmt: skip


def _stayed(one: Difference) -> Any:
    """Its title, with the languages in which it stayed where it did not in all of them."""
    if any(aspect.name == "title" for aspect in one.aspects):
        return phrase("“{title}” ({languages})", title=titled(one.title), languages=", ".join(one.stayed))
    return phrase("“{title}”", title=titled(one.title))


def _parts(programme: Programme) -> dict[str, Any]:
    """The sections by name, those of `earn` one by one."""
    told = {field.name: getattr(programme, field.name) for field in fields(programme) if field.name not in _UNTOLD}
    earn = told.pop("earn")
    return told | {f"earn.{field.name}": getattr(earn, field.name) for field in fields(earn)}


def _of_kind(kind: Kind, pair: Pair) -> Iterator[Difference]:
    before, after = kind.records(pair.old), kind.records(pair.new)
    for id, record in before.items():
        if id not in after:
            yield _told(kind, id, REMOVED, kind.removed(record, pair), (), pair)
            continue
        aspects = tuple(_aspects(kind, record, after[id], pair))
        if aspects:
            yield _told(kind, id, CHANGED, max(aspect.effect for aspect in aspects), aspects, pair)
    for id, record in after.items():
        if id not in before:
            yield _told(kind, id, ADDED, kind.added(record, pair), (), pair)


def _aspects(kind: Kind, old: Any, new: Any, pair: Pair) -> Iterator[Aspect]:
    judged = {path.split(".")[0] for facet in kind.facets for path in facet.fields} | set(kind.silent)
    unknown = [name for name in (field.name for field in fields(old)) if name not in judged]
    for facet in (*kind.facets, *(one(path, undecided) for path in dict.fromkeys((*kind.differs, *unknown)))):
        before, after = facet.read(old), facet.read(new)
        if before == after:
            continue
        effect = facet.judge(before[0], after[0], pair) if len(before) == 1 else facet.judge(before, after, pair)
        if effect is Effect.DEVALUING and kind.replaced(old, pair):
            effect = Effect.ADVERSE
        if effect is not None:
            yield Aspect(facet.name, *_plain(facet, before, after), effect)


def _told(kind: Kind, id: str, change: str, effect: Effect, aspects: tuple[Aspect, ...], pair: Pair) -> Difference:
    before, after = kind.records(pair.old).get(id), kind.records(pair.new).get(id)
    latest = before if after is None else after
    return Difference(
        kind.name, id, change, effect, aspects,
        {language: kind.title(id, latest, language) for language in LANGUAGES},
        *_clauses(kind, before, after, pair),
        _multiplied([id for one in (before, after) if one is not None for id in kind.rules(one, pair)], pair),
        _kept(kind, before, after, pair),
    )  # fmt: skip


def _kept(kind: Kind, before: Any, after: Any, pair: Pair) -> tuple[str, ...]:
    if kind.name not in _TITLED or before is None or after is None:
        return ()
    return tuple(one for one in pair.new.header.languages if before.title.get(one) == after.title.get(one))


def _clauses(kind: Kind, before: Any, after: Any, pair: Pair) -> tuple[dict[str, str], dict[str, str]]:
    """The old and the new clause by language; of two, only the sentences in which they differ."""
    old: dict[str, str] = {}
    new: dict[str, str] = {}
    for language in LANGUAGES:
        said = [] if before is None else kind.clause(before, pair.old, language)
        now = [] if after is None else kind.clause(after, pair.new, language)
        if said:
            old[language] = " ".join([one for one in said if one not in now] or said)
        if now:
            new[language] = " ".join([one for one in now if one not in said] or now)
    return old, new


def _multiplied(rules: Iterable[str], pair: Pair) -> frozenset[str]:
    """`rules` and all that multiply what they give."""
    reached = set(rules)
    for programme in (pair.old, pair.new):
        for rule in programme.earn.rules:  # a multiplier stands below what it multiplies
            if reached.intersection(rule.of):
                reached.add(rule.id)
    return frozenset(reached)


def _whole_section(part: str, pair: Pair) -> Difference:
    """A section that no kind covers: it differs, and nobody can say how."""
    titles = {
        language: WORDS[language].titles.get(part) or WORDS[language].section.format(part=part)
        for language in LANGUAGES
    }
    aspect = Aspect(part, "", "", Effect.DIFFERS)
    every = frozenset(rule.id for programme in (pair.old, pair.new) for rule in programme.earn.rules)
    return Difference(part, "", CHANGED, Effect.DIFFERS, (aspect,), titles, titles, titles, every)


def _plain(facet: Facet, old: list[Any], new: list[Any]) -> tuple[str, str]:
    """The values that differ as plain text; where a facet has several fields, with their names."""
    if len(facet.fields) == 1:
        return _word(old[0]), _word(new[0])
    differ = [place for place in range(len(old)) if old[place] != new[place]]
    before, after = (
        ", ".join(f"{facet.fields[place]} {_word(values[place])}" for place in differ) for values in (old, new)
    )
    return before, after


def _word(value: Any) -> str:
    match value:
        case None:
            return "none"
        case Condition():
            return value.sentence("en")
        case Fraction() | int() | str() | date():
            return str(value)
        case tuple():
            return " ".join(_word(one) for one in value)
        case Mapping():
            return ", ".join(f"{key}: {_word(one)}" for key, one in value.items())
    return ", ".join(f"{field.name} {_word(getattr(value, field.name))}" for field in fields(value))
