"""The words of a programme's sentences, per language.

The templates avoid what would need grammar the file does not give (articles, cases, the singular of a
currency): what is earned stands in front with a colon. Pairs are for one and for many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Pair = tuple[str, str]
#: Templates by key.
Words = Mapping[str, str | Pair]


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language. {points} and {n} are figures, {what} is an event, {rules} are titles in quotes.

    `levels` says what a level asks by what counts; `window` and `kept` name the time by the kind of window.
    `waits_...` say until when points wait: {n} days, a {day}, {what} comes.
    """

    quotes: Pair
    money: str
    item: str
    gift: str
    nth_event: str
    nth_day: str
    streak: Mapping[str, str]
    times: str
    where: str
    reconsidered: str
    best_of: str
    cap: str
    cap_rules: str
    budget: str
    periods: Mapping[str, str]
    edges: Mapping[str, str]
    start: str
    level: str
    levels: Mapping[str, Pair]
    window: Mapping[str, Pair]
    kept: Mapping[str, Pair]
    falls: Mapping[str, str]
    grace: Pair
    no_grace: str
    never_falls: str
    forewarned: str
    waits_days: Pair
    waits_day: str
    waits_event: Pair
    events: Mapping[str, Pair]


ENGLISH = Phrases(
    quotes=("“", "”"),
    money="{title}: {points} for every {money} spent",
    item="{title}: {points} for every item",
    gift="{title}: {points} for every {what}",
    nth_event="{title}: {points} once in every {n} {many}",
    nth_day="{title}: {points} once in every {n} days with {many}",
    streak={
        "day": "{title}: {points} for {n} days in a row with {many}",
        "week": "{title}: {points} for {n} weeks in a row with {many}",
        "month": "{title}: {points} for {n} months in a row with {many}",
    },
    times="{times} times what is earned with {rules}",
    where=", where {condition}",
    reconsidered=" If goods come back, all of it stays as long as what is left meets this, and else none of it.",
    best_of="of {rules}, only what gives most counts.",
    cap="{title}: at most {most} {period}{rules}. {edge}",
    cap_rules=" from {rules}",
    budget="{title}: at most {most} {period}{rules} for all members together; first come, first served. {edge}",
    periods={
        "event": "at a time",
        "day": "a day",
        "week": "a week",
        "month": "a month",
        "year": "a year",
        "ever": "in all",
    },
    edges={"clip": "What goes beyond that is not given.", "refuse": "Whatever would go beyond that gives nothing."},
    start="{level}: from the start.",
    level="{level}: from {progress} {window}{where}.",
    levels={
        "spend": ("{n} spent", "{n} spent"),
        "visits": ("{n} visit", "{n} visits"),
        "points": ("{title}: {n}", "{title}: {n}"),
    },
    window={
        "rolling": ("within the last month", "within the last {n} months"),
        "calendar_year": ("within a calendar year", "within a calendar year"),
        "membership_year": ("within a year of membership", "within a year of membership"),
        "balance": ("in your balance",) * 2,
    },
    kept={
        "rolling": ("A tier is kept for {n} month.", "A tier is kept for {n} months."),
        "calendar_year": ("A tier is kept to the end of the next calendar year.",) * 2,
        "membership_year": ("A tier is kept to the end of the next year of membership.",) * 2,
        "balance": ("A tier is kept as long as the balance carries it.",) * 2,
    },
    falls={"one": "it falls by one step", "to_level": "it falls to where the progress stands"},
    grace=(
        "If the progress no longer carries it then, {falls} after {n} more day.",
        "If the progress no longer carries it then, {falls} after {n} more days.",
    ),
    no_grace="If the progress no longer carries it then, {falls}.",
    never_falls="A tier that is reached is kept for ever.",
    forewarned="It falls only if we told you {latest} to {earliest} days before.",
    waits_days=("They may be spent after {n} day.", "They may be spent after {n} days."),
    waits_day="They may be spent from {day} on.",
    waits_event=(
        "They may be spent once this has come for what was bought: {what}. Without it within {n} day, they lapse.",
        "They may be spent once this has come for what was bought: {what}. Without it within {n} days, they lapse.",
    ),
    events={
        "purchase": ("purchase", "purchases"),
        "visit": ("visit", "visits"),
        "order promised": ("promised order", "promised orders"),
        "order shipped": ("shipped order", "shipped orders"),
        "order delivered": ("delivery", "deliveries"),
        "delivery exception": ("problem with a delivery", "problems with deliveries"),
        "wrong item": ("wrong item", "wrong items"),
        "address changed": ("change of address", "changes of address"),
        "obligation due": ("due date", "due dates"),
        "payment": ("payment", "payments"),
        "payment missed": ("missed payment", "missed payments"),
        "contact": ("contact", "contacts"),
        "complaint": ("complaint", "complaints"),
        "feedback": ("answer to our questions", "answers to our questions"),
        "thanks": ("word of thanks", "words of thanks"),
        "cancellation asked": ("request to cancel", "requests to cancel"),
        "event attended": ("event attended", "events attended"),
        "referral": ("referral", "referrals"),
    },
)

