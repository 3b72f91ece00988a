"""The units: exported and imported in Excel, opened, closed, merged and split on a day."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from chalicelib.domain.clock import VIETNAM, local_date
from chalicelib.domain.issues.issue import Refused
from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.period.reminders import Contact
from chalicelib.domain.programme.amendments import (
    HEADINGS,
    RosterChange,
    close_unit,
    compare_rosters,
    merge_units,
    open_unit,
    read_rows,
    split_unit,
    write_rows,
)
from chalicelib.domain.programme.loading import UNIT_COLUMNS, UNITS, Row
from chalicelib.domain.submission.records import State
from chalicelib.store import reminders
from chalicelib.store.handouts import hand_out, presign_import, read_import
from chalicelib.store.links import list_links
from chalicelib.store.obligations import query_period
from chalicelib.web.answer import Answer, redirect
from chalicelib.web.console.contacts import COLUMNS, find_mistake, list_cells, put_contacts, read_changes
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.programme_changes import find_mistakes, put_in_force, read_file
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, read_moment, read_text
from chalicelib.web.problems import FormWrong, PageUnknown
from chalicelib.web.request import Request
from chalicelib.workbook.lists import XLSX, read_list, write_list

_IMPORT = re.compile(r"handouts/imports/[0-9a-f]{32}")
_NOT_KEPT = ("mau", "xac-nhan")


class Change(NamedTuple):
    """The rows that a change makes, what it is in words, and the contacts that come with it (a workbook's)."""

    rows: list[Row]
    what: str
    contacts: Sequence[Contact] = ()


def show_roster(request: Request, session: Session, programme: str) -> Answer:
    """All units of the programme with their dates, and the forms that change them."""
    desk = open_desk(request, session, programme)
    form = None
    if desk.may("change_programme"):
        redirect_to = f"{request.base}/pv05/don-vi/{programme}/xem-truoc"
        form = presign_import(f"handouts/imports/{secrets.token_hex(16)}", redirect=redirect_to)
    return desk.show(
        "roster.html", menu="don-vi", headings=HEADINGS, rows=read_rows(read_file(desk, UNITS)), form=form,
        types=desk.programme.unit_types, contacts=reminders.find_contacts(programme), units=desk.programme.units,
        today=request.now.astimezone(VIETNAM).date().isoformat(),
    )  # fmt: skip


def export_roster(request: Request, session: Session, programme: str) -> Answer:
    """The roster as a workbook that can be changed and imported again; with contacts for who may see them."""
    desk = open_desk(request, session, programme)
    types, listed = desk.programme.unit_types, read_rows(read_file(desk, UNITS))
    headings = [HEADINGS[column] for column in UNIT_COLUMNS]
    rows = [[types.get(row[column], row[column]) if column == "type" else row[column] for column in UNIT_COLUMNS]
            for row in listed]  # fmt: skip
    if desk.may("remind"):
        contacts = reminders.find_contacts(programme)
        headings += COLUMNS.values()
        rows = [cells + list_cells(contacts.get(row["code"])) for cells, row in zip(rows, listed, strict=True)]
    data = write_list("Đơn vị", headings, rows)
    return redirect(hand_out(data, file_name=f"don-vi-{programme}.xlsx", content_type=XLSX))


# Changes: first shown with what they would do, then made


def preview_import(request: Request, session: Session, programme: str) -> Answer:
    """Where storage sends the browser back to: what the workbook would change."""
    desk = open_desk(request, session, programme)
    key = request.query.get("key", "")
    return _preview(desk, _read_import(desk, key), {"viec": "nhap", "key": key})


def change_roster(request: Request, session: Session, programme: str) -> Answer:
    """Opens, closes, merges, splits or imports: shown first, done where the form confirms it."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    change = _read_change(desk)
    if request.form.get("xac-nhan") != "co":
        return _preview(desk, change, {name: text for name, text in request.form.items() if name not in _NOT_KEPT})
    if mistakes := _find_own_mistakes(desk, change, _compare(desk, change)):
        raise FormWrong(" ".join(mistakes))
    put_in_force(desk, {UNITS: write_rows(change.rows)}, change.what)
    put_contacts(desk, change.contacts)
    return desk.go(f"don-vi/{programme}?xong=imported")


def _preview(desk: Desk, change: Change, fields: Mapping[str, str]) -> Answer:
    compared = _compare(desk, change)
    mistakes = find_mistakes(desk, {UNITS: write_rows(change.rows)}) + _find_own_mistakes(desk, change, compared)
    return desk.show(
        "roster_preview.html", menu="don-vi", what=change.what, change=compared, mistakes=mistakes,
        headings=HEADINGS, columns=UNIT_COLUMNS, types=desk.programme.unit_types, contact_columns=COLUMNS.values(),
        contacts=[(_name(desk, each.unit), list_cells(each)) for each in change.contacts],
        leaving=_count_traces(desk, compared.leaving),
        fields={"phien-ban": str(desk.programme.version)} | dict(fields),
    )  # fmt: skip


def _compare(desk: Desk, change: Change) -> RosterChange:
    return compare_rosters(read_rows(read_file(desk, UNITS)), change.rows)


def _find_own_mistakes(desk: Desk, change: Change, compared: RosterChange) -> list[str]:
    """What the programme's own files do not show: codes that are taken by reports, contacts that cannot be kept."""
    told = ((each.unit, find_mistake(each)) for each in change.contacts)
    return [*_find_heirs(desk, compared), *(f"{_name(desk, unit)}: {mistake}" for unit, mistake in told if mistake)]


def _count_traces(desk: Desk, codes: Sequence[str]) -> list[tuple[str, int, int]]:
    """Units that leave: the name of each, its reports, and its links that are in use."""
    if not codes:
        return []
    sent = Counter(state.address.unit for state in _list_states(desk) if state.submission)
    links = Counter(link.unit for link in list_links(desk.programme.code) if link.is_valid(desk.request.now))
    return [(_name(desk, code), sent[code], links[code]) for code in codes]


def _find_heirs(desk: Desk, change: RosterChange) -> list[str]:
    """New units whose code an earlier unit has reported under, in a period that is theirs now: a mistake each.

    A row whose first day was mended is gone and new at once, and is still the same unit.
    """
    taken = desk.programme.unit_by_code.keys() - {row["code"] for row in change.gone}
    again = [row for row in change.added if row["code"] in taken]
    states = _list_states(desk) if again else []
    ends = {period.code: period.data_to.isoformat() for period in desk.programme.periods}
    return [
        f"Mã {row['code']} đã có báo cáo của đơn vị trước; {row['full_name']} cần mã khác."
        for row in again
        if any(each.address.unit == row["code"] and ends[each.address.period] >= row["valid_from"] for each in states)
    ]


def _list_states(desk: Desk) -> list[State]:
    programme = desk.programme
    return [state for period in programme.periods for state in query_period(programme.code, period.code)]


def _read_change(desk: Desk) -> Change:
    changes: dict[str, Callable[[Desk, Sequence[Row]], Change]] = {
        "mo": _open, "dong": _close, "hop-nhat": _merge, "chia": _split, "nhap": _import,
    }  # fmt: skip
    change = changes.get(desk.request.form.get("viec", ""))
    if change is None:
        raise FormWrong
    try:
        return change(desk, read_rows(read_file(desk, UNITS)))
    except KeyError as error:
        raise FormWrong(f"Không có đơn vị nào đang hoạt động mang mã {error}.") from None
    except ValueError as error:
        raise FormWrong(f"Mã {error} đang thuộc về một đơn vị khác.") from None


def _import(desk: Desk, _: Sequence[Row]) -> Change:
    return _read_import(desk, desk.request.form.get("key", ""))


def _read_import(desk: Desk, key: str) -> Change:
    """Types of units may be written as the programme keeps them or as people read them."""
    rows = _read_sheet(key)
    column_by_heading = {text: column for column, text in HEADINGS.items()} | {column: column for column in HEADINGS}
    columns = [column_by_heading.get(heading) for heading in (rows[0] if rows else [])]
    missing = [HEADINGS[column] for column in UNIT_COLUMNS if column not in columns]
    if missing:
        raise FormWrong(f"Dòng đầu của tệp Excel thiếu cột: {', '.join(missing)}.")
    made = [{column: text for column, text in zip(columns, row, strict=True) if column} for row in rows[1:]]
    type_by_name = {make_key(name): key for key, name in desk.programme.unit_types.items()}
    listed = [
        {column: row.get(column, "") for column in UNIT_COLUMNS}
        | {"type": type_by_name.get(make_key(row.get("type", "")), row.get("type", ""))}
        for row in made
        if any(row.values())
    ]
    return Change(listed, f"nhập danh sách {len(listed)} đơn vị từ tệp Excel", read_changes(desk, rows))


def _read_sheet(key: str) -> list[list[str]]:
    if not _IMPORT.fullmatch(key):
        raise PageUnknown
    try:
        return read_list(read_import(key))
    except Refused as refused:
        raise FormWrong(refused.issue.message) from None


def _open(desk: Desk, rows: Sequence[Row]) -> Change:
    unit, day = _read_unit(desk.request), _read_day(desk.request)
    return Change(open_unit(rows, unit, day, ""), f"mở {unit['full_name']} từ {format_day(day)}")


def _close(desk: Desk, rows: Sequence[Row]) -> Change:
    code, day = read_text(desk.request, "ma-cu", label="Đơn vị"), _read_day(desk.request)
    return Change(close_unit(rows, code, day), f"đóng {_name(desk, code)}, ngày cuối {format_day(day)}")


def _merge(desk: Desk, rows: Sequence[Row]) -> Change:
    codes = re.split(r"[\s,;]+", read_text(desk.request, "cac-ma", label="Mã các đơn vị hợp nhất"))
    codes = list(dict.fromkeys(code for code in codes if code))
    if len(codes) < 2:
        raise FormWrong("Hợp nhất cần ít nhất hai mã đơn vị, cách nhau bằng dấu phẩy.")
    unit, day = _read_unit(desk.request), _read_day(desk.request)
    names = ", ".join(_name(desk, code) for code in codes)
    what = f"hợp nhất {names} thành {unit['full_name']} từ {format_day(day)}"
    return Change(merge_units(rows, codes, unit, day), what)


def _split(desk: Desk, rows: Sequence[Row]) -> Change:
    lines = read_text(desk.request, "cac-phan", label="Các đơn vị mới").splitlines()
    code, day = read_text(desk.request, "ma-cu", label="Đơn vị"), _read_day(desk.request)
    kind = next((row["type"] for row in rows if row["code"] == code), "")
    parts = [_read_part(line, kind) for line in lines if line.strip()]
    names = ", ".join(part["full_name"] for part in parts)
    what = f"chia {_name(desk, code)} thành {names} từ {format_day(day)}"
    return Change(split_unit(rows, code, parts, day), what)


def _name(desk: Desk, code: str) -> str:
    return desk.programme.unit_by_code[code].full_name if code in desk.programme.unit_by_code else code


def _read_part(line: str, kind: str) -> dict[str, str]:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 3 or not all(parts):
        raise FormWrong("Mỗi dòng là một đơn vị mới: mã; tên gọi; tên đầy đủ.")
    return {"code": parts[0], "name": parts[1], "full_name": parts[2], "type": kind}


def _read_unit(request: Request) -> dict[str, str]:
    fields = ("code", "name", "full_name", "type")
    return {name: read_text(request, name, label=HEADINGS[name], most=200) for name in fields}


def _read_day(request: Request) -> date:
    return local_date(read_moment(request, "ngay", label="Ngày") - timedelta(days=1))
