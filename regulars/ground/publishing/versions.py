"""Versions of the programme: publishing one, and the kernel that holds at an instant."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Max

from regulars.engine.kernel import Kernel
from regulars.engine.kernel import compile as compile_programme
from regulars.ground.access.auditing import audit
from regulars.ground.activity.models import Event
from regulars.ground.publishing.models import ProgrammeVersion
from regulars.ground.publishing.noticing import devalues, earliest_day, local_day
from regulars.kit.binding import ask
from regulars.kit.zones import microseconds
from regulars.programme.loading import load
from regulars.programme.problems import ProgrammeError
from regulars.programme.promise import Programme
from regulars.programme.rewards import Reward

#: As `ProgrammeVersion.standing` has them; asked with every batch of events.
_STANDING = (
    "SELECT number, digest, effective_at FROM programme_version v WHERE NOT EXISTS"
    " (SELECT FROM programme_closing c WHERE c.number = v.number AND c.replaced_by IS NULL) ORDER BY number"
)


class PublishRefused(Exception):
    """Publishing was refused: a stable `code`, a sentence that says what to do, and its figures."""

    def __init__(self, code: str, sentence: str, **figures: object) -> None:
        super().__init__(sentence)
        self.code = code
        self.figures = figures


class VersionUnreadable(Exception):
    """The text of a published version (`number`) is not what was published: its row was changed from outside."""

    def __init__(self, number: int) -> None:
        super().__init__(f"The text of version {number} in the table programme_version cannot be read any more.")
        self.number = number


@dataclass(frozen=True, slots=True)
class InForce:
    """A version of the text `text`; it holds from `effective_us` (microseconds since 1970)."""

    number: int
    effective_us: int
    text: str

    @property
    def kernel(self) -> Kernel:
        """Its kernel, compiled when it is first asked for: an old version stands in nobody's way.

        Raises VersionUnreadable.
        """
        try:
            return _kernel(self.text)
        except ProgrammeError as damaged:
            raise VersionUnreadable(self.number) from damaged


class Versions:
    """The published versions that stand, oldest first; pick the one in force at an instant."""

    def __init__(self, versions: list[InForce]) -> None:
        self._versions = versions
        self._from = [version.effective_us for version in versions]

    def __iter__(self) -> Iterator[InForce]:
        return iter(self._versions)

    @property
    def latest(self) -> InForce:
        return self._versions[-1]

    def numbered(self, number: int) -> InForce:
        """The version that a row names. Raises LookupError when there is none."""
        for version in self._versions:
            if version.number == number:
                return version
        raise LookupError(f"no version {number}")

    def at(self, at_us: int) -> InForce:
        """The version in force at an instant; what happened before the first one falls under the first."""
        return self._versions[max(0, bisect_right(self._from, at_us) - 1)]

    def reward(self, id: str, number: int | None = None) -> Reward | None:
        """A reward as the latest version has it, or that of a number, or else the last one before it that had it."""
        for version in reversed(self._versions):
            if number is None or version.number <= number:
                reward = version.kernel.terms.rewards.get(id)
                if reward is not None:
                    return reward
        return None

    def over(self, version: InForce, at_us: int) -> bool:
        """Whether another version had taken its place by an instant."""
        return self.at(at_us).effective_us > version.effective_us


def publish(
    text: str, effective_at: datetime, by: str, now: datetime, base: int | None = None, *, keep_notice: bool = True,
    allow_devaluation: bool = False,
) -> int:  # fmt: skip
    """Publish a programme text as the next version; answers its number.

    `base` is the number of the version it was written from (None for the first). Refused when another version
    was published since (`base_outdated`), when nothing changed (`nothing_changed`), when it has a section that no room
    carries out yet (`section_not_carried_out`), when it would begin before the latest one (`effective_too_early`), in a
    past in which something was recorded already (`events_recorded`), or sooner than members are told who may be worse
    off (`notice_owed`), and when it takes from what they have earned already (`devaluation_forbidden`, unless
    `allow_devaluation`). A replacement on record waives the notice with `keep_notice`; a day in the past, since which
    nothing was recorded, is history that is brought in and owes nothing. Raises ProgrammeError for a text with errors,
    PublishRefused.
    """
    programme = load(text)
    _check_carried_out(programme)
    compile_programme(programme)  # what cannot be counted by is an error here, and not at the till
    with transaction.atomic():
        latest = latest_locked()
        if base != (latest.number if latest else None):
            raise PublishRefused("base_outdated", _start(latest, base))
        if latest and programme.digest == latest.digest:
            raise PublishRefused("nothing_changed", f"This is the text of version {latest.number} already.")
        if latest and effective_at <= latest.effective_at:
            raise PublishRefused("effective_too_early", _begins_later(latest, programme))
        if latest and effective_at < now and Event.objects.filter(occurred_at__gte=effective_at).exists():
            sentence = "Something was recorded after that instant already, under another version; begin now or later."
            raise PublishRefused("events_recorded", sentence)
        if latest and effective_at >= now:
            old = load(latest.text)
            if not allow_devaluation and devalues(old, programme):
                sentence = (
                    "This takes from what members have earned already; leave that as it was promised, or allow it."
                )
                raise PublishRefused("devaluation_forbidden", sentence)
            if keep_notice:
                _check_notice(old, programme, effective_at, now)
        number = (ProgrammeVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO programme_version (number, text, digest, effective_at, published_at, published_by)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                [number, text, programme.digest, effective_at, now, by],
            )
        detail = {"number": number, "base": base, "effective_at": effective_at.isoformat(), "digest": programme.digest}
        audit(by, "programme_published", None, detail, now)
    return number


def _begins_later(latest: ProgrammeVersion, programme: Programme) -> str:
    zone = programme.header.zone
    begins = f"{latest.effective_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    return f"Version {latest.number} begins on {begins} ({zone}), and this would not begin after it: name a later day."


def _start(latest: ProgrammeVersion | None, base: int | None) -> str:
    if latest is None:
        return f"No version stands, {base} neither: name none as the one it was written from."
    if base is None:
        return (
            f"Version {latest.number} is published already. If the text was written from that, say so (--base"
            f" {latest.number}); else start from that one."
        )
    return f"It was written from version {base}, and version {latest.number} is the latest; start from that."


def _check_carried_out(programme: Programme) -> None:
    if promised := programme.unkept:
        raise PublishRefused(
            "section_not_carried_out",
            f"This version of Regulars does not carry out {', '.join(promised)} yet. Leave it out to publish:"
            " a promise that nothing keeps is not published.",
            sections=", ".join(promised),
        )


def _check_notice(old: Programme, new: Programme, effective_at: datetime, now: datetime) -> None:
    earliest = earliest_day(old, new, now)
    if local_day(new, effective_at) < earliest:
        raise PublishRefused(
            "notice_owed",
            f"Some of this takes something from members, who are told before: begin on {earliest} or later.",
            earliest=earliest,
        )


def latest_locked() -> ProgrammeVersion | None:
    """The latest version that stands, None before the first. Whoever asks is alone with the versions until the
    end of the transaction: acts on them come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('programme_version'))")
    return ProgrammeVersion.standing().last()


def versions() -> Versions:
    """Every version that stands (none that was withdrawn before it began).

    Raises PublishRefused `no_programme` when there is none.
    """
    return ask_versions()()


def ask_versions() -> Callable[[], Versions]:
    """Ask for the versions that stand; call what is answered to be told, as `versions` tells."""
    told = ask(_STANDING)

    def tell() -> Versions:
        rows = told.fetchall()
        if not rows:
            raise PublishRefused("no_programme", "No programme is published yet: regulars publish programme.yaml")
        return _compiled(tuple((number, digest, microseconds(at)) for number, digest, at in rows))

    return tell


@lru_cache(maxsize=8)
def _compiled(rows: tuple[tuple[int, str, int], ...]) -> Versions:
    texts = dict(ProgrammeVersion.objects.values_list("number", "text"))
    return Versions([InForce(number, at, texts[number]) for number, _, at in rows])


@lru_cache(maxsize=64)
def _kernel(text: str) -> Kernel:
    return compile_programme(load(text))
