"""The roster of units: reads a change, which is shown with its effects, and puts it in force.

Units are opened, closed, merged and split on a day, or the whole list is replaced. Each verb gives a `NewRoster`;
only `change_roster` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.audit import Stamp
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.programme import amendments
from chalicelib.domain.programme.amendments import CodeHeld, ColumnsMissing, UnitNotOpen
from chalicelib.domain.programme.loading import UNITS
from chalicelib.domain.programme.making import Row
from chalicelib.domain.programme.model import Programme
from chalicelib.office import contacts
from chalicelib.office.changes import ProgrammeChange, make_change, preview_change
from chalicelib.office.prepared import PreparedChange, Preview
from chalicelib.office.programme import read_file
from chalicelib.office.refusals import Refusal
from chalicelib.store.programmes import Version, load_files

Fields = Mapping[str, str]
"""A new unit: code, name, full_name, type."""


@dataclass(frozen=True)
class NewRoster:
    """The new units.csv, the change in words, and the contacts that come with it."""

    data: bytes
    what: str
    contacts: Sequence[Contact] = ()

    @property
    def change(self) -> ProgrammeChange:
        """The change of the programme; contacts are no part of it."""
        return ProgrammeChange({UNITS: self.data}, self.what)


# Reading a change


def open_unit(programme: Programme, unit: Fields, *, first_day: date) -> NewRoster:
    """Opens a unit. Raises Refusal if an open unit has the code."""
    what = f"mở {unit['full_name']} từ {format_day(first_day)}"
    return _change(programme, what, lambda rows: amendments.open_unit(rows, unit, first_day))


def close_unit(programme: Programme, code: str, *, last_day: date) -> NewRoster:
    """Closes a unit. Raises Refusal if no open unit has this code."""
    what = f"đóng {programme.name_unit(code)}, ngày cuối {format_day(last_day)}"
    return _change(programme, what, lambda rows: amendments.close_unit(rows, code, last_day))


def merge_units(programme: Programme, codes: Sequence[str], *, into: Fields, day: date) -> NewRoster:
    """Merges several units into one on `day`. Raises Refusal for fewer than two, and as opening and closing do."""
    codes = list(dict.fromkeys(codes))
    if len(codes) < 2:
        raise Refusal("Hợp nhất cần ít nhất hai mã đơn vị.")
    names = ", ".join(map(programme.name_unit, codes))
    what = f"hợp nhất {names} thành {into['full_name']} từ {format_day(day)}"
    return _change(programme, what, lambda rows: amendments.merge_units(rows, codes, into, day))


def split_unit(programme: Programme, code: str, *, parts: Sequence[Fields], day: date) -> NewRoster:
    """Splits one unit into several of its type, below its unit above, on `day`. Raises Refusal as opening and closing
    do."""
    unit = programme.unit_by_code.get(code)
    typed = [{**part, "type": unit.type if unit else "", "parent": unit.parent if unit else ""} for part in parts]
    names = ", ".join(part["full_name"] for part in parts)
    what = f"chia {programme.name_unit(code)} thành {names} từ {format_day(day)}"
    return _change(programme, what, lambda rows: amendments.split_unit(rows, code, typed, day))


def read_sheet(programme: Programme, sheet: Sequence[Sequence[str]], *, has_contacts: bool) -> NewRoster:
    """The whole list from a workbook's sheet, headings first. Raises Refusal if columns are missing.

    Without `has_contacts` the sender may not change contacts, and their columns are ignored.
    """
    try:
        listed = amendments.read_list(sheet, programme.unit_types)
    except ColumnsMissing as missing:
        raise Refusal(f"Dòng đầu của tệp Excel thiếu cột: {', '.join(missing.args)}.") from None
    changed = contacts.read_changes(programme, sheet) if has_contacts else ()
    return NewRoster(_write(programme, listed), f"nhập danh sách {len(listed)} đơn vị từ tệp Excel", changed)


def read_csv(data: bytes) -> NewRoster:
    """The whole list as the text of units.csv. It is checked when it is put in force."""
    return NewRoster(data, "thay danh sách đơn vị từ tệp CSV")


def list_rows(programme: Programme) -> list[Row]:
    """The rows of the present roster."""
    return amendments.read_rows(read_file(programme, UNITS))


def _change(programme: Programme, what: str, edit: Callable[[list[Row]], list[Row]]) -> NewRoster:
    try:
        return NewRoster(_write(programme, edit(list_rows(programme))), what)
    except UnitNotOpen as unknown:
        raise Refusal(f"Không có đơn vị nào đang hoạt động mang mã {unknown.args[0]}.") from None
    except CodeHeld as held:
        raise Refusal(f"Mã {held.args[0]} đang thuộc về một đơn vị khác.") from None


def _write(programme: Programme, rows: Sequence[Row]) -> bytes:
    """units.csv with these rows; the file unchanged if the rows are."""
    if rows == list_rows(programme):
        return load_files(programme.code, programme.version)[UNITS]
    return amendments.write_rows(rows).encode()


# Making a change


def prepare_roster(programme: Programme, new: NewRoster, *, stamp: Stamp) -> PreparedChange:
    """The new roster, ready to be shown and put in force."""
    return PreparedChange(
        new.what,
        lambda: preview_roster(programme, new, now=stamp.at),
        lambda: change_roster(programme, new, stamp=stamp),
    )


def preview_roster(programme: Programme, new: NewRoster, *, now: datetime) -> Preview:
    """Everything that the change would do, and every mistake, those of its contacts too."""
    preview = preview_change(programme, new.change, now=now)
    return preview._replace(mistakes=[*preview.mistakes, *contacts.find_mistakes(programme, new.contacts)])


def change_roster(programme: Programme, new: NewRoster, *, stamp: Stamp) -> Version:
    """Puts the roster in force and keeps its contacts. Raises Mistaken and Moved; nothing is changed then."""
    contacts.check_contacts(programme, new.contacts)
    version = make_change(programme, new.change, stamp=stamp)
    contacts.put_contacts(programme, new.contacts, stamp=stamp)
    return version
