"""PRV: what a programme may know of people, and where that may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regulars.kit.speaking import Said, phrase, titled, worded
from regulars.programme.checks.conditions import segments_in
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import house, regulator
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import words_in, words_of_file
from regulars.programme.data import Table
from regulars.programme.header import Attribute
from regulars.programme.problems import ERROR, WARNING

#: How many months who somebody is may be kept, by room.
_MONTHS = {"messages": 13, "segments": 24, "payments": 84}

#: Words for what reaches or numbers a person, in the languages of the house, as attributes may be called.
_REACHING = (
    "email", "mail", "phone", "mobile", "telephone", "firstname", "lastname", "surname", "birthdate", "birthday", "dob",
    "iban", "passport", "ssn", "cpr", "nif", "dni", "ip", "telefon", "vorname", "nachname", "geburtstag", "apellido",
    "telefono", "fornavn", "efternavn",
)  # fmt: skip
#: Names and addresses; those of stores and goods are none of a person's.
_NAMING = re.compile(
    "((member|customer|client|contact|person|own|full|first|last|given|family|home)_?)?"
    "(name|address|street|adresse|strasse|nombre|direccion|calle|navn|gade)"
)
#: Words for free text, which always ends up holding something about somebody.
_FREE = ("note", "notes", "comment", "comments", "remark", "remarks", "freetext", "notiz", "bemerkung", "nota", "note")
#: Beginnings of words for what Article 9 protects, in the languages of the house, and for common stand-ins.
_SENSITIVE = (
    "health", "illness", "ill", "disease*", "diagnos*", "pregnan*", "disab*", "handicap*", "depress*", "religio*",
    "church*", "muslim*", "jewish", "christian*", "catholic*", "ethnic*", "race", "racial", "sexual*", "gay",
    "queer", "political*", "union_member", "genetic*", "biometric*", "expecting", "maternity", "krank*", "gesundheit*",
    "schwanger*", "behinder*", "kirche*", "ethni*", "sexuell*", "politisch*", "salud", "enferm*", "embaraz*",
    "discapac*", "iglesia", "etni*", "politic*", "syg*", "gravid*", "kirke*", "seksu*", "politisk*",
)  # fmt: skip

_SCOPES = {"line": phrase("line"), "order": phrase("order"), "member": phrase("member")}


@check(
    "PRV-4",
    "The ledger knows no person",
    house(ERROR, phrase("who a person is lives in one place only, the vault")),
    regulator("eu", "EDPB Guidelines 02/2025: keep personal data off what is written once and never changed", "2025"),
    why="Attributes are written with events and stay in the ledger for years. A name among them survives the erasure "
    "that its owner was promised.",
    decides="Attributes whose name says that they hold a name, an address, a number that reaches somebody, a "
    "birthday, or free text. Facts that are not personal (a department, a size) are meant to stand there. And a table "
    "of `data` in the room `ledger` that is `personal`, or holds `free_text`.",
)
def ledger_knows_no_person(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Attributes that name or reach a person, or hold free text."""
    for index, attribute in enumerate(subject.programme.header.attributes):
        why = _personal(attribute)
        if why:
            yield Finding(
                f"programme.attributes[{index}].name",
                worded(
                    "`{name}` {why}, and would be kept for good with every {scope}.",
                    name=attribute.name,
                    why=why,
                    scope=_SCOPES[attribute.scope],
                ),
                worded(
                    "Remove it: conditions need facts, not persons. Contact details belong to the member's own page."
                ),
                worded("When Bruno asks to be forgotten, the vault forgets him; this attribute would still name him."),
            )
    for path, table in _tables(subject):
        for key, found in (("personal", table.personal), ("free_text", table.free_text)):
            if found and table.room == "ledger":
                message = worded(
                    "The records `{id}` are never changed, and hold `{key}` all the same.",
                    id=table.id,
                    key=key,
                )
                yield Finding(
                    f"{path}.{key}", message, worded("Keep it in another room, under a number that can be cut off.")
                )


def _tables(subject: Subject) -> Iterator[tuple[str, Table]]:
    """What is kept of members, with its path."""
    data = subject.programme.data
    for index, table in enumerate(data.tables if data else ()):
        yield f"data.tables[{index}]", table


def _personal(attribute: Attribute) -> Said | None:
    """Why an attribute speaks of a person; None when it does not. A yes or no, or an amount, names nobody."""
    words = attribute.name.replace("_", " ")
    if attribute.type == "text" and words_in(words, _FREE):
        return phrase("holds free text, in which anything ends up")
    if attribute.type in ("text", "integer", "date") and (
        words_in(words, _REACHING) or _NAMING.fullmatch(attribute.name)
    ):
        return phrase("says who somebody is")
    return None


