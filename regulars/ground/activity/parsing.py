"""Whole columns of cells as values, with a mark on each row that is not plainly in order.

This is `cells.read_cell` for a million rows at once. It may suspect a row that is fine (`judging` then reads it), and
it never lets a row through that `judging` would refuse or read differently; a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from regulars.engine.events import NOTICE, PURCHASE, REDEMPTION, RETURN, TYPES
from regulars.ground.activity import contract
from regulars.ground.activity.cells import BLANK, FALSE, FIRST_US, TRUE
from regulars.ground.activity.contract import COLUMNS, Kind, Terms
from regulars.ground.activity.deriving import Bound, Cell, bounded

SUSPECT = "_suspect"
FAULT = "_fault"

_TIMES = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d")
_AWARE = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z")
_TIME = r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-5]):?[0-5]\d)?)?$"
#: A value, and where it is not plainly one.
_Read = tuple[pl.Expr, pl.Expr]


def cells_of(frame: pl.DataFrame, bound: Bound) -> pl.DataFrame:
    """The cells of the contract that the map makes of a frame of `raw.` columns, and `_fault` beside them: null
    where the derivations worked, else a text for `deriving.derived_fault`."""
    wrong = pl.any_horizontal(pl.lit(False), *(complaint.wrong for complaint in bound.complaints))
    made = {name: cell.expr for name, cell in bound.cells.items()}
    cells = frame.lazy().select(**made, **{FAULT: wrong.fill_null(False)}).collect()
    nothing = pl.Series(FAULT, [None], dtype=pl.String).new_from_index(0, cells.height)
    # The texts are made only where there is something to tell.
    if cells[FAULT].any():
        nothing = frame.select(pl.coalesce(complaint.text for complaint in bound.complaints)).to_series()
    return cells.with_columns(nothing.alias(FAULT))


def values_of(cells: pl.DataFrame, bound: Bound, terms: Terms) -> pl.DataFrame:
    """The values of a frame of cells, column by column, and `_suspect`: rows whose event must be judged by hand.

    Texts are str, money, quantities, points and instants Int64, decimals Decimal with 9 places. The currency is
    left out, as it is the programme's wherever nothing is suspect; `type` is always there.
    """
    values: dict[str, pl.Expr] = {"type": pl.lit(PURCHASE)}
    doubts: list[pl.Expr] = [pl.col(FAULT).is_not_null()]
    for name, cell in bound.cells.items():
        if cell.kind in _LIMITS and _plain(cells[name], _LIMITS[cell.kind]):
            values[name] = pl.col(name)
            continue
        values[name], doubt = _READERS[cell.kind](pl.col(name), cell, terms)
        doubts.append(doubt)
        if name in COLUMNS and cell.kind is Kind.MONEY:
            doubts.append(values[name] < 0)
    values.pop("currency", None)
    values["type"] = values["type"].fill_null(PURCHASE)
    doubtful = pl.any_horizontal(doubts).fill_null(False)
    frame = cells.lazy().select(**values, **{SUSPECT: doubtful}).collect()
    return frame.with_columns(pl.col(SUSPECT) | _ill_formed(frame))


_LIMITS = {Kind.ID: contract.MAX_ID, Kind.TEXT: contract.MAX_TEXT}
_NEEDS_A_LOOK = ("\0", "\n\n", "\n ", " \n", "\n\t", "\t\n", "\n\r", "\r\n")


def _plain(column: pl.Series, limit: int) -> bool:
    """Whether all texts of a column can be taken as they stand: nothing empty, nothing to trim, nothing too long.

    One look at all of them in a row costs a tenth of looking at each. A line end inside a text looks like a blank
    around one: such a column is looked at row by row.
    """
    if column.dtype != pl.String:
        return False
    if column.null_count() == column.len():
        return True
    if int(column.str.len_bytes().max() or 0) > limit:  # type: ignore[arg-type]
        return False
    row = f"\n{column.str.join(chr(10)).item()}\n"
    return not any(sign in row for sign in _NEEDS_A_LOOK)


def _ill_formed(frame: pl.DataFrame) -> pl.Expr:
    """Rows that do not say what their type must say."""

    def absent(name: str) -> pl.Expr:
        return pl.col(name).is_null() if name in frame.columns else pl.lit(True)

    kind = pl.col("type")
    return (
        pl.any_horizontal(absent(name) for name in contract.REQUIRED)
        | (kind.is_in([PURCHASE, RETURN]) & absent("net"))
        | ((kind == RETURN) & (absent("original") | absent("original_line")))
        | ((kind == REDEMPTION) & absent("points"))
        | (~absent("points") & ~kind.is_in([REDEMPTION, NOTICE]))
    )


def _text(column: pl.Expr, cell: Cell, limit: int) -> _Read:
    if cell.dtype == pl.Null:
        return column.cast(pl.String), pl.lit(False)
    if cell.dtype.is_integer():
        return column.cast(pl.String), pl.lit(False)
    bare = _bare(column)
    # Bytes are at least as many as characters: a long word in another script is suspected, then judged.
    return bare, (bare.str.len_bytes() > limit) | bare.str.contains("\0", literal=True)


def _bare(column: pl.Expr) -> pl.Expr:
    bare = column.cast(pl.String).str.strip_chars(BLANK)
    return pl.when(bare != "").then(bare)


def _id(column: pl.Expr, cell: Cell, terms: Terms) -> _Read:
    return _text(column, cell, contract.MAX_ID)


def _words(column: pl.Expr, cell: Cell, terms: Terms) -> _Read:
    return _text(column, cell, contract.MAX_TEXT)


def _type(column: pl.Expr, cell: Cell, terms: Terms) -> _Read:
    bare = _bare(column)
    return bare, ~bare.is_in(list(TYPES))


def _currency(column: pl.Expr, cell: Cell, terms: Terms) -> _Read:
    bare = _bare(column)
    return bare, bare != terms.money


def _money(column: pl.Expr, cell: Cell, terms: Terms) -> _Read:
    limit = 10 ** (contract.MAX_WHOLE_DIGITS + terms.digits)
    if cell.minor or cell.dtype == pl.Null:
        return column.cast(pl.Int64), column.cast(pl.Int64).abs() >= limit
    if cell.dtype.is_integer():
        units = column.cast(pl.Int64, strict=False)
        few = units.is_between(-(10**contract.MAX_WHOLE_DIGITS), 10**contract.MAX_WHOLE_DIGITS, closed="none")
        minor = pl.when(few).then(units) * 10**terms.digits
        return minor, column.is_not_null() & minor.is_null()
    exact = pl.Decimal(38, terms.digits)
    if cell.dtype.is_decimal():
        rounded = bounded(column).cast(exact, strict=False)
        minor = rounded.to_physical().cast(pl.Int64, strict=False)
        strange = minor.is_null() | (rounded.cast(cell.dtype, strict=False) != column) | (minor.abs() >= limit)
        return minor, column.is_not_null() & strange.fill_null(True)
    bare = _bare(column)
    places = rf"(\.[0-9]{{1,{terms.digits}}}0*)?" if terms.digits else r"(\.0+)?"
    plain = bare.str.contains(rf"^-?[0-9]{{1,{contract.MAX_WHOLE_DIGITS}}}{places}$")
    minor = pl.when(plain).then(bare).cast(exact, strict=False).to_physical().cast(pl.Int64, strict=False)
    return minor, bare.is_not_null() & minor.is_null()


def _count(column: pl.Expr, cell: Cell, least: int, most: int) -> _Read:
    if cell.dtype == pl.Null:
        return column.cast(pl.Int64), pl.lit(False)
    if cell.dtype.is_integer() or cell.dtype.is_float() or cell.dtype.is_decimal():
        given = column.is_not_null()
        whole = column.cast(pl.Int64, strict=False)
        same = whole.cast(cell.dtype, strict=False) == column
    else:
        bare = _bare(column)
        given = bare.is_not_null()
        whole = pl.when(bare.str.contains(r"^-?[0-9]{1,15}$")).then(bare).cast(pl.Int64, strict=False)
        same = pl.lit(True)
    fine = same & whole.is_between(least, most)
    return pl.when(fine).then(whole), given & ~fine.fill_null(False)


def _quantity(column: pl.Expr, cell: Cell, terms: Terms) -> _Read:
    return _count(column, cell, 0, contract.MAX_QUANTITY)


def _points(column: pl.Expr, cell: Cell, terms: Terms) -> _Read:
    return _count(column, cell, 1, contract.MAX_POINTS)


def _integer(column: pl.Expr, cell: Cell, terms: Terms) -> _Read:
    return _count(column, cell, 1 - 10**15, 10**15 - 1)


def _decimal(column: pl.Expr, cell: Cell, terms: Terms) -> _Read:
    exact = pl.Decimal(38, 9)
    if cell.dtype == pl.String:
        bare = _bare(column)
        plain = bare.str.contains(r"^-?[0-9]{1,15}(\.[0-9]{1,9})?$")
        value = pl.when(plain).then(bare).cast(exact, strict=False)
        return value, bare.is_not_null() & value.is_null()
    value = bounded(column).cast(exact, strict=False)
    if cell.dtype.is_decimal():
        strange = value.is_null() | (value.cast(cell.dtype, strict=False) != column) | (value.abs() >= 10**15)
        return value, column.is_not_null() & strange.fill_null(True)
    return value, column.is_not_null() & (value.is_null() | (value.abs() >= 10**15))


def _boolean(column: pl.Expr, cell: Cell, terms: Terms) -> _Read:
    if cell.dtype == pl.Boolean:
        return column, pl.lit(False)
    word = _bare(column).str.to_lowercase()
    value = pl.when(word.is_in(list(TRUE))).then(True).when(word.is_in(list(FALSE))).then(False)
    return value, word.is_not_null() & value.is_null()


def _date(column: pl.Expr, cell: Cell, terms: Terms) -> _Read:
    if cell.dtype == pl.Date:
        return column, pl.lit(False)
    bare = _bare(column)
    plain = bare.str.contains(r"^\d{4}-\d\d-\d\d$")
    day = pl.when(plain).then(bare).str.to_date("%Y-%m-%d", strict=False)
    return day, bare.is_not_null() & day.is_null()


def _time(column: pl.Expr, cell: Cell, terms: Terms) -> _Read:
    if cell.dtype == pl.String:
        bare = _bare(column).str.replace(" ", "T", literal=True)
        plain = pl.when(bare.str.contains(_TIME)).then(bare)
        local = pl.coalesce(plain.str.to_datetime(form, time_unit="us", strict=False) for form in _TIMES)
        aware = [plain.str.to_datetime(form, time_unit="us", strict=False) for form in _AWARE]
        at = pl.coalesce([*(moment.dt.timestamp("us") for moment in aware), _instant(local, terms)])
        given = bare.is_not_null()
    else:
        given = column.is_not_null()
        if cell.dtype == pl.Date or cell.dtype == pl.Null:
            at = _instant(column.cast(pl.Datetime("us")), terms)
        elif getattr(cell.dtype, "time_zone", None) is None:
            at = _instant(column.dt.cast_time_unit("us"), terms)
        else:
            at = column.dt.timestamp("us")
    return at, (given & at.is_null()) | ~at.is_between(FIRST_US, terms.now + contract.AHEAD_US)


def _instant(local: pl.Expr, terms: Terms) -> pl.Expr:
    """The first moment a local clock showed the time; null (and judged by hand) where it never did."""
    return local.dt.replace_time_zone(terms.zone, ambiguous="earliest", non_existent="null").dt.timestamp("us")


_READERS: dict[Kind, Callable[[pl.Expr, Cell, Terms], _Read]] = {
    Kind.ID: _id,
    Kind.TEXT: _words,
    Kind.TIME: _time,
    Kind.TYPE: _type,
    Kind.CURRENCY: _currency,
    Kind.MONEY: _money,
    Kind.QUANTITY: _quantity,
    Kind.POINTS: _points,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
}
