"""The map carried out on whole columns: from the columns of a file to cells of the contract.

A frame from a source holds the file's columns as `raw.<name>`, so that no name of theirs meets one of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from regulars.ground.activity.cells import BLANK, MONEY, ungrouped
from regulars.ground.activity.contract import (
    COLUMNS,
    MAX_WHOLE_DIGITS,
    REQUIRED,
    Declared,
    Fault,
    FileRefused,
    Kind,
    Terms,
)
from regulars.ground.activity.mapping import ALWAYS, FROM, JOIN, SUM, Derivation, Map
from regulars.kit.conditions.refusal import nearest, quoted
from regulars.kit.speaking import worded
from regulars.kit.texts import storable

RAW = "raw."
#: Beside them, the line of the file on which a row begins; Parquet has none.
PLACE = "_place"
#: Parts of a fault that a derivation found: code, column, the cell as it stood.
FAULT_SEPARATOR = "\x1f"

#: Amounts in texts whose rounding is stated: as a floating number is printed.
LONG = rf"[+-]?[0-9]{{1,{MAX_WHOLE_DIGITS}}}(\.[0-9]{{1,30}})?([eE]-[0-9]{{1,2}})?"
_NANO_DIGITS = 9
_NANO = pl.Decimal(38, _NANO_DIGITS)
_TEXT = (pl.String, pl.Categorical, pl.Enum)
#: What a column of a typed file may hold for each kind; text and nothing at all always may.
_HOLDS: dict[Kind, str] = {
    Kind.ID: "int", Kind.TEXT: "int", Kind.TYPE: "", Kind.CURRENCY: "", Kind.TIME: "time date",
    Kind.MONEY: "int decimal", Kind.QUANTITY: "int decimal float", Kind.POINTS: "int decimal float",
    Kind.INTEGER: "int decimal float", Kind.DECIMAL: "int decimal float", Kind.BOOLEAN: "bool int", Kind.DATE: "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of the contract as an expression over `raw.` columns, and what it holds. With `minor` it is money
    already counted in minor units."""

    kind: Kind
    expr: pl.Expr
    dtype: pl.DataType
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Complaint:
    """Where (`wrong`) a derivation did not work, and the text that tells the fault (see FAULT_SEPARATOR)."""

    wrong: pl.Expr
    text: pl.Expr


@dataclass(frozen=True, slots=True)
class Bound:
    """A map (or none) fitted to the columns of a file: `cells` by column of the contract, `used` columns of the file.

    `complaints` say where a derivation did not work. `zone` is where times without a zone were taken.
    """

    cells: dict[str, Cell]
    declared: tuple[Declared, ...]
    used: tuple[str, ...]
    complaints: tuple[Complaint, ...]
    zone: str


def bind(columns: Mapping[str, pl.DataType], mapped: Map, terms: Terms, decimal: str = ".") -> Bound:
    """Fit `mapped` to a file with `columns`; `decimal` is the sign before decimals in texts.

    Raises FileRefused with every column that is missing, unknown, or of a type that cannot be read:
    `missing_column`, `unknown_column`, `bad_amount`, `bad_text`, `bad_date`, `bad_quantity`, `bad_points`,
    `bad_attribute`, `unknown_type`, `currency_mismatch`.
    """
    derivations = _derivations(columns, mapped)
    faults = [*_unknown(columns, derivations, mapped), *_absent(derivations)]
    faults += [fault for one in derivations.values() for fault in _misfits(one, columns, mapped)]
    if faults:
        raise FileRefused(faults)
    cells, complaints = {}, []
    for one in derivations.values():
        cells[one.target], wrong = _cell(one, columns, terms, decimal)
        complaints += wrong
    at = derivations["at"]
    return Bound(
        cells=cells,
        declared=mapped.declared,
        used=tuple(name for name in columns if any(name in one.sources for one in derivations.values())),
        complaints=tuple(complaints),
        zone=at.zone or terms.zone,
    )


