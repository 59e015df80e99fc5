"""One cell: the value it writes, or why it cannot be read. Money becomes minor units, a time becomes an instant."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from regulars.engine.events import TYPES
from regulars.ground.activity import contract
from regulars.ground.activity.contract import COLUMNS, Kind, Terms
from regulars.kit.conditions.refusal import nearest, quoted
from regulars.kit.speaking import Said, worded
from regulars.kit.texts import composed, storable

BLANK = " \t\r\n"
MONEY = re.compile(rf"[+-]?[0-9]{{1,{contract.MAX_WHOLE_DIGITS}}}(\.[0-9]{{1,9}}0*)?")
WHOLE = re.compile(r"[+-]?[0-9]{1,15}(\.0*)?")
DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9}0*)?")
TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:\.[0-9]{1,9})?)?(.*))?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: An amount as people write large ones: a separator between thousands, another sign before decimals.
_GROUPED = re.compile(
    r"([+-]?[0-9]{1,3}(?P<sign>[,. '’\u00a0\u202f])[0-9]{3}(?:(?P=sign)[0-9]{3})*)(?:(?!(?P=sign))[.,]([0-9]{1,9}))?"
)
OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-5][0-9])")
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
TRUE, FALSE = ("true", "yes", "1"), ("false", "no", "0")
#: Offsets of time zones lie within this; a larger one is a slip.
MAX_OFFSET = timedelta(hours=16)
#: 1972-01-01: since then time zones are whole quarters of an hour, and no shop's file is older.
FIRST_US = 2 * 365 * 86_400_000_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Unreadable(ValueError):
    """A cell cannot be read: a stable `code` and the `sentence` for the person who repairs it."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence


def read_cell(kind: Kind, name: str, cell: object, terms: Terms) -> Any:
    """The value of `cell` in the column `name`; None when nothing stands there.

    Identifiers and texts are str, money int in minor units, times int in microseconds since 1970, quantities, points
    and integers int, decimals Decimal without trailing zeros, booleans bool, dates datetime.date; the number of a
    `member` is `composed`. Raises Unreadable.
    """
    if isinstance(cell, str):
        cell = cell.strip(BLANK)
    if cell is None or cell == "":
        return None
    value = _READERS[kind.value](name, cell, terms)
    return composed(value) if name == "member" else value


def shown(cell: object) -> str:
    """A cell as a message quotes it, and as a database can keep it."""
    return quoted(storable(str(cell)))


def absent_day(name: str, cell: object) -> Said | None:
    """What is said of a cell that begins with a day as days are written, which no calendar has; None of any other."""
    found = DAY.match(cell.strip(BLANK)) if isinstance(cell, str) else None
    try:
        if found is None or date.fromisoformat(found[0]):
            return None
    except ValueError:
        pass
    return worded(
        "`{name}` is {cell}, and there is no such day: write one of the calendar, like 2026-02-28.",
        name=name, cell=shown(cell),
    )  # fmt: skip


