"""Changes a programme's files for its office: rows of units.csv, lines of programme.toml. Comments are kept.

Pure: texts in, texts out. `loading.py` decides whether the result is a valid programme. This module compares the
two programmes to find units that take over the code of another one.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.programme.loading import read_csv
from chalicelib.domain.programme.making import UNIT_COLUMNS, Row, read_day
from chalicelib.domain.programme.model import Period, Programme, Unit
from chalicelib.domain.programme.writing import list_columns, write_csv

CERTAIN = "chắc chắn"
HEADINGS = {
    "code": "Mã", "name": "Tên gọi", "full_name": "Tên đầy đủ", "type": "Loại", "parent": "Cấp trên",
    "valid_from": "Từ ngày", "valid_to": "Đến ngày", "certain": "Xác nhận", "note": "Ghi chú",
}  # fmt: skip
"""Column headings of units.csv for people."""
MORE_HEADINGS = {"organisation_code": "Mã định danh"}
"""Headings of the columns that units.csv may have besides."""
ALL_HEADINGS = HEADINGS | MORE_HEADINGS


class UnitNotOpen(KeyError):
    """No unit with this code is open on that day."""


class CodeHeld(ValueError):
    """A unit that is open on that day already has this code."""


class ColumnsMissing(ValueError):
    """The list of units lacks columns; `args` are their headings."""


@dataclass(frozen=True)
class RosterChange:
    """The differences between two rosters: new rows, changed rows (before, after), and removed rows."""

    added: tuple[Row, ...]
    changed: tuple[tuple[Row, Row], ...]
    gone: tuple[Row, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)

    @property
    def leaving(self) -> tuple[str, ...]:
        """Codes of units that the change closes or removes. A unit whose first day was corrected is not among them."""
        closed = [after["code"] for before, after in self.changed if _is_shorter(after, before=before)]
        again = {(row["code"], row["full_name"]) for row in self.added}
        gone = [row["code"] for row in self.gone if (row["code"], row["full_name"]) not in again]
        return tuple(dict.fromkeys((*closed, *gone)))


def compare_rosters(before: Sequence[Row], after: Sequence[Row]) -> RosterChange:
    """Compares two rosters. Rows are matched by code and first day, because codes are reused."""

    def key(row: Row) -> tuple[str, str]:
        return row["code"], row["valid_from"]

    old, new = {key(row): row for row in before}, {key(row): row for row in after}
    pairs = [(old[each], row) for each, row in new.items() if each in old and _say(old[each]) != _say(row)]
    return RosterChange(
        added=tuple(row for each, row in new.items() if each not in old),
        changed=tuple(pairs),
        gone=tuple(row for each, row in old.items() if each not in new),
    )


def _say(row: Row) -> Row:
    """What a row says: a column that is missing says as much as a blank cell."""
    return {column: text for column, text in row.items() if text}


def read_rows(text: str) -> list[Row]:
    return [row for _, row in read_csv(text)]


def read_list(sheet: Sequence[Sequence[str]], unit_types: Mapping[str, str]) -> list[Row]:
    """The rows of a list of units, headings first; blank rows are left out. Raises ColumnsMissing.

    Columns may have the names of units.csv or of HEADINGS; types of units may be given by key or by name.
    """
    column_by_heading = {text: column for column, text in ALL_HEADINGS.items()} | {
        column: column for column in ALL_HEADINGS
    }
    columns = [column_by_heading.get(heading, "") for heading in (sheet[0] if sheet else ())]
    if missing := [HEADINGS[column] for column in UNIT_COLUMNS if column not in columns]:
        raise ColumnsMissing(*missing)
    type_by_name = {make_key(name): key for key, name in unit_types.items()}
    rows = [{column: text for column, text in zip(columns, cells, strict=True) if column} for cells in sheet[1:]]
    return [row | {"type": type_by_name.get(make_key(row["type"]), row["type"])} for row in rows if any(row.values())]


def list_unit_columns(rows: Sequence[Row]) -> list[str]:
    """The columns that a list of these units shows: those that must be there, and others that are filled in."""
    return [column for column in list_columns("units", rows) if column in ALL_HEADINGS]


def write_rows(rows: Sequence[Row]) -> str:
    """units.csv, with the byte order mark that Excel needs to see Vietnamese."""
    return "\ufeff" + write_csv("units", rows)


def edit_rows(text: str, change: Callable[[Row], Row | None]) -> str:
    """A CSV with its own columns and separator; a row that becomes None is left out. A text without changes stays."""
    rows = [row for _, row in read_csv(text)]
    changed = [new for row in rows if (new := change(row)) is not None]
    if changed == rows:
        return text
    out = io.StringIO()
    head = text.lstrip("\ufeff").partition("\n")[0]
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";" if head.count(";") > head.count(",") else ",",
                            lineterminator="\n")  # fmt: skip
    writer.writeheader()
    writer.writerows(changed)
    return ("\ufeff" if text.startswith("\ufeff") else "") + out.getvalue()


def close_unit(rows: Sequence[Row], code: str, last_day: date, note: str = "") -> list[Row]:
    """Sets the unit's last day; its reports stay. Raises UnitNotOpen."""
    ending = [row for row in rows if _is_open(row, code, after=last_day)]
    if not ending:
        raise UnitNotOpen(code)
    closed = {"valid_to": last_day.isoformat()}
    return [row | closed | {"note": _join(row["note"], more=note)} if row in ending else row for row in rows]


