"""What differs between two programmes, in the words of the sổ: sheet by sheet, row by row, column by column.

Whatever a sổ can say is compared, because the sheets themselves say what there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.programme.making import Raw
from chalicelib.workbook.programme.sheets import SHEETS, BookSheet, Level, SheetColumn
from chalicelib.workbook.programme.values import FLAG, NO, NOTHING
from chalicelib.workbook.programme.write import find_main_value


class CellChange(NamedTuple):
    """One column of a row; the text before or after is empty where there is none."""

    heading: str
    before: str
    after: str


class RowChange(NamedTuple):
    """One row by its name, with the columns that differ; of a new or a dropped row all that hold something."""

    name: str
    cells: tuple[CellChange, ...]


class SheetChange(NamedTuple):
    """What differs on one sheet. `is_reordered`: rows that stay are printed in another order."""

    sheet: str
    added: tuple[RowChange, ...] = ()
    changed: tuple[RowChange, ...] = ()
    gone: tuple[RowChange, ...] = ()
    is_reordered: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone or self.is_reordered)


def compare_programmes(before: Raw, after: Raw) -> tuple[SheetChange, ...]:
    """The sheets that differ, in the order of the sổ."""
    sides = _Side(before), _Side(after)
    compared = (_compare_sheet(sheet, *sides) for sheet in SHEETS)
    return tuple(change for change in compared if change)


_Key = tuple[str, ...]
_Cells = dict[SheetColumn, Any]

_KEYS = {
    "units": ("code", "valid_from"), "duties": ("unit_type", "period", "form"),
    "successions": ("old_code", "old_parent", "new_code", "on"),
}  # fmt: skip
"""The columns by which a row is the same one in both, where the first is not enough: codes of units are reused."""

_NAMES = ("full_name", "title", "label", "name")
"""Columns with a name for people, best first."""
_LONGEST = 1000
_LINE = "\n"
"""The key of a line begins so, on the sheet that has one value a line: its heading names it."""


class _Side:
    """One of the two programmes, with the names that its codes stand for."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.year = str(raw.get("year", ""))
        self.names: dict[str, dict[str, str]] = {"unit_types": dict(raw.get("unit_types", {}))}
        for part, field in (("periods", "name"), ("forms", "title"), ("indicators", "label"), ("units", "full_name")):
            self.names[part] = {each.get("code", ""): each.get(field, "") for each in raw.get(part, ())}

    def tell(self, column: SheetColumn, value: Any) -> str:
        """The value of a cell as a person reads it."""
        if isinstance(value, datetime):
            return f"{value:%H:%M} ngày {format_day(value)}"
        if isinstance(value, date):
            return format_day(value)
        text = "" if value in (None, NOTHING) else str(value).replace("{year}", self.year)
        if part := column.lists or column.names:
            return ", ".join(self._name(part, code=code) for code in text.split(", "))
        return text[:_LONGEST]

    def _name(self, part: str, *, code: str) -> str:
        """ "Trường học (truong)"; of a single unit among types "Trường Một (TM1)"."""
        one, _, unit = code.partition(":")
        part, own = ("units", unit) if one == "unit" and unit else (part, code)
        name = self.names.get(part, {}).get(own, "").replace("{year}", self.year)
        return f"{name} ({own})" if name else code


def _compare_sheet(sheet: BookSheet, old: _Side, new: _Side) -> SheetChange:
    before, after = _list_records(sheet, old.raw), _list_records(sheet, new.raw)
    added = [_tell_row(key, then={}, now=cells, sides=(old, new)) for key, cells in after.items() if key not in before]
    gone = [_tell_row(key, then=cells, now={}, sides=(old, new)) for key, cells in before.items() if key not in after]
    kept = [key for key in after if key in before]
    changed = [_tell_kept(key, then=before[key], now=after[key], sides=(old, new)) for key in kept]
    return SheetChange(
        sheet.name, tuple(added), tuple(row for row in changed if row.cells), tuple(gone),
        is_reordered=[key for key in before if key in after] != kept,
    )  # fmt: skip


def _tell_kept(key: _Key, *, then: _Cells, now: _Cells, sides: tuple[_Side, _Side]) -> RowChange:
    """What a blank cell stands for is told where something else stood or stands."""
    blank = {column: _find_blank(column) for column in (*then, *now) if _find_blank(column) != ""}
    return _tell_row(key, then={**blank, **then}, now={**blank, **now}, sides=sides)