def _derivations(columns: Mapping[str, pl.DataType], mapped: Map) -> dict[str, Derivation]:
    """Those of the map, and for every other column of the contract the file's own of that name, if nothing uses it."""
    found = dict(mapped.derivations)
    used = {source for one in found.values() for source in one.sources}
    for name, kind in COLUMNS.items():
        if name not in found and name in columns and name not in used | mapped.ignored:
            found[name] = Derivation(name, kind, FROM, (name,))
    return found


def _unknown(columns: Mapping[str, pl.DataType], derivations: Mapping[str, Derivation], mapped: Map) -> list[Fault]:
    if mapped.ignore_others:
        return []
    used = {source for one in derivations.values() for source in one.sources}
    return [_left_over(name) for name in columns if name not in used | mapped.ignored]


def _left_over(name: str) -> Fault:
    sentence = worded(
        "The file has a column {name} that is not in the contract. {hint} A map can rename it, declare it as an "
        "attribute with its type, or list it under `ignore`.",
        name=quoted(name), hint=nearest(name, COLUMNS),
    )  # fmt: skip
    return Fault("unknown_column", sentence, name)


def _absent(derivations: Mapping[str, Derivation]) -> list[Fault]:
    missing = [name for name in REQUIRED if name not in derivations]
    if "net" not in derivations and "type" not in derivations:
        missing.append("net")
    return [
        Fault(
            "missing_column",
            worded(
                "The file has no column `{name}`, and no map says where it comes from: add the column, or a map with "
                "`{name}:` and its name in your file.",
                name=name,
            ),
            name,
        )
        for name in missing
    ]


def _misfits(one: Derivation, columns: Mapping[str, pl.DataType], mapped: Map) -> list[Fault]:
    faults = []
    for source in one.sources:
        if source not in columns:
            sentence = worded(
                "The map takes `{target}` from {source} ({map}, line {line}), and the file has no such column. {hint}",
                target=one.target, source=quoted(source), map=mapped.name, line=one.line,
                hint=nearest(source, columns),
            )  # fmt: skip
            faults.append(Fault("missing_column", sentence, source))
        elif not _fits(one, columns[source]):
            faults.append(Fault(_CODES[one.kind], _misfit(one, source, columns[source]), source))
    return faults


_CODES = {
    Kind.ID: "bad_text", Kind.TEXT: "bad_text", Kind.TYPE: "unknown_type", Kind.CURRENCY: "currency_mismatch",
    Kind.TIME: "bad_date", Kind.MONEY: "bad_amount", Kind.QUANTITY: "bad_quantity", Kind.POINTS: "bad_points",
    Kind.INTEGER: "bad_attribute", Kind.DECIMAL: "bad_attribute", Kind.BOOLEAN: "bad_attribute",
    Kind.DATE: "bad_attribute",
}  # fmt: skip


def _fits(one: Derivation, dtype: pl.DataType) -> bool:
    if dtype.base_type() in _TEXT or dtype == pl.Null:
        return True
    sort = _sort(dtype)
    if one.values or one.default is not None or one.how == JOIN:
        return sort in ("int", "bool") or (sort == "date" and one.how == JOIN)
    if sort == "float" and one.kind is Kind.MONEY:
        return one.rounding is not None
    return sort in _HOLDS[one.kind].split() and not one.format


def _sort(dtype: pl.DataType) -> str:
    if dtype.is_integer():
        return "int"
    if dtype.is_float():
        return "float"
    if dtype.is_decimal():
        return "decimal"
    names = {pl.Boolean: "bool", pl.Date: "date", pl.Datetime: "time"}
    return names.get(dtype.base_type(), "other")


