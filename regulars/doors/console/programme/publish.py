"""Publishing a draft: what it changes, what it owes, from which day; or at once in place of a bad version.

The forms carry the digest of the text that was shown, so that what is published is what was read; sent twice, they
lead to the version that the first one made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console.admitting import Desk
from regulars.doors.console.programme import differing
from regulars.doors.console.programme.checking import checked, readable
from regulars.doors.console.programme.draft import current, latest_version
from regulars.doors.console.programme.refusing import refusal_sentence
from regulars.doors.look.templatetags.writing import day as day_told
from regulars.ground.publishing import closing, drafting, versions
from regulars.ground.publishing.models import ProgrammeDraft, ProgrammeVersion
from regulars.ground.publishing.noticing import beginning, earliest_day, local_day
from regulars.ground.publishing.versions import PublishRefused
from regulars.programme import notice
from regulars.programme.comparing import Difference, differences
from regulars.programme.judging import Effect
from regulars.programme.loading import load
from regulars.programme.promise import Programme


class PublishForm(forms.Form):
    """The day on which it begins, that what changes (of the first: what is promised) was read, and, where it takes from
    what members have earned already (`devaluing`), that this is meant."""

    day = forms.DateField(label=gettext_lazy("It begins on"), input_formats=["%Y-%m-%d"])
    read = forms.BooleanField()
    devalue = forms.BooleanField(label=gettext_lazy("It takes from what members have earned already, and I mean it."))
    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, earliest: date | None, devaluing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        changes = _("I have read what changes, and members are told.")
        self.fields["read"].label = changes if earliest else _("I have read what is promised.")
        if not devaluing:
            del self.fields["devalue"]
        self._earliest = earliest
        limits = {"min": earliest.isoformat()} if earliest else {}
        self.fields["day"].widget = forms.DateInput({"type": "date", **limits}, format="%Y-%m-%d")

    def clean_day(self) -> date:
        """Not before the notice that the change owes is over."""
        day: date = self.cleaned_data["day"]
        if self._earliest and day < self._earliest:
            told = {"day": day_told(self._earliest)}
            raise forms.ValidationError(_("That is too early: %(day)s is the first possible day."), "too_early", told)
        return day


class ReplaceForm(forms.Form):
    """Why the version in force is bad, which stays on record; where members are owed notice of what gets worse
    (`worse`), in several words and with that it was read; and, where it takes from what they have earned already
    (`devaluing`), that this is meant."""

    because = forms.CharField(label=gettext_lazy("What is wrong with it"), max_length=500)
    worse = forms.BooleanField(label=gettext_lazy("I have read what gets worse, and members get no notice of it."))
    devalue = forms.BooleanField(label=gettext_lazy("It takes from what members have earned already, and I mean it."))
    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, worse: bool, devaluing: bool, **kwargs: Any) -> None:
        # It stands on one page with the other form, whose fields have ids of their own.
        super().__init__(*args, **kwargs | {"auto_id": "replace_%s"})
        if not worse:
            del self.fields["worse"]
        if not devaluing:
            del self.fields["devalue"]


@dataclass(frozen=True, slots=True)
class Ready:
    """A sound draft that may be published: `latest` is what it follows (None: it is the first), `owed` what members are
    owed for the change (None: there is nobody to tell), `earliest` the first day on which it may begin (None: any day).
    """

    draft: ProgrammeDraft
    programme: Programme
    latest: ProgrammeVersion | None
    found: tuple[Difference, ...]
    owed: notice.Owed | None
    earliest: date | None

    @property
    def worse(self) -> bool:
        """Whether members are owed notice of it."""
        return self.owed is not None and self.owed.notice_days > 0

    @property
    def devaluing(self) -> bool:
        """Whether it takes from what members have earned already."""
        return self.owed is not None and self.owed.effect is Effect.DEVALUING

    @property
    def undecided(self) -> bool:
        """Whether nobody can say for whom it is better, and nothing in it is plainly worse."""
        return self.owed is not None and self.owed.effect is Effect.DIFFERS


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What would be published and what it owes; POST publishes it from a day on."""
    ready = _ready(request, desk)
    if isinstance(ready, HttpResponse):
        return ready
    start = {"day": ready.earliest or local_day(ready.programme, desk.now), "digest": ready.programme.digest}
    form = PublishForm(request.POST or None, initial=start, earliest=ready.earliest, devaluing=ready.devaluing)
    if request.method != "POST" or not form.is_valid():
        return _page(request, desk, ready, form=form)
    begins = beginning(ready.programme, form.cleaned_data["day"], desk.now)
    by, base = desk.staff.email, ready.draft.base
    return _published(
        request,
        desk,
        ready,
        lambda: versions.publish(
            ready.draft.text, begins, by, desk.now, base, allow_devaluation=form.cleaned_data.get("devalue", False)
        ),
        form=form,
    )