def open_unit(rows: Sequence[Row], unit: Mapping[str, str], first_day: date, note: str = "") -> list[Row]:
    """Appends a unit. Raises CodeHeld."""
    if any(_is_open(row, unit["code"], after=first_day - timedelta(days=1)) for row in rows):
        raise CodeHeld(unit["code"])
    made = dict.fromkeys(UNIT_COLUMNS, "") | {"certain": CERTAIN} | dict(unit)
    return [*rows, made | {"valid_from": first_day.isoformat(), "note": note}]


def merge_units(rows: Sequence[Row], codes: Sequence[str], into: Mapping[str, str], day: date) -> list[Row]:
    """Merges several units into one on `day`. Raises UnitNotOpen and CodeHeld."""
    last_day = day - timedelta(days=1)
    names = ", ".join(_name(rows, code, last_day) for code in codes)
    for code in codes:
        rows = close_unit(rows, code, last_day, f"Hợp nhất thành {into['full_name']}")
    return open_unit(rows, into, day, f"Hợp nhất từ {names}")


def split_unit(rows: Sequence[Row], code: str, parts: Sequence[Mapping[str, str]], day: date) -> list[Row]:
    """Splits one unit into several on `day`. Raises UnitNotOpen and CodeHeld."""
    last_day = day - timedelta(days=1)
    name = _name(rows, code, last_day)
    rows = close_unit(rows, code, last_day, f"Chia thành {', '.join(part['full_name'] for part in parts)}")
    for part in parts:
        rows = open_unit(rows, part, day, f"Chia từ {name}")
    return list(rows)


def _is_shorter(after: Row, *, before: Row) -> bool:
    last, until = read_day(after["valid_to"]), read_day(before["valid_to"])
    return last is not None and (until is None or last < until)


def _is_open(row: Row, code: str, *, after: date) -> bool:
    """Whether the row is of this unit, and the unit has no last day or a later one."""
    last_day = read_day(row["valid_to"]) if row["code"] == code else date.min
    return last_day is None or last_day > after


def _name(rows: Sequence[Row], code: str, day: date) -> str:
    return next((row["full_name"] for row in rows if _is_open(row, code, after=day)), code)


def _join(note: str, *, more: str) -> str:
    return "; ".join(part for part in (note, more) if part)


# Who holds a code


class Heir(NamedTuple):
    """A unit that takes over its code in a period; `before` is the unit that held it there until now, or None."""

    period: Period
    unit: Unit
    before: Unit | None


def find_heirs(before: Programme, after: Programme) -> list[Heir]:
    """Units that hold a code in `after` that in the same period of `before` another unit or no unit held."""
    found: list[Heir] = []
    for period in after.periods:
        known = before.period_by_code.get(period.code)
        held = _find_holders(before, known) if known else {}
        heirs = [Heir(period, unit, held.get(code)) for code, unit in _find_holders(after, period).items()]
        found += [heir for heir in heirs if heir.before is None or not is_same_unit(heir.before, other=heir.unit)]
    return found


def is_same_unit(one: Unit, *, other: Unit) -> bool:
    """Whether two rows with the same code are one unit: the name or the first day changed, but not both."""
    return one.code == other.code and (one.valid_from == other.valid_from or one.full_name == other.full_name)


