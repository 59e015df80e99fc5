"""The words every programme can use: what a line, an order and a member have in any shop."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.kit.conditions.vocabulary import Name, Scope, Type, Vocabulary


def _title(en: str, de: str, es: str, da: str) -> Mapping[str, str]:
    return {"en": en, "de": de, "es": es, "da": da}


_LINE, _ORDER, _MEMBER = Scope.LINE, Scope.ORDER, Scope.MEMBER

LINE = (
    Name("sku", Type.TEXT, _LINE, nullable=True, title=_title("the item", "der Artikel", "el artículo", "varen")),
    Name(
        "category",
        Type.TEXT,
        _LINE,
        nullable=True,
        title=_title("the category", "die Kategorie", "la categoría", "kategorien"),
    ),
    Name("brand", Type.TEXT, _LINE, nullable=True, title=_title("the brand", "die Marke", "la marca", "mærket")),
    Name("quantity", Type.INTEGER, _LINE, title=_title("the quantity", "die Menge", "la cantidad", "antallet")),
    Name("net", Type.MONEY, _LINE, title=_title("the amount", "der Betrag", "el importe", "beløbet")),
    Name(
        "gross",
        Type.MONEY,
        _LINE,
        nullable=True,
        title=_title("the gross amount", "der Bruttobetrag", "el importe bruto", "bruttobeløbet"),
    ),
    Name(
        "regular_price",
        Type.MONEY,
        _LINE,
        nullable=True,
        title=_title("the regular price", "der reguläre Preis", "el precio habitual", "normalprisen"),
    ),
)

ORDER = (
    Name(
        "total",
        Type.MONEY,
        _ORDER,
        title=_title("the total", "die Gesamtsumme", "el importe total", "det samlede beløb"),
    ),
    Name(
        "lines",
        Type.INTEGER,
        _ORDER,
        bounds=(0, 1_000_000),
        title=_title("the number of lines", "die Zahl der Positionen", "el número de líneas", "antallet af linjer"),
    ),
    Name(
        "store",
        Type.TEXT,
        _ORDER,
        nullable=True,
        title=_title("the store", "die Filiale", "la tienda", "butikken"),
    ),
    Name(
        "channel",
        Type.TEXT,
        _ORDER,
        nullable=True,
        title=_title("the channel", "der Kanal", "el canal", "kanalen"),
    ),
    Name("weekday", Type.WEEKDAY, _ORDER, title=_title("the day", "der Tag", "el día", "dagen")),
    Name(
        "hour",
        Type.INTEGER,
        _ORDER,
        bounds=(0, 23),
        title=_title("the hour", "die Stunde", "la hora", "timen"),
    ),
    Name("date", Type.DATE, _ORDER, title=_title("the date", "das Datum", "la fecha", "datoen")),
    Name(
        "day",
        Type.INTEGER,
        _ORDER,
        bounds=(1, 31),
        title=_title("the day of the month", "der Tag des Monats", "el día del mes", "dagen i måneden"),
    ),
    Name("month", Type.MONTH, _ORDER, title=_title("the month", "der Monat", "el mes", "måneden")),
    Name(
        "type",
        Type.TEXT,
        _ORDER,
        title=_title("the kind of event", "die Art des Ereignisses", "el tipo de evento", "hændelsens art"),
    ),
)

MEMBER = (
    Name(
        "tier",
        Type.TEXT,
        _MEMBER,
        nullable=True,
        title=_title("the tier", "die Stufe", "el nivel", "niveauet"),
    ),
    Name(
        "segments",
        Type.TEXT_SET,
        _MEMBER,
        title=_title(
            "the list of segments", "die Liste der Segmente", "la lista de segmentos", "listen over segmenter"
        ),
    ),
    Name(
        "member_since",
        Type.DATE,
        _MEMBER,
        nullable=True,
        title=_title("the date of joining", "das Beitrittsdatum", "la fecha de inscripción", "datoen for indmeldelsen"),
    ),
    Name(
        "birthday_month",
        Type.MONTH,
        _MEMBER,
        nullable=True,
        title=_title(
            "the month of the birthday", "der Geburtstagsmonat", "el mes del cumpleaños", "fødselsdagsmåneden"
        ),
    ),
    Name(
        "language",
        Type.TEXT,
        _MEMBER,
        nullable=True,
        title=_title("the language", "die Sprache", "el idioma", "sproget"),
    ),
)

STANDARD = Vocabulary.of((*LINE, *ORDER, *MEMBER))