def _find_blank(column: SheetColumn) -> str | int:
    return column.blank or (NO if column.kind is FLAG else "")


def _tell_row(key: _Key, *, then: _Cells, now: _Cells, sides: tuple[_Side, _Side]) -> RowChange:
    old, new = sides
    columns = [each for each in dict.fromkeys((*then, *now)) if then.get(each) != now.get(each)]
    told = (CellChange(each.heading, old.tell(each, then.get(each)), new.tell(each, now.get(each))) for each in columns)
    return RowChange(_name_row(now or then, key, new if now else old), tuple(told))


def _name_row(cells: _Cells, key: _Key, side: _Side) -> str:
    """By its name and code; a row within another one after the names of those around it."""
    if key[0] == _LINE:
        return key[-1]
    by_field = {column.field: (column, value) for column, value in cells.items()}
    around = " – ".join(part.replace("{year}", side.year) for part in key[:-1] if part)
    found = next((by_field[field] for field in _NAMES if by_field.get(field, ("", ""))[1]), None)
    code = str(by_field["code"][1]) if "code" in by_field else ""
    own = side.tell(*found) if found else _tell_key(cells, side) or key[-1]
    named = f"{own} ({code})" if found and code and code != own else own
    return f"{around} – {named}" if around else named


def _tell_key(cells: _Cells, side: _Side) -> str:
    """A row without a name of its own: what it joins, a form to a period, or its first cell."""
    joined = [side.tell(column, value) for column, value in cells.items() if column.lists]
    return ", ".join(joined) or next((side.tell(column, value) for column, value in cells.items()), "")


# The rows of a sheet by their keys


def _list_records(sheet: BookSheet, raw: Raw) -> dict[_Key, _Cells]:
    found: dict[_Key, _Cells] = {}
    for key, cells in _iter_records(sheet, raw):
        while key in found:  # twice by mistake: both are shown
            key = (*key[:-1], f"{key[-1]} ")
        found[key] = {column: value for column, value in cells.items() if value not in (None, "", NOTHING)}
    return found


def _iter_records(sheet: BookSheet, raw: Raw) -> Iterator[tuple[_Key, _Cells]]:
    if sheet.levels and sheet.owner:
        for form in raw.get("forms", ()):
            yield from _iter_levels(sheet.levels, form, around=(str(form.get("title", form.get("code", ""))),))
    elif sheet.levels:
        yield from _iter_levels(sheet.levels, raw, around=())
    elif sheet.pairs:
        yield from _iter_pairs(sheet, raw)
    else:
        for column in sheet.columns:
            value = find_main_value(raw, column)
            if value is not None:
                yield (_LINE, column.heading), {column: value}


def _iter_pairs(sheet: BookSheet, raw: Raw) -> Iterator[tuple[_Key, _Cells]]:
    key, *columns = sheet.columns
    for code in dict.fromkeys(code for pair in sheet.pairs for code in raw.get(pair, {})):
        yield (code,), {key: code} | {each: raw.get(each.field, {}).get(code) for each in columns}


def _iter_levels(levels: Sequence[Level], record: Any, *, around: _Key) -> Iterator[tuple[_Key, _Cells]]:
    level, *inner = levels
    for each in record.get(level.part, ()):
        cells = {column: _find_cell(each, column) for column in level.columns}
        key = (*around, _make_key(level.part, cells))
        yield key, cells
        if inner and isinstance(each, dict):
            yield from _iter_levels(inner, each, around=(*around, _name_outer(cells)))


def _find_cell(record: Any, column: SheetColumn) -> Any:
    value = record.get(column.field) if column.field else record
    if isinstance(value, datetime) and value.time() == time() and value.tzinfo is None:
        return value.date()  # the first moment of a day may be written either way
    return None if value in (None, "") else column.kind.write(value)


def _make_key(part: str, cells: _Cells) -> str:
    by_field: dict[str, Any] = {column.field: value for column, value in cells.items()}
    fields: Iterable[str] = _KEYS.get(part, (next(iter(by_field)),))
    return "/".join(str(by_field.get(field) or "") for field in fields)


def _name_outer(cells: _Cells) -> str:
    by_field = {column.field: value for column, value in cells.items()}
    named = [by_field[field] for field in _NAMES if by_field.get(field)]
    told = [value for value in by_field.values() if value is not None]
    return str(next(iter([*named, *told]), ""))