GERMAN = Phrases(
    quotes=("„", "“"),
    money="{title}: {points} je {money} Einkauf",
    item="{title}: {points} je Artikel",
    gift="{title}: {points} je {what}",
    nth_event="{title}: {points} einmal je {n} {many}",
    nth_day="{title}: {points} einmal je {n} Tage mit {what}",
    streak={
        "day": "{title}: {points} für {n} Tage hintereinander mit {what}",
        "week": "{title}: {points} für {n} Wochen hintereinander mit {what}",
        "month": "{title}: {points} für {n} Monate hintereinander mit {what}",
    },
    times="{times}-mal so viel, wie mit {rules} gesammelt wird",
    where=", wenn gilt: {condition}",
    reconsidered=" Kommt Ware zurück, bleibt alles davon, solange der Rest das erfüllt, sonst nichts.",
    best_of="von {rules} zählt nur, was am meisten bringt.",
    cap="{title}: höchstens {most} {period}{rules}. {edge}",
    cap_rules=" aus {rules}",
    budget="{title}: höchstens {most} {period}{rules} für alle Mitglieder zusammen; wer zuerst kommt, hat sie. {edge}",
    periods={
        "event": "auf einmal",
        "day": "am Tag",
        "week": "in der Woche",
        "month": "im Monat",
        "year": "im Jahr",
        "ever": "insgesamt",
    },
    edges={
        "clip": "Was darüber hinausgeht, wird nicht gutgeschrieben.",
        "refuse": "Was darüber hinausginge, bringt nichts.",
    },
    start="{level}: von Anfang an.",
    level="{level}: ab {progress} {window}{where}.",
    levels={
        "spend": ("{n} Einkauf", "{n} Einkauf"),
        "visits": ("{n} Besuch", "{n} Besuchen"),
        "points": ("{title}: {n}", "{title}: {n}"),
    },
    window={
        "rolling": ("im letzten Monat", "in den letzten {n} Monaten"),
        "calendar_year": ("in einem Kalenderjahr", "in einem Kalenderjahr"),
        "membership_year": ("in einem Mitgliedsjahr", "in einem Mitgliedsjahr"),
        "balance": ("auf Ihrem Konto",) * 2,
    },
    kept={
        "rolling": ("Eine Stufe bleibt {n} Monat.", "Eine Stufe bleibt {n} Monate."),
        "calendar_year": ("Eine Stufe bleibt bis zum Ende des nächsten Kalenderjahres.",) * 2,
        "membership_year": ("Eine Stufe bleibt bis zum Ende des nächsten Mitgliedsjahres.",) * 2,
        "balance": ("Eine Stufe bleibt, solange der Stand reicht.",) * 2,
    },
    falls={"one": "eine Stufe tiefer", "to_level": "auf die Stufe, die erreicht ist"},
    grace=(
        "Reicht es danach nicht mehr, geht es nach {n} weiteren Tag {falls}.",
        "Reicht es danach nicht mehr, geht es nach {n} weiteren Tagen {falls}.",
    ),
    no_grace="Reicht es danach nicht mehr, geht es {falls}.",
    never_falls="Eine erreichte Stufe bleibt für immer.",
    forewarned="Das geschieht nur, wenn wir {latest} bis {earliest} Tage vorher Bescheid gegeben haben.",
    waits_days=("Sie sind nach {n} Tag einlösbar.", "Sie sind nach {n} Tagen einlösbar."),
    waits_day="Sie sind ab dem {day} einlösbar.",
    waits_event=(
        "Sie sind einlösbar, sobald zum Einkauf dies kommt: {what}. Ohne das verfallen sie nach {n} Tag.",
        "Sie sind einlösbar, sobald zum Einkauf dies kommt: {what}. Ohne das verfallen sie nach {n} Tagen.",
    ),
    events={
        "purchase": ("Einkauf", "Einkäufe"),
        "visit": ("Besuch", "Besuche"),
        "order promised": ("Bestellzusage", "Bestellzusagen"),
        "order shipped": ("Versand einer Bestellung", "verschickte Bestellungen"),
        "order delivered": ("Lieferung", "Lieferungen"),
        "delivery exception": ("Lieferproblem", "Lieferprobleme"),
        "wrong item": ("Falschlieferung", "Falschlieferungen"),
        "address changed": ("Adressänderung", "Adressänderungen"),
        "obligation due": ("Fälligkeit", "Fälligkeiten"),
        "payment": ("Zahlung", "Zahlungen"),
        "payment missed": ("Zahlungsausfall", "Zahlungsausfälle"),
        "contact": ("Kontakt", "Kontakte"),
        "complaint": ("Beschwerde", "Beschwerden"),
        "feedback": ("Rückmeldung", "Rückmeldungen"),
        "thanks": ("Dankeschön", "Dankeschöns"),
        "cancellation asked": ("Kündigungswunsch", "Kündigungswünsche"),
        "event attended": ("Teilnahme an einer Veranstaltung", "Teilnahmen an Veranstaltungen"),
        "referral": ("Empfehlung", "Empfehlungen"),
    },
)