def _find_holders(programme: Programme, period: Period) -> dict[str, Unit]:
    """The units that the period's reports belong to, by code."""
    return {unit.code: unit for unit in programme.units if unit.is_valid_on(period.data_to)}


# programme.toml


def set_period(text: str, period: Period, values: Mapping[str, str]) -> str:
    """Sets keys of the period's block; values are TOML. A period that a rule makes is written out as an exception."""
    try:
        return _change(
            text, kind="periods", is_wanted=lambda block: find_key(block, key="code") == period.code, values=values
        )
    except KeyError:
        return _append(text, kind="periods", values={**_write_period(period), **values})


def _write_period(period: Period) -> dict[str, str]:
    texts = {name: getattr(period, name) for name in ("code", "name", "compare_with", "source", "confirm")}
    return {name: json.dumps(value, ensure_ascii=False) for name, value in texts.items() if value} | {
        "data_from": period.data_from.isoformat(),
        "data_to": period.data_to.isoformat(),
        **{clock: write_instant(getattr(period, clock)) for clock in ("opens", "due", "lock")},
    }


def set_duty(text: str, *, unit_type: str, period: str, form: str, is_enabled: bool) -> str:
    """Switches a duty on or off; adds it if it is missing."""
    wanted = {"unit_type": unit_type, "period": period, "form": form}
    values = {"enabled": "true" if is_enabled else "false"}
    try:
        return _change(
            text,
            kind="duties",
            is_wanted=lambda block: all(find_key(block, key=key) == value for key, value in wanted.items()),
            values=values,
        )
    except KeyError:
        named = {key: f'"{value}"' for key, value in wanted.items()}
        return _append(text, kind="duties", values={**named, **values, "source": '"Cơ quan tổng hợp"'})


def set_severity(text: str, *, rule: str, severity: str) -> str:
    """Sets the severity of a rule in its form's file. Raises KeyError for a rule that the form does not have."""
    return _change(
        text,
        kind="rules",
        is_wanted=lambda block: find_key(block, key="id") == rule,
        values={"severity": json.dumps(severity)},
    )


_LIST = r"\[(?:[^\]\"'#]|#[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')*\]"
"""A list of texts as TOML writes it, over several lines or on one."""


def set_recipients(text: str, recipients: Sequence[str]) -> str:
    """Sets the recipients of the office. Raises KeyError if the file does not name them as a list."""
    written = json.dumps(list(recipients), ensure_ascii=False)  # a TOML list too
    head, mark, office = text.partition("\n[office]")
    changed, found = re.subn(rf"(?m)^(recipients\s*=\s*){_LIST}", lambda match: match[1] + written, office, count=1)
    if not found:
        raise KeyError("recipients")
    return head + mark + changed


def write_instant(moment: datetime) -> str:
    """The instant as in the file: a date if it is midnight in Viet Nam, otherwise a local date-time."""
    local = moment.astimezone(VIETNAM).replace(tzinfo=None)
    return local.date().isoformat() if local.time() == datetime.min.time() else local.isoformat(timespec="seconds")


def _change(text: str, *, kind: str, is_wanted: Callable[[str], bool], values: Mapping[str, str]) -> str:
    blocks = re.split(r"(?m)^(?=\[\[)", text)
    for number, block in enumerate(blocks):
        if block.startswith(f"[[{kind}]]") and is_wanted(block):
            for key, value in values.items():
                block = _set(block, key=key, value=value)
            blocks[number] = block
            return "".join(blocks)
    raise KeyError(kind)


def _append(text: str, *, kind: str, values: Mapping[str, str]) -> str:
    """The text with one more block."""
    lines = [f"{key} = {value}" for key, value in values.items()]
    return "\n".join([text.rstrip(), "", f"[[{kind}]]", *lines, ""])


def find_key(block: str, *, key: str) -> str:
    match = re.search(rf'(?m)^{key}\s*=\s*"([^"]*)"', block)
    return match[1] if match else ""


def _set(block: str, *, key: str, value: str) -> str:
    """Sets a key's value and keeps its comment; a missing key is inserted after the heading."""
    pattern = re.compile(rf"(?m)^({key}\s*=\s*)[^#\n]*?(\s*#[^\n]*)?$")
    if pattern.search(block):
        return pattern.sub(lambda match: match[1] + value + (match[2] or ""), block, count=1)
    heading, _, rest = block.partition("\n")
    return f"{heading}\n{key} = {value}\n{rest}"