def ungrouped(cell: object) -> str | None:
    """An amount that is written with separators between its thousands, as it is to be written; None of any other."""
    found = _GROUPED.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return None
    whole = re.sub("[^0-9+-]", "", found[1])
    written = f"{whole}.{found[3]}" if found[3] else whole
    return written if MONEY.fullmatch(written) else None


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros or an exponent, so that equal numbers are written alike."""
    value = value.normalize()
    return value.quantize(Decimal(1)) if int(value.as_tuple().exponent) > 0 else value


def _text(name: str, cell: object, terms: Terms, limit: int = contract.MAX_TEXT) -> str:
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        raise Unreadable(
            "bad_text",
            worded(
                "`{name}` holds {cell}, which is neither a text nor a whole number: write it as a text.",
                name=name, cell=shown(cell),
            ),
        )  # fmt: skip
    text = str(cell)
    if UNSTORABLE.search(text):
        raise Unreadable("bad_text", worded("`{name}` contains a NUL or half a character: remove it.", name=name))
    if len(text) > limit:
        raise Unreadable("bad_text", too_long(name, len(text), limit))
    return text


def too_long(name: str, length: int, limit: int) -> str:
    """What is said of a text with more characters than are kept."""
    return worded(
        "`{name}` has {length} characters and at most {limit} are kept: shorten it.",
        name=name, length=length, limit=limit,
    )  # fmt: skip


def _id(name: str, cell: object, terms: Terms) -> str:
    return _text(name, cell, terms, contract.MAX_ID)


def _type(name: str, cell: object, terms: Terms) -> str:
    if cell in TYPES:
        return str(cell)
    hint = nearest(str(cell)[: contract.MAX_ID], TYPES)
    raise Unreadable("unknown_type", worded("There is no type {type}. {hint}", type=shown(cell), hint=hint))


def _currency(name: str, cell: object, terms: Terms) -> str:
    if cell == terms.money:
        return str(cell)
    raise Unreadable(
        "currency_mismatch",
        worded(
            "The event is in {currency} and the programme counts in {money}: convert the amounts in the source, or "
            "leave the event out.",
            currency=shown(cell), money=terms.money,
        ),
    )  # fmt: skip


def _number(cell: object, form: re.Pattern[str]) -> Decimal | None:
    """The exact number a cell writes, or None. A float is a number only where it is whole and a count is asked."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, float):
        return Decimal(int(cell)) if form is WHOLE and cell.is_integer() else None
    if isinstance(cell, Decimal):
        if not cell.is_finite() or abs(cell.adjusted()) > 30:
            return None
        cell = format(cell, "f")
    text = str(cell) if isinstance(cell, str | int) else ""
    return Decimal(text) if form.fullmatch(text) else None


def _money(name: str, cell: object, terms: Terms) -> int:
    number = _number(cell, MONEY)
    if number is None and (written := ungrouped(cell)):
        raise Unreadable(
            "bad_amount",
            worded(
                "`{name}` holds {cell}, with separators between its thousands: leave them out and write {written}.",
                name=name, cell=shown(cell), written=written,
            ),
        )  # fmt: skip
    if number is None:
        raise Unreadable(
            "bad_amount",
            worded(
                "`{name}` holds {cell}, which is not an amount: write it in {money} like 12.50, with at most {digits} "
                "digits before the point and no other separator.",
                name=name, cell=shown(cell), money=terms.money, digits=str(contract.MAX_WHOLE_DIGITS),
            ),
        )  # fmt: skip
    minor = number.scaleb(terms.digits)
    if minor != int(minor):
        raise Unreadable(
            "bad_amount",
            worded(
                "`{name}` holds {cell} and {money} has {digits} decimals: round the amount in the source, or state the "
                "rounding in a map.",
                name=name, cell=shown(cell), money=terms.money, digits=str(terms.digits),
            ),
        )  # fmt: skip
    if minor < 0 and name in COLUMNS:
        raise Unreadable(
            "negative_amount",
            worded(
                "`{name}` is {cell} and no amount is negative: goods that come back are an event of type `return`.",
                name=name, cell=shown(cell),
            ),
        )  # fmt: skip
    return int(minor)


def _quantity(name: str, cell: object, terms: Terms) -> int:
    number = _number(cell, WHOLE)
    if number is None or not 0 <= number <= contract.MAX_QUANTITY:
        raise Unreadable(
            "bad_quantity",
            worded(
                "`{name}` is {cell}: write a whole number from 0 to {most}, what is weighed in the smallest unit the "
                "shop counts.",
                name=name, cell=shown(cell), most=contract.MAX_QUANTITY,
            ),
        )  # fmt: skip
    return int(number)


def _points(name: str, cell: object, terms: Terms) -> int:
    number = _number(cell, WHOLE)
    if number is None or not 0 < number <= contract.MAX_POINTS:
        said = worded("`{name}` is {cell}: write a whole number of points above zero.", name=name, cell=shown(cell))
        raise Unreadable("bad_points", said)
    return int(number)


def _integer(name: str, cell: object, terms: Terms) -> int:
    number = _number(cell, WHOLE)
    if number is None:
        said = worded("`{name}` is {cell}: a whole number is declared.", name=name, cell=shown(cell))
        raise Unreadable("bad_attribute", said)
    return int(number)