@check(
    "PRV-9",
    "Nobody is sorted by what is nobody's business",
    house(ERROR, phrase("GDPR Article 9, special categories of data"), unread=True),
    why="A segment for the pregnant or the ill tells everybody who can read a receipt. People are not asked, and "
    "cannot take it back.",
    decides="Attributes of members, and segments in conditions, whose name speaks of health, pregnancy, religion, "
    "origin, sexual life, politics or unions, in four languages. What a line holds (a department `health`) is no "
    "statement about a person and is left alone. And a table of `data` that is `sensitive` on another basis than "
    "`consent`.",
)
def no_sensitive_sorting(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Member attributes and segments built on special categories."""
    remedy = worded("Remove it. To serve such a wish, let members say it themselves, for that purpose alone.")
    for index, attribute in enumerate(subject.programme.header.attributes):
        if attribute.scope == "member" and words_in(attribute.name.replace("_", " "), _SENSITIVE):
            message = worded(
                "`{name}` sorts people by what is protected, whether they want it or not.", name=attribute.name
            )
            yield Finding(f"programme.attributes[{index}].name", message, remedy)
    for path, condition in subject.conditions:
        for segment in segments_in(condition.root):
            if words_in(segment.replace("-", " ").replace("_", " "), _SENSITIVE):
                message = worded(
                    "The segment `{segment}` sorts people by what is protected, whether they want it or not.",
                    segment=segment,
                )
                yield Finding(path, message, remedy)
    for path, table in _tables(subject):
        if table.sensitive and table.basis != "consent":
            message = worded(
                "`{id}` holds {kinds}, and nobody was asked.", id=table.id, kinds=words_of_file(table.sensitive)
            )
            yield Finding(f"{path}.sensitive", message, worded("Do not keep it; or ask, and write `basis: consent`."))


@check(
    "PRV-6",
    "A consent can be shown, and taken back as easily as it was given",
    house(ERROR, phrase("GDPR Article 7(1) and (3)"), unread=True),
    why="A yes that takes five clicks to undo was not meant to be undone.",
    decides="`data.consent_recorded: no`, or more `withdraw_clicks` than `consent_clicks`.",
    fixable=True,
)
def consent_both_ways(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Consents that are not kept, or harder to take back than to give."""
    data = subject.programme.data
    if data is None:
        return
    if not data.consent_recorded:
        path = "data.consent_recorded"
        message = worded("Nobody can show who agreed to what, and when.")
        yield Finding(path, message, worded("Write `consent_recorded: yes`."), edit=subject.replacing(path, "yes"))
    if data.withdraw_clicks > data.consent_clicks:
        path, most = "data.withdraw_clicks", data.consent_clicks
        message = worded(
            "Clicks for a yes: {most}; to take it back: {clicks}.",
            most=most,
            clicks=data.withdraw_clicks,
        )
        yield Finding(
            path,
            message,
            worded("Write `withdraw_clicks: {most}`.", most=str(most)),
            edit=subject.replacing(path, str(most)),
        )


@check(
    "PRV-7",
    "Nothing about a person is kept for ever",
    house(WARNING, phrase("GDPR Article 5(1)(e); the months are our own"), unread=True),
    why="What is kept will be used one day, by somebody nobody thought of.",
    decides="A `personal` table of `data` that is kept `forever`; messages above 13 months, segments above 24, "
    "payments above 84.",
    fixable=True,
)
def nothing_for_ever(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Personal records without an end, or with a late one."""
    for path, table in _tables(subject):
        most = _MONTHS.get(table.room, 84)
        if table.personal and (table.keep_months is None or (table.room in _MONTHS and table.keep_months > most)):
            key = f"{path}.keep_months"
            said = (
                worded("`{id}` keeps who somebody is for {months} months.", id=table.id, months=table.keep_months)
                if table.keep_months
                else worded("`{id}` keeps who somebody is for ever.", id=table.id)
            )
            edit = subject.replacing(key, str(most))
            yield Finding(
                key,
                said,
                worded("Write `keep_months: {most}`.", most=str(most)),
                edit=edit,
            )


@check(
    "PRV-8",
    "Members see who sees them",
    house(ERROR, phrase("whoever is told of is told")),
    regulator("au", "ACCC, Customer loyalty schemes: data shared with third parties nobody knows of", "2019"),
    why="Most people would agree to be known by the shop. Nobody asked them about the shop's friends.",
    decides="A table of `data` that is `shared_with` somebody and `told: no`; a partner with `shares` and "
    "`shares_shown: no` or `notice_days: none`.",
    fixable=True,
)
def sharing_is_shown(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Data that goes to others without members seeing it."""
    for path, table in _tables(subject):
        if table.shared_with and not table.told:
            message = worded(
                "`{id}` goes to {others}, and members are not told.",
                id=table.id,
                others=words_of_file(table.shared_with),
            )
            yield Finding(
                f"{path}.told", message, worded("Write `told: yes`."), edit=subject.replacing(f"{path}.told", "yes")
            )
    for index, partner in enumerate(subject.programme.partners):
        path, title = f"partners[{index}]", titled(partner.title)
        known = words_of_file(share.data for share in partner.shares)
        if known and not partner.shares_shown:
            key = f"{path}.shares_shown"
            message = worded("{title} gets to know {known}, and members do not see it.", title=title, known=known)
            yield Finding(key, message, worded("Write `shares_shown: yes`."), edit=subject.replacing(key, "yes"))
        if known and partner.notice_days is None:
            key = f"{path}.notice_days"
            message = worded("{title} gets to know {known}, and members are not told before.", title=title, known=known)
            yield Finding(key, message, worded("Write `notice_days: 30`."), edit=subject.replacing(key, "30"))