def _misfit(one: Derivation, source: str, dtype: pl.DataType) -> str:
    if one.kind is Kind.MONEY and dtype.is_float():
        return worded(
            "The column {source} holds floating numbers, which are no exact amounts: state the rounding in a map, "
            "`{rounding}`, or write decimals.",
            source=quoted(source), rounding=f"{one.target}: {{from: {source}, round: half_even}}",
        )  # fmt: skip
    if one.kind in (Kind.ID, Kind.TEXT) and dtype.is_float():
        return worded(
            "The column {source} holds floating numbers: write `{target}` as texts or whole numbers.",
            source=quoted(source), target=one.target,
        )  # fmt: skip
    return worded(
        "The column {source} is of the type {type}, which `{target}` is not read from: write texts.",
        source=quoted(source), target=one.target, type=str(dtype),
    )  # fmt: skip


def bounded(number: pl.Expr) -> pl.Expr:
    """The number, null where it is larger than any that is kept: a cast would stop the whole file there."""
    return pl.when(number.abs() < 10**15).then(number)


def _cell(
    one: Derivation, columns: Mapping[str, pl.DataType], terms: Terms, decimal: str
) -> tuple[Cell, list[Complaint]]:
    """The expression of one column, and those that complain where it does not work."""
    if one.how == ALWAYS:
        return Cell(one.kind, pl.lit(one.text), pl.String()), []
    if one.how == JOIN:
        parts = [pl.col(RAW + source).cast(pl.String) for source in one.sources]
        return _worded(one, pl.concat_str(parts, separator=one.glue))
    if one.rounding or one.scale or one.how != FROM:
        return _amount(one, columns, terms, decimal)
    column, dtype = pl.col(RAW + one.sources[0]), columns[one.sources[0]]
    if one.values or one.default is not None:
        return _worded(one, column.cast(pl.String))
    if dtype.base_type() in _TEXT:
        column, dtype = column.cast(pl.String), pl.String()
    if one.format:
        aware = "%z" in one.format or "%#z" in one.format
        moment = column.str.strip_chars(BLANK).str.to_datetime(one.format, time_unit="us", strict=False)
        kept = pl.Datetime("us", "UTC" if aware else None)
        return Cell(one.kind, moment.cast(kept), kept), [_complaint(one, "bad_date", moment.is_null(), column)]
    if one.kind in (Kind.MONEY, Kind.DECIMAL) and decimal == "," and dtype == pl.String:
        strange = column.str.contains(".", literal=True)
        code = _CODES[one.kind]
        return Cell(one.kind, column.str.replace(",", ".", literal=True), dtype), [
            _complaint(one, code, strange, column)
        ]
    if one.kind is Kind.DECIMAL and dtype.is_float():
        exact = bounded(column).cast(_NANO, strict=False)
        return Cell(one.kind, exact, _NANO), [_complaint(one, "bad_attribute", exact.is_null(), column)]
    return Cell(one.kind, column, dtype), []


def _worded(one: Derivation, text: pl.Expr) -> tuple[Cell, list[Complaint]]:
    """Texts with their values replaced and their gaps filled."""
    text = _given(text)
    complaints = []
    if one.values:
        known = text.is_in(list(one.values))
        complaints.append(_complaint(one, "unmapped_value", ~known, text))
        text = text.replace_strict(one.values, default=None, return_dtype=pl.String)
    if one.default is not None:
        text = text.fill_null(one.default)
    return Cell(one.kind, text, pl.String()), complaints


def _given(text: pl.Expr) -> pl.Expr:
    """The text without blanks around it; null where nothing is left."""
    bare = text.str.strip_chars(BLANK)
    return pl.when(bare != "").then(bare)