SPANISH = Phrases(
    quotes=("«", "»"),
    money="{title}: {points} por cada {money} de compra",
    item="{title}: {points} por cada artículo",
    gift="{title}: {points} por cada {what}",
    nth_event="{title}: {points} una vez cada {n} {many}",
    nth_day="{title}: {points} una vez cada {n} días con {what}",
    streak={
        "day": "{title}: {points} por {n} días seguidos con {what}",
        "week": "{title}: {points} por {n} semanas seguidas con {what}",
        "month": "{title}: {points} por {n} meses seguidos con {what}",
    },
    times="{times} veces lo que se gana con {rules}",
    where=", cuando {condition}",
    reconsidered=" Si se devuelve algo, se conserva todo mientras lo que quede lo cumpla y, si no, nada.",
    best_of="de {rules} solo cuenta lo que da más.",
    cap="{title}: como máximo {most} {period}{rules}. {edge}",
    cap_rules=" de {rules}",
    budget="{title}: como máximo {most} {period}{rules} entre todos los socios, por orden de llegada. {edge}",
    periods={
        "event": "de una vez",
        "day": "al día",
        "week": "a la semana",
        "month": "al mes",
        "year": "al año",
        "ever": "en total",
    },
    edges={"clip": "Lo que pase de ahí no se abona.", "refuse": "Lo que pasaría de ahí no da nada."},
    start="{level}: desde el principio.",
    level="{level}: a partir de {progress} {window}{where}.",
    levels={
        "spend": ("{n} en compras", "{n} en compras"),
        "visits": ("{n} visita", "{n} visitas"),
        "points": ("{title}: {n}", "{title}: {n}"),
    },
    window={
        "rolling": ("en el último mes", "en los últimos {n} meses"),
        "calendar_year": ("en un año natural", "en un año natural"),
        "membership_year": ("en un año de pertenencia", "en un año de pertenencia"),
        "balance": ("en su saldo",) * 2,
    },
    kept={
        "rolling": ("Un nivel se conserva {n} mes.", "Un nivel se conserva {n} meses."),
        "calendar_year": ("Un nivel se conserva hasta el final del año natural siguiente.",) * 2,
        "membership_year": ("Un nivel se conserva hasta el final del año de pertenencia siguiente.",) * 2,
        "balance": ("Un nivel se conserva mientras alcance el saldo.",) * 2,
    },
    falls={"one": "se baja un nivel", "to_level": "se baja al nivel que corresponda"},
    grace=(
        "Si después ya no se alcanza, {falls} al cabo de {n} día más.",
        "Si después ya no se alcanza, {falls} al cabo de {n} días más.",
    ),
    no_grace="Si después ya no se alcanza, {falls}.",
    never_falls="Un nivel alcanzado se conserva para siempre.",
    forewarned="Solo ocurre si le avisamos entre {latest} y {earliest} días antes.",
    waits_days=("Se pueden gastar al cabo de {n} día.", "Se pueden gastar al cabo de {n} días."),
    waits_day="Se pueden gastar a partir del {day}.",
    waits_event=(
        "Se pueden gastar en cuanto llegue esto para la compra: {what}. Si no llega en {n} día, se pierden.",
        "Se pueden gastar en cuanto llegue esto para la compra: {what}. Si no llega en {n} días, se pierden.",
    ),
    events={
        "purchase": ("compra", "compras"),
        "visit": ("visita", "visitas"),
        "order promised": ("pedido prometido", "pedidos prometidos"),
        "order shipped": ("pedido enviado", "pedidos enviados"),
        "order delivered": ("entrega", "entregas"),
        "delivery exception": ("problema de entrega", "problemas de entrega"),
        "wrong item": ("artículo equivocado", "artículos equivocados"),
        "address changed": ("cambio de dirección", "cambios de dirección"),
        "obligation due": ("vencimiento", "vencimientos"),
        "payment": ("pago", "pagos"),
        "payment missed": ("impago", "impagos"),
        "contact": ("contacto", "contactos"),
        "complaint": ("queja", "quejas"),
        "feedback": ("opinión", "opiniones"),
        "thanks": ("agradecimiento", "agradecimientos"),
        "cancellation asked": ("solicitud de baja", "solicitudes de baja"),
        "event attended": ("asistencia a un evento", "asistencias a eventos"),
        "referral": ("recomendación", "recomendaciones"),
    },
)