def _decimal(name: str, cell: object, terms: Terms) -> Decimal:
    number = _number(cell, DECIMAL)
    if number is None:
        raise Unreadable(
            "bad_attribute",
            worded(
                "`{name}` is {cell}: a number is declared, with up to 15 digits before the point and 9 after.",
                name=name, cell=shown(cell),
            ),
        )  # fmt: skip
    return plain(number)


def _boolean(name: str, cell: object, terms: Terms) -> bool:
    word = str(cell).lower()
    if isinstance(cell, bool | int | str) and word in TRUE + FALSE:
        return word in TRUE
    said = worded("`{name}` is {cell}: true or false is declared.", name=name, cell=shown(cell))
    raise Unreadable("bad_attribute", said)


def _date(name: str, cell: object, terms: Terms) -> date:
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell
    try:
        if isinstance(cell, str) and DAY.fullmatch(cell):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    said = worded("`{name}` is {cell}: a day is declared, written like 2026-12-24.", name=name, cell=shown(cell))
    raise Unreadable("bad_attribute", absent_day(name, cell) or said)


def _time(name: str, cell: object, terms: Terms) -> int:
    """A time without a zone is local to `terms.zone`. If the clock showed it twice, the first is meant; if the clock
    jumped over it, the moment that lies as far behind the jump."""
    try:
        moment = _moment(name, cell)
    except (ValueError, OverflowError) as error:
        if isinstance(error, Unreadable):
            raise
        moment = None
    if moment is None:
        raise Unreadable(
            "bad_date",
            absent_day(name, cell) or worded(
                "`{name}` is {cell}: write a time like 2026-03-01 14:30:00, or with its distance from UTC like "
                "2026-03-01T14:30:00+01:00.",
                name=name, cell=shown(cell),
            ),
        )  # fmt: skip
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(terms.zone))
    at = (moment - _EPOCH) // _MICROSECOND
    if at < FIRST_US:
        said = worded("`{name}` is {cell}: no time before 1972 is kept.", name=name, cell=shown(cell))
        raise Unreadable("bad_date", said)
    if at > terms.now + contract.AHEAD_US:
        raise Unreadable(
            "future_date",
            worded(
                "`{name}` is {cell}, which lies in the future: check the clock and the time zone of the source.",
                name=name, cell=shown(cell),
            ),
        )  # fmt: skip
    return at


def _moment(name: str, cell: object) -> datetime | None:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - local to the shop
    found = TIME.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return None
    day, minute, second, zone = found.groups()
    # Python 3.11 takes 3 or 6 digits of a second only; what is finer than a microsecond is cut.
    whole, _, fraction = (second or ":00").partition(".")
    moment = datetime.fromisoformat(f"{day}T{minute or '00:00'}{whole}.{fraction[:6].ljust(6, '0')}")
    zone = (zone or "").strip()
    if not zone:
        return moment
    offset = OFFSET.fullmatch("+00:00" if zone in "Zz" else zone)
    if offset is None:
        raise Unreadable(
            "bad_zone",
            worded(
                "`{name}` is {cell}: write the zone as a distance from UTC, such as +01:00.",
                name=name, cell=shown(cell),
            ),
        )  # fmt: skip
    sign, hours, minutes = offset.groups()
    distance = timedelta(hours=int(hours), minutes=int(minutes))
    if distance > MAX_OFFSET:
        said = worded("`{name}` is {cell}: no place on earth is that far from UTC.", name=name, cell=shown(cell))
        raise Unreadable("bad_zone", said)
    return moment.replace(tzinfo=UTC) - (distance if sign == "+" else -distance)


_READERS: dict[str, Callable[[str, object, Terms], Any]] = {
    Kind.ID.value: _id,
    Kind.TEXT.value: _text,
    Kind.TIME.value: _time,
    Kind.TYPE.value: _type,
    Kind.CURRENCY.value: _currency,
    Kind.MONEY.value: _money,
    Kind.QUANTITY.value: _quantity,
    Kind.POINTS.value: _points,
    Kind.INTEGER.value: _integer,
    Kind.DECIMAL.value: _decimal,
    Kind.BOOLEAN.value: _boolean,
    Kind.DATE.value: _date,
}