def _amount(
    one: Derivation, columns: Mapping[str, pl.DataType], terms: Terms, decimal: str
) -> tuple[Cell, list[Complaint]]:
    """Money by exact whole-number arithmetic: billionths of the unit, times the scale, rounded once."""
    parts, complaints = [], []
    for source in one.sources:
        column = pl.col(RAW + source)
        exact = _billionths(column, columns[source], decimal, LONG if one.rounding else MONEY.pattern)
        given = _given(column) if columns[source].base_type() in _TEXT else column
        complaints.append(_complaint(one, "bad_amount", exact.is_null() & given.is_not_null(), column))
        parts.append(exact)
    # Arithmetic with nothing: an empty addend counts zero as long as there is one; a difference needs its first.
    filled = [part.fill_null(0) for part in parts]
    total = parts[0]
    if one.how == SUM:
        total = pl.when(pl.any_horizontal(part.is_not_null() for part in parts)).then(pl.sum_horizontal(filled))
    elif len(parts) > 1:
        total = parts[0] - pl.sum_horizontal(filled[1:])
    scale = one.scale or 1
    divisor = scale.denominator * 10 ** (_NANO_DIGITS - terms.digits)
    scaled = total * pl.lit(scale.numerator, dtype=pl.Int128)
    if one.rounding is None:
        shown = pl.concat_str([pl.col(RAW + source).cast(pl.String) for source in one.sources], separator=" and ")
        complaints.append(_complaint(one, "bad_amount", scaled % divisor != 0, shown))
    minor = _divided(scaled, divisor, one.rounding or "down")
    return Cell(one.kind, minor.cast(pl.Int64, strict=False), pl.Int64(), minor=True), complaints


def _billionths(column: pl.Expr, dtype: pl.DataType, decimal: str, form: str) -> pl.Expr:
    """The number as Int128 billionths; null where none stands, or not in the `form` (for texts). What has more than
    nine decimals, as floating numbers mostly do, is read at nine."""
    if dtype.base_type() not in _TEXT:
        return bounded(column).cast(_NANO, strict=False).to_physical()
    text = _given(column.cast(pl.String))
    if decimal == ",":
        text = pl.when(~text.str.contains(".", literal=True)).then(text.str.replace(",", ".", literal=True))
    plain = pl.when(text.str.contains(f"^(?:{form})$")).then(text)
    return plain.cast(_NANO, strict=False).to_physical()


def _divided(number: pl.Expr, divisor: int, rounding: str) -> pl.Expr:
    whole, rest = number // divisor, number % divisor
    if rounding == "down":
        return whole
    up = rest * 2 > divisor
    tie = rest * 2 == divisor
    return whole + (up | (tie & (whole % 2 == 1)) if rounding == "half_even" else up | tie).cast(pl.Int128)


def _complaint(one: Derivation, code: str, wrong: pl.Expr, cell: pl.Expr) -> Complaint:
    text = cell.cast(pl.String)
    given = text.is_not_null() & (text.str.strip_chars(BLANK) != "")
    said = pl.concat_str([pl.lit(code), pl.lit(one.target), text], separator=FAULT_SEPARATOR)
    return Complaint(wrong, pl.when(wrong & given).then(said))


def derived_fault(said: str) -> Fault:
    """The fault that a derivation wrote as a text."""
    code, column, cell = said.split(FAULT_SEPARATOR, 2)
    figures = {"column": column, "cell": quoted(storable(cell))}
    if code == "unmapped_value":
        said = worded("`{column}` comes from {cell}, which `values` does not list: add it to the map.", **figures)
    elif code == "bad_amount" and ungrouped(cell.strip(BLANK)):
        said = worded(
            "`{column}` comes from {cell}, with separators between its thousands: leave them out in the source.",
            **figures,
        )
    elif code == "bad_amount":
        said = worded(
            "`{column}` comes from {cell}, which is not an amount the map can count with: correct it in the source, or "
            "state a rounding.",
            **figures,
        )
    elif code == "bad_date":
        said = worded(
            "`{column}` comes from {cell}, which does not look as `format` in the map says, or is no day "
            "of the calendar.",
            **figures,
        )
    else:
        said = worded("`{column}` is {cell}, which is not a number.", **figures)
    return Fault(code, said, column)