DANISH = Phrases(
    quotes=("»", "«"),
    money="{title}: {points} for hver {money} købt",
    item="{title}: {points} pr. vare",
    gift="{title}: {points} pr. {what}",
    nth_event="{title}: {points} én gang pr. {n} {many}",
    nth_day="{title}: {points} én gang pr. {n} dage med {what}",
    streak={
        "day": "{title}: {points} for {n} dage i træk med {what}",
        "week": "{title}: {points} for {n} uger i træk med {what}",
        "month": "{title}: {points} for {n} måneder i træk med {what}",
    },
    times="{times} gange det, der optjenes med {rules}",
    where=", når dette gælder: {condition}",
    reconsidered=" Kommer varer retur, beholdes det hele, så længe resten opfylder det, og ellers intet.",
    best_of="af {rules} tæller kun det, der giver mest.",
    cap="{title}: højst {most} {period}{rules}. {edge}",
    cap_rules=" fra {rules}",
    budget="{title}: højst {most} {period}{rules} til alle medlemmer tilsammen, først til mølle. {edge}",
    periods={
        "event": "på én gang",
        "day": "om dagen",
        "week": "om ugen",
        "month": "om måneden",
        "year": "om året",
        "ever": "i alt",
    },
    edges={"clip": "Det, der går ud over det, gives ikke.", "refuse": "Det, der ville gå ud over det, giver intet."},
    start="{level}: fra begyndelsen.",
    level="{level}: fra {progress} {window}{where}.",
    levels={
        "spend": ("{n} i køb", "{n} i køb"),
        "visits": ("{n} besøg", "{n} besøg"),
        "points": ("{title}: {n}", "{title}: {n}"),
    },
    window={
        "rolling": ("inden for den seneste måned", "inden for de seneste {n} måneder"),
        "calendar_year": ("inden for et kalenderår", "inden for et kalenderår"),
        "membership_year": ("inden for et medlemsår", "inden for et medlemsår"),
        "balance": ("på din saldo",) * 2,
    },
    kept={
        "rolling": ("Et niveau beholdes i {n} måned.", "Et niveau beholdes i {n} måneder."),
        "calendar_year": ("Et niveau beholdes til slutningen af det næste kalenderår.",) * 2,
        "membership_year": ("Et niveau beholdes til slutningen af det næste medlemsår.",) * 2,
        "balance": ("Et niveau beholdes, så længe saldoen rækker.",) * 2,
    },
    falls={"one": "ét niveau ned", "to_level": "ned til det niveau, der er nået"},
    grace=(
        "Rækker det ikke længere derefter, går det efter {n} dag mere {falls}.",
        "Rækker det ikke længere derefter, går det efter {n} dage mere {falls}.",
    ),
    no_grace="Rækker det ikke længere derefter, går det {falls}.",
    never_falls="Et niveau, der er nået, beholdes for altid.",
    forewarned="Det sker kun, hvis vi har givet besked {latest} til {earliest} dage før.",
    waits_days=("De kan bruges efter {n} dag.", "De kan bruges efter {n} dage."),
    waits_day="De kan bruges fra {day}.",
    waits_event=(
        "De kan bruges, så snart dette er sket for købet: {what}. Sker det ikke inden for {n} dag, bortfalder de.",
        "De kan bruges, så snart dette er sket for købet: {what}. Sker det ikke inden for {n} dage, bortfalder de.",
    ),
    events={
        "purchase": ("køb", "køb"),
        "visit": ("besøg", "besøg"),
        "order promised": ("lovet ordre", "lovede ordrer"),
        "order shipped": ("afsendt ordre", "afsendte ordrer"),
        "order delivered": ("levering", "leveringer"),
        "delivery exception": ("leveringsproblem", "leveringsproblemer"),
        "wrong item": ("forkert vare", "forkerte varer"),
        "address changed": ("adresseændring", "adresseændringer"),
        "obligation due": ("forfaldsdag", "forfaldsdage"),
        "payment": ("betaling", "betalinger"),
        "payment missed": ("udebleven betaling", "udeblevne betalinger"),
        "contact": ("henvendelse", "henvendelser"),
        "complaint": ("klage", "klager"),
        "feedback": ("tilbagemelding", "tilbagemeldinger"),
        "thanks": ("tak", "tak"),
        "cancellation asked": ("ønske om opsigelse", "ønsker om opsigelse"),
        "event attended": ("deltagelse i et arrangement", "deltagelser i arrangementer"),
        "referral": ("anbefaling", "anbefalinger"),
    },
)

PHRASES = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "da": DANISH}
