"""Why a version was not published, replaced or withdrawn, in the reader's language."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from regulars.doors.look.templatetags.writing import day
from regulars.ground.publishing.versions import PublishRefused


def refusal_sentence(refused: PublishRefused) -> str:
    """The sentence for a refusal; what no page leads to is told as the act says it."""
    sentences = {
        "base_outdated": _(
            "Another version was published meanwhile, or this one's was withdrawn. Look at the draft once more."
        ),
        "nothing_changed": _("Nothing changed: this is the text of the latest version already."),
        "effective_too_early": _("It would begin before the version that is to come. Choose a later day."),
        "events_recorded": _(
            "Something was recorded after that day already, under another version. Choose a later day."
        ),
        "has_begun": _(
            "This version has begun, or begins within minutes, so it cannot be withdrawn. Once it has begun, replace it"
            " by a better one."
        ),
        "not_begun": _("This version has not begun. Withdraw it instead."),
        "version_to_come": _("Another version is still to come that was written from this one. Withdraw that first."),
        "already_closed": _("This version was withdrawn or replaced already."),
        "worse_unread": _("Members are owed notice of what gets worse. Read it, and tick that you did."),
        "reason_too_short": _("Members get no notice of this: say why in several words."),
        "no_reason": _("Say why: it stays on record."),
        "notice_owed": _(
            "Some of this takes something from members, who are told before. It may begin on %(earliest)s or later."
        ),
        "devaluation_forbidden": _("This takes from what members have earned already. Leave that as it was promised."),
        "section_not_carried_out": _(
            "This version of Regulars does not carry out %(sections)s yet. Leave it out: a promise that nothing keeps"
            " is not published."
        ),
    }
    figures = {name: day(told) if isinstance(told, date) else told for name, told in refused.figures.items()}
    return sentences[refused.code] % figures if refused.code in sentences else str(refused)
