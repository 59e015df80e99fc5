"""Who says so: the profiles one can switch on, and the rulings that a check stands on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from regulars.kit.conditions.refusal import nearest
from regulars.kit.speaking import Said, listed, phrase, worded
from regulars.programme.problems import ERROR, WARNING

#: The day for which the grounds of the checks hold, as far as they were read.
AS_OF = "2026-11-26"

DIGNITY = "dignity"
PROFILES = {
    DIGNITY: "what a house owes its customers anywhere: our own rules, the strictest reading of all the others",
    "eu": "acts of the European Union",
    "de": "Germany: decisions of the Bundesgerichtshof",
    "at": "Austria: decisions of the Oberster Gerichtshof",
    "dk": "Denmark: statutes and the Forbrugerombudsmand",
    "uk": "United Kingdom: FCA, CMA, ICO; sector rules are warnings outside their sector",
    "us": "United States: federal law and that of California, Delaware and New York",
    "ca": "Canada: Ontario and Quebec",
    "au": "Australia: ACCC and the National Credit Code",
}


class Force(Enum):
    """What stands behind a ruling."""

    LAW = phrase("law")
    CASE = phrase("court or ombudsman")
    REGULATOR = phrase("regulator")
    STANDARD = phrase("standard")
    EVIDENCE = phrase("research")
    HOUSE = phrase("house rule")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one profile says: how grave it is, and on what ground.

    `source` names the text and where it is found, `dated` its own date as far as it is known (free text).
    `limit` is the figure this ruling draws the line at, in the check's unit; None where there is no figure.
    A ground that nobody of us has read, only remembers or knows from a weak page, is `unread`: it ships as a
    house rule of `dignity`, and says so. Raises ValueError when it does not.
    """

    profile: str
    severity: str
    force: Force
    source: str
    dated: str = ""
    limit: int | None = None
    unread: bool = False

    def __post_init__(self) -> None:
        if self.profile not in PROFILES or self.severity not in (ERROR, WARNING):
            raise ValueError(f"There is no profile {self.profile!r}, or no severity {self.severity!r}.")
        if self.unread and (self.profile, self.force) != (DIGNITY, Force.HOUSE):
            raise ValueError("What nobody has read is a house rule, and of no jurisdiction.")

    def ground(self) -> Said:
        """What it stands on, in one line. The house's own reasons are said in every language; the names of acts,
        decisions and studies stand as they were published."""
        source = self.source
        if self.dated:
            source = phrase("{source} ({dated})", source=source, dated=self.dated)
        if self.unread:
            source = phrase("{source}; known from memory or a weak page, so it counts as ours alone", source=source)
        return phrase("{force}: {source}. As of {day}.", force=self.force.value, source=source, day=AS_OF)

    def sentence(self) -> Said:
        """The profile and its ground, as findings show it."""
        return phrase("{profile}, {ground}", profile=self.profile, ground=self.ground())


def house(severity: str, why: str, *, dated: str = "", limit: int | None = None, unread: bool = False) -> Ruling:
    """A ruling of our own, in the profile `dignity`; `why` names what it follows."""
    return Ruling(DIGNITY, severity, Force.HOUSE, why, dated, limit, unread)


def law(profile: str, source: str, dated: str = "", limit: int | None = None) -> Ruling:
    """A statute or regulation that was read: an error where its profile is switched on."""
    return Ruling(profile, ERROR, Force.LAW, source, dated, limit)


def case(profile: str, source: str, dated: str = "", limit: int | None = None) -> Ruling:
    """A decision that was read: an error where its profile is switched on."""
    return Ruling(profile, ERROR, Force.CASE, source, dated, limit)


def regulator(profile: str, source: str, dated: str = "", limit: int | None = None) -> Ruling:
    """A regulator's rule or guidance for one sector: a warning, as the file does not say whose sector it is."""
    return Ruling(profile, WARNING, Force.REGULATOR, source, dated, limit)


def standard(profile: str, source: str, dated: str = "", limit: int | None = None) -> Ruling:
    """A technical standard, or what large mailbox providers ask: a warning."""
    return Ruling(profile, WARNING, Force.STANDARD, source, dated, limit)


def profiles_in(written: str) -> tuple[str, ...]:
    """The profiles of a text such as `dignity,eu`, each once. Raises ValueError for one that does not exist."""
    names = tuple(dict.fromkeys(one.strip() for one in written.split(",") if one.strip()))
    for name in names:
        if name not in PROFILES:
            raise ValueError(worded("There is no profile `{name}`. {near}", name=name, near=nearest(name, PROFILES)))
    if not names:
        raise ValueError(worded("Name a profile: {profiles}.", profiles=listed(PROFILES)))
    return names


def gravest(rulings: Iterable[Ruling]) -> str:
    """The severity of the gravest of them."""
    return ERROR if any(one.severity == ERROR for one in rulings) else WARNING