def replace(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Put the draft in force at once in place of the version in force, because that one is bad."""
    ready = _ready(request, desk)
    if isinstance(ready, HttpResponse):
        return ready
    form = ReplaceForm(request.POST, worse=ready.worse, devaluing=ready.devaluing)
    base = ready.draft.base
    if request.method != "POST" or base is None:
        return redirect("console:publish")
    if not form.is_valid():
        return _page(request, desk, ready, replacing=form)
    because, by = form.cleaned_data["because"], desk.staff.email
    read, meant = (form.cleaned_data.get(tick, False) for tick in ("worse", "devalue"))
    return _published(
        request,
        desk,
        ready,
        lambda: closing.replace(ready.draft.text, because, by, desk.now, base, worse_now=read, allow_devaluation=meant),
        replacing=form,
    )


def _ready(request: HttpRequest, desk: Desk) -> Ready | HttpResponse:
    """The draft with what it owes, or where to go instead."""
    draft, latest = current(desk), latest_version()
    sent = request.POST.get("digest", "")
    done = ProgrammeVersion.objects.filter(digest=sent, published_by=desk.staff.email).last() if sent else None
    if done and drafting.draft_of(desk.staff.pk) is None:
        return redirect("console:version", done.number)
    if not checked(draft.text).sound:
        messages.error(request, _("Put right what is marked first."))
        return redirect("console:draft")
    if draft.base != (latest.number if latest else None):
        told = _("What this was written from is not the latest version any more. Nothing was published.")
        messages.error(request, told)
        return redirect("console:draft")
    programme = load(draft.text)
    if latest and programme.digest == latest.digest:
        messages.info(request, _("Nothing changed yet: this is the text of the latest version."))
        return redirect("console:draft")
    if sent and sent != programme.digest:
        messages.error(request, _("The draft was changed meanwhile: look at it once more."))
        return redirect("console:publish")
    if latest is None:
        return Ready(draft, programme, None, (), None, None)
    old = readable(latest.text)
    if old is None:
        told = _(
            "This version of Regulars does not read the text of version %(number)s any more, so nobody can say what"
            " members are owed. Nothing was published."
        )
        messages.error(request, told % {"number": latest.number})
        return redirect("console:draft")
    found = differences(old, programme)
    first = earliest_day(old, programme, desk.now)
    owed = notice.owed_for(found, old)
    nobody = owed.notice_days > 0 and first == local_day(programme, desk.now)
    earliest = max(first, _after(latest, programme, desk))
    return Ready(draft, programme, latest, found, None if nobody else owed, earliest)


def _after(latest: ProgrammeVersion, programme: Programme, desk: Desk) -> date:
    """The first day that lies wholly behind the beginning of a version that is still to come; today otherwise."""
    today = local_day(programme, desk.now)
    if latest.effective_at < desk.now:
        return today
    return date.fromordinal(local_day(programme, latest.effective_at).toordinal() + 1)


def _published(
    request: HttpRequest, desk: Desk, ready: Ready, act: Callable[[], int], **forms_again: object
) -> HttpResponse:
    try:
        with transaction.atomic():
            number = act()
            drafting.discard(desk.staff.pk)
    except PublishRefused as refused:
        return _page(request, desk, ready, refusal=refusal_sentence(refused), **forms_again)
    messages.success(request, _("Version %(number)s is published.") % {"number": number})
    return redirect("console:version", number)


def _page(request: HttpRequest, desk: Desk, ready: Ready, **more: Any) -> HttpResponse:
    digest = {"digest": ready.programme.digest}
    start = {**digest, "day": ready.earliest or local_day(ready.programme, desk.now)}
    form = more.pop("form", None) or PublishForm(initial=start, earliest=ready.earliest, devaluing=ready.devaluing)
    effective = ready.earliest or local_day(ready.programme, desk.now)
    if form.is_bound and form.is_valid():
        effective = form.cleaned_data["day"]
    today = local_day(ready.programme, desk.now)
    begun = ready.latest is not None and ready.latest.effective_at <= desk.now
    context = {
        "ready": ready,
        "unkept": ", ".join(ready.programme.unkept),
        **differing.said(ready.found),
        "letters": differing.letters(ready.found, load(ready.latest.text), ready.programme, today, effective)
        if ready.latest and ready.owed
        else [],
        "form": form,
        "replacing": ReplaceForm(initial=digest, worse=ready.worse, devaluing=ready.devaluing),
        "begun": begun,
        "waits": ready.latest and not begun and desk.promise and desk.promise.number != ready.latest.number,
        **more,
    }
    refused = "refusal" in more or request.method == "POST"
    return render(request, "console/programme/publish.html", context, status=409 if refused else 200)
