"""The words of clauses that are not rules, per language, and of what differs between two of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.programme.phrases import Pair


@dataclass(frozen=True, slots=True)
class Words:
    """One language. {n} are figures; pairs are for one and for many.

    `titles` name kinds of clauses, and sections, that have no title of their own; `added`, `removed`, `changed`,
    `unsaid` and `section` tell what differs between two programmes.
    """

    titles: Mapping[str, str]
    languages: Mapping[str, str]
    added: str
    removed: str
    changed: str
    unsaid: str
    section: str
    house: tuple[str, str, str]
    worth: str
    no_worth: str
    qualifying: str
    at_once: str
    never: str
    ends: Mapping[str, Pair]
    warned: str
    unwarned: str
    rounding: Mapping[str, str]
    debt: str
    no_debt: str
    amount: Mapping[str, str]
    adding: Mapping[str, str]
    counts: str
    counted: Mapping[str, str]
    waiting_counts: str
    price: Pair
    worth_of: str
    share: str
    handed_over: Pair
    handed_over_days: str
    usable: Pair
    limit: str
    told: Pair
    grace: Pair
    run_off: Pair
    withdraw: Pair
    cards: Mapping[str, str]
    fees: str


ENGLISH = Words(
    titles={
        "programme": "Place, money and languages",
        "base": "What counts",
        "group": "What adds up",
        "tiers": "How tiers are reached and kept",
        "terms": "Terms",
        "contact": "How we may contact you",
        "trust": "What we believe without proof",
        "arrears": "What happens when a payment is late",
        "flows": "How to join and how to leave",
        "forfeiture": "When points may be taken away",
        "data": "What we keep about you",
    },
    languages={"en": "English", "de": "German", "es": "Spanish", "da": "Danish"},
    added="New: {title}. {clause}",
    removed="No longer: {title}. {clause}",
    changed="{title}. So far: {old} From then on: {new}",
    unsaid="{title}. This changes.",
    section="The section “{part}”",
    house=("Days begin at midnight in {zone}.", "Amounts are in {money}.", "We write to you in {languages}."),
    worth="{n} are worth at least {money}.",
    no_worth="What one is worth in money is not fixed.",
    qualifying="They count towards tiers and cannot be spent.",
    at_once="They can be spent at once.",
    never="They never end.",
    ends={
        "inactivity": (
            "They end {n} month after you last collected or spent some",
            "They end {n} months after you last collected or spent some",
        ),
        "earning": (
            "They end {n} month after they could first be spent",
            "They end {n} months after they could first be spent",
        ),
    },
    warned=", and only if we told you {latest} to {earliest} days before.",
    unwarned=", without a word from us before.",
    rounding={
        "carry": "Fractions wait for your next purchase.",
        "order down": "Fractions are dropped with each purchase.",
        "order half_up": "Each purchase is rounded to whole ones.",
        "order up": "Each purchase is rounded up to whole ones.",
        "line down": "Fractions are dropped with each item.",
        "line half_up": "Each item is rounded to whole ones.",
        "line up": "Each item is rounded up to whole ones.",
    },
    debt="If you bring goods back after you spent them, you owe the difference.",
    no_debt="If you bring goods back after you spent them, you owe nothing.",
    amount={"net": "The price after discounts counts", "gross": "The price before discounts counts"},
    adding={"tax": "tax", "shipping": "shipping", "paid_with_points": "what you paid with points"},
    counts="What counts: {what} {window}{where}.",
    counted={"spend": "what you spend", "visits": "your visits", "points": "{title}"},
    waiting_counts="What cannot be spent yet does not count yet.",
    price=("{title}: {least}{where}.", "{title}: {least} to {most}{where}."),
    worth_of="Worth {money}.",
    share="Pays at most {share} % of a bill.",
    handed_over=("Handed over within {n} hour.", "Handed over within {n} hours."),
    handed_over_days="Handed over within {n} days.",
    usable=("Can be used for {n} day after that.", "Can be used for {n} days after that."),
    limit="At most {n} {period}.",
    told=("A change is told {n} day before.", "A change is told {n} days before."),
    grace=(
        "For {n} day from then, points are spent at their old value.",
        "For {n} days from then, points are spent at their old value.",
    ),
    run_off=("After closing, points can be spent for {n} day.", "After closing, points can be spent for {n} days."),
    withdraw=("You can withdraw for {n} day.", "You can withdraw for {n} days."),
    cards={"ask": "A payment card is linked only if you ask.", "silent": "A payment card is linked by itself."},
    fees="Fees: {hold} for having points, {redeem} for spending them, {transfer} for passing them on.",
)

GERMAN = Words(
    titles={
        "programme": "Ort, Geld und Sprachen",
        "base": "Was zählt",
        "group": "Was zusammenkommt",
        "tiers": "Wie man Stufen erreicht und behält",
        "terms": "Bedingungen",
        "contact": "Wie wir uns bei Ihnen melden dürfen",
        "trust": "Was wir ohne Beleg glauben",
        "arrears": "Was bei verspäteter Zahlung geschieht",
        "flows": "Wie man beitritt und wie man geht",
        "forfeiture": "Wann Punkte genommen werden dürfen",
        "data": "Was wir über Sie aufbewahren",
    },
    languages={"en": "Englisch", "de": "Deutsch", "es": "Spanisch", "da": "Dänisch"},
    added="Neu: {title}. {clause}",
    removed="Nicht mehr: {title}. {clause}",
    changed="{title}. Bisher: {old} Von da an: {new}",
    unsaid="{title}. Das ändert sich.",
    section="Der Abschnitt „{part}“",
    house=(
        "Ein Tag beginnt um Mitternacht in {zone}.",
        "Beträge sind in {money}.",
        "Wir schreiben Ihnen auf {languages}.",
    ),
    worth="{n} sind mindestens {money} wert.",
    no_worth="Der Wert in Geld ist nicht festgelegt.",
    qualifying="Sie zählen für Stufen und können nicht eingelöst werden.",
    at_once="Sie können sofort eingelöst werden.",
    never="Sie verfallen nie.",
    ends={
        "inactivity": (
            "Sie verfallen {n} Monat nach dem letzten Sammeln oder Einlösen",
            "Sie verfallen {n} Monate nach dem letzten Sammeln oder Einlösen",
        ),
        "earning": (
            "Sie verfallen {n} Monat, nachdem sie zuerst eingelöst werden konnten",
            "Sie verfallen {n} Monate, nachdem sie zuerst eingelöst werden konnten",
        ),
    },
    warned=", und nur, wenn wir {latest} bis {earliest} Tage vorher Bescheid gegeben haben.",
    unwarned=", ohne dass wir vorher Bescheid geben.",
    rounding={
        "carry": "Bruchteile warten auf den nächsten Einkauf.",
        "order down": "Bruchteile entfallen bei jedem Einkauf.",
        "order half_up": "Jeder Einkauf wird auf Ganze gerundet.",
        "order up": "Jeder Einkauf wird auf Ganze aufgerundet.",
        "line down": "Bruchteile entfallen bei jedem Artikel.",
        "line half_up": "Jeder Artikel wird auf Ganze gerundet.",
        "line up": "Jeder Artikel wird auf Ganze aufgerundet.",
    },
    debt="Wer nach dem Einlösen Ware zurückbringt, schuldet den Unterschied.",
    no_debt="Wer nach dem Einlösen Ware zurückbringt, schuldet nichts.",
    amount={"net": "Es zählt der Preis nach Rabatten", "gross": "Es zählt der Preis vor Rabatten"},
    adding={"tax": "die Steuer", "shipping": "der Versand", "paid_with_points": "was mit Punkten bezahlt wurde"},
    counts="Es zählt: {what} {window}{where}.",
    counted={"spend": "was Sie ausgeben", "visits": "Ihre Besuche", "points": "{title}"},
    waiting_counts="Was noch nicht eingelöst werden kann, zählt noch nicht.",
    price=("{title}: {least}{where}.", "{title}: {least} bis {most}{where}."),
    worth_of="Wert: {money}.",
    share="Bezahlt höchstens {share} % einer Rechnung.",
    handed_over=("Übergabe binnen {n} Stunde.", "Übergabe binnen {n} Stunden."),
    handed_over_days="Übergabe binnen {n} Tagen.",
    usable=("Danach {n} Tag lang gültig.", "Danach {n} Tage lang gültig."),
    limit="Höchstens {n} {period}.",
    told=("Eine Änderung wird {n} Tag vorher gesagt.", "Eine Änderung wird {n} Tage vorher gesagt."),
    grace=(
        "Von da an werden Punkte {n} Tag lang zum alten Wert eingelöst.",
        "Von da an werden Punkte {n} Tage lang zum alten Wert eingelöst.",
    ),
    run_off=(
        "Nach dem Ende können Punkte {n} Tag lang eingelöst werden.",
        "Nach dem Ende können Punkte {n} Tage lang eingelöst werden.",
    ),
    withdraw=("Sie können {n} Tag lang widerrufen.", "Sie können {n} Tage lang widerrufen."),
    cards={
        "ask": "Eine Zahlungskarte wird nur auf Wunsch verknüpft.",
        "silent": "Eine Zahlungskarte wird von selbst verknüpft.",
    },
    fees="Gebühren: {hold} für das Halten von Punkten, {redeem} für das Einlösen, {transfer} für das Weitergeben.",
)

SPANISH = Words(
    titles={
        "programme": "Lugar, moneda e idiomas",
        "base": "Lo que cuenta",
        "group": "Lo que se suma",
        "tiers": "Cómo se alcanzan y se conservan los niveles",
        "terms": "Condiciones",
        "contact": "Cómo podemos dirigirnos a usted",
        "trust": "Lo que creemos sin prueba",
        "arrears": "Qué pasa cuando un pago se retrasa",
        "flows": "Cómo se entra y cómo se sale",
        "forfeiture": "Cuándo se pueden quitar puntos",
        "data": "Lo que guardamos sobre usted",
    },
    languages={"en": "inglés", "de": "alemán", "es": "español", "da": "danés"},
    added="Nuevo: {title}. {clause}",
    removed="Ya no: {title}. {clause}",
    changed="{title}. Hasta ahora: {old} Desde entonces: {new}",
    unsaid="{title}. Esto cambia.",
    section="La sección «{part}»",
    house=("El día empieza a medianoche en {zone}.", "Los importes son en {money}.", "Le escribimos en {languages}."),
    worth="{n} valen como mínimo {money}.",
    no_worth="El valor en dinero no está fijado.",
    qualifying="Cuentan para los niveles y no se pueden canjear.",
    at_once="Se pueden canjear enseguida.",
    never="No caducan nunca.",
    ends={
        "inactivity": (
            "Caducan {n} mes después de la última vez que se ganaron o se canjearon",
            "Caducan {n} meses después de la última vez que se ganaron o se canjearon",
        ),
        "earning": (
            "Caducan {n} mes después de que se pudieran canjear por primera vez",
            "Caducan {n} meses después de que se pudieran canjear por primera vez",
        ),
    },
    warned=", y solo si le avisamos entre {latest} y {earliest} días antes.",
    unwarned=", sin aviso previo.",
    rounding={
        "carry": "Las fracciones esperan a la próxima compra.",
        "order down": "Las fracciones se pierden en cada compra.",
        "order half_up": "Cada compra se redondea a enteros.",
        "order up": "Cada compra se redondea hacia arriba.",
        "line down": "Las fracciones se pierden en cada artículo.",
        "line half_up": "Cada artículo se redondea a enteros.",
        "line up": "Cada artículo se redondea hacia arriba.",
    },
    debt="Quien devuelve algo después de canjearlos debe la diferencia.",
    no_debt="Quien devuelve algo después de canjearlos no debe nada.",
    amount={"net": "Cuenta el precio después de descuentos", "gross": "Cuenta el precio antes de descuentos"},
    adding={"tax": "los impuestos", "shipping": "el envío", "paid_with_points": "lo que se paga con puntos"},
    counts="Cuenta: {what} {window}{where}.",
    counted={"spend": "lo que gasta", "visits": "sus visitas", "points": "{title}"},
    waiting_counts="Lo que aún no se puede canjear aún no cuenta.",
    price=("{title}: {least}{where}.", "{title}: de {least} a {most}{where}."),
    worth_of="Valor: {money}.",
    share="Paga como máximo el {share} % de una cuenta.",
    handed_over=("Se entrega en {n} hora.", "Se entrega en {n} horas."),
    handed_over_days="Se entrega en {n} días.",
    usable=("Después es válido {n} día.", "Después es válido {n} días."),
    limit="Como máximo {n} {period}.",
    told=("Un cambio se avisa {n} día antes.", "Un cambio se avisa {n} días antes."),
    grace=(
        "Durante {n} día desde entonces los puntos se canjean por su valor antiguo.",
        "Durante {n} días desde entonces los puntos se canjean por su valor antiguo.",
    ),
    run_off=(
        "Tras el cierre los puntos se pueden canjear durante {n} día.",
        "Tras el cierre los puntos se pueden canjear durante {n} días.",
    ),
    withdraw=("Puede desistir durante {n} día.", "Puede desistir durante {n} días."),
    cards={
        "ask": "Una tarjeta de pago solo se vincula si lo pide.",
        "silent": "Una tarjeta de pago se vincula por sí sola.",
    },
    fees="Cargos: {hold} por tener puntos, {redeem} por canjearlos, {transfer} por pasarlos a otra persona.",
)

DANISH = Words(
    titles={
        "programme": "Sted, penge og sprog",
        "base": "Det, der tæller",
        "group": "Det, der lægges sammen",
        "tiers": "Sådan nås og beholdes niveauer",
        "terms": "Vilkår",
        "contact": "Sådan må vi kontakte dig",
        "trust": "Det, vi tror på uden bevis",
        "arrears": "Det, der sker, når en betaling er forsinket",
        "flows": "Sådan melder man sig ind og ud",
        "forfeiture": "Hvornår point må tages",
        "data": "Det, vi gemmer om dig",
    },
    languages={"en": "engelsk", "de": "tysk", "es": "spansk", "da": "dansk"},
    added="Nyt: {title}. {clause}",
    removed="Ikke længere: {title}. {clause}",
    changed="{title}. Hidtil: {old} Derefter: {new}",
    unsaid="{title}. Dette ændres.",
    section="Afsnittet »{part}«",
    house=("En dag begynder ved midnat i {zone}.", "Beløb er i {money}.", "Vi skriver til dig på {languages}."),
    worth="{n} er mindst {money} værd.",
    no_worth="Værdien i penge er ikke fastsat.",
    qualifying="De tæller til niveauer og kan ikke bruges.",
    at_once="De kan bruges med det samme.",
    never="De udløber aldrig.",
    ends={
        "inactivity": (
            "De udløber {n} måned efter, at du sidst optjente eller brugte nogen",
            "De udløber {n} måneder efter, at du sidst optjente eller brugte nogen",
        ),
        "earning": (
            "De udløber {n} måned efter, at de først kunne bruges",
            "De udløber {n} måneder efter, at de først kunne bruges",
        ),
    },
    warned=", og kun hvis vi har sagt det {latest} til {earliest} dage før.",
    unwarned=", uden at vi siger det først.",
    rounding={
        "carry": "Brøkdele venter til dit næste køb.",
        "order down": "Brøkdele falder bort ved hvert køb.",
        "order half_up": "Hvert køb afrundes til hele.",
        "order up": "Hvert køb rundes op til hele.",
        "line down": "Brøkdele falder bort ved hver vare.",
        "line half_up": "Hver vare afrundes til hele.",
        "line up": "Hver vare rundes op til hele.",
    },
    debt="Bringer du varer tilbage, efter at du har brugt dem, skylder du forskellen.",
    no_debt="Bringer du varer tilbage, efter at du har brugt dem, skylder du ikke noget.",
    amount={"net": "Prisen efter rabatter tæller", "gross": "Prisen før rabatter tæller"},
    adding={"tax": "moms og afgifter", "shipping": "forsendelse", "paid_with_points": "det, der er betalt med point"},
    counts="Det tæller: {what} {window}{where}.",
    counted={"spend": "det, du bruger", "visits": "dine besøg", "points": "{title}"},
    waiting_counts="Det, der ikke kan bruges endnu, tæller ikke endnu.",
    price=("{title}: {least}{where}.", "{title}: {least} til {most}{where}."),
    worth_of="Værdi: {money}.",
    share="Betaler højst {share} % af en regning.",
    handed_over=("Udleveres inden for {n} time.", "Udleveres inden for {n} timer."),
    handed_over_days="Udleveres inden for {n} dage.",
    usable=("Kan derefter bruges i {n} dag.", "Kan derefter bruges i {n} dage."),
    limit="Højst {n} {period}.",
    told=("En ændring siges {n} dag før.", "En ændring siges {n} dage før."),
    grace=(
        "I {n} dag derfra bruges point til deres gamle værdi.",
        "I {n} dage derfra bruges point til deres gamle værdi.",
    ),
    run_off=("Efter lukning kan point bruges i {n} dag.", "Efter lukning kan point bruges i {n} dage."),
    withdraw=("Du kan fortryde i {n} dag.", "Du kan fortryde i {n} dage."),
    cards={
        "ask": "Et betalingskort tilknyttes kun, hvis du beder om det.",
        "silent": "Et betalingskort tilknyttes af sig selv.",
    },
    fees="Gebyrer: {hold} for at have point, {redeem} for at bruge dem, {transfer} for at give dem videre.",
)

WORDS = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "da": DANISH}
