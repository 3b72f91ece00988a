"""The units: exported and imported in Excel, opened, closed, merged and split on a day."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from datetime import date

from chalicelib.domain.amendments import close_unit, merge_units, open_unit, read_rows, split_unit, write_rows
from chalicelib.domain.issues import Refused
from chalicelib.domain.loading import UNIT_COLUMNS, UNITS, Row
from chalicelib.domain.reminders import Contact
from chalicelib.store import reminders
from chalicelib.store.handouts import hand_out, presign_import, read_import
from chalicelib.web.answer import Answer, redirect
from chalicelib.web.desk import Desk, open_desk
from chalicelib.web.forms import check_seal, read_text
from chalicelib.web.problems import FormWrong, PageUnknown
from chalicelib.web.programme_changes import put_in_force, read_file
from chalicelib.web.request import Request
from chalicelib.web.sessions import Session
from chalicelib.workbook.lists import XLSX, read_list, write_list

_IMPORT = re.compile(r"handouts/imports/[0-9a-f]{32}")
_HEADINGS = {
    "code": "Mã", "name": "Tên gọi", "full_name": "Tên đầy đủ", "type": "Loại", "parent": "Cấp trên",
    "valid_from": "Từ ngày", "valid_to": "Đến ngày", "certain": "Xác nhận", "note": "Ghi chú",
}  # fmt: skip


def show_roster(request: Request, session: Session, programme: str) -> Answer:
    """All units of the programme with their dates, and the forms that change them."""
    desk = open_desk(request, session, programme)
    form = None
    if desk.may("change_programme"):
        redirect_to = f"{request.base}/pv05/don-vi/{programme}/xem-truoc"
        form = presign_import(f"handouts/imports/{secrets.token_hex(16)}", redirect=redirect_to)
    return desk.show(
        "roster.html", menu="don-vi", headings=_HEADINGS, rows=read_rows(read_file(desk, UNITS)), form=form,
        types=desk.programme.unit_types, contacts=reminders.find_contacts(programme), units=desk.programme.units,
    )  # fmt: skip


def export_roster(request: Request, session: Session, programme: str) -> Answer:
    """The roster as a workbook that can be changed and imported again."""
    desk = open_desk(request, session, programme)
    rows = ([row.get(column, "") for column in UNIT_COLUMNS] for row in read_rows(read_file(desk, UNITS)))
    data = write_list("Đơn vị", [_HEADINGS[column] for column in UNIT_COLUMNS], rows)
    return redirect(hand_out(data, file_name=f"don-vi-{programme}.xlsx", content_type=XLSX))


def preview_import(request: Request, session: Session, programme: str) -> Answer:
    """Where storage sends the browser back to: what the workbook would change."""
    desk = open_desk(request, session, programme)
    key = request.query.get("key", "")
    before, after = read_rows(read_file(desk, UNITS)), _read_import(key)
    return desk.show(
        "roster_import.html", menu="don-vi", key=key, headings=_HEADINGS, columns=UNIT_COLUMNS,
        added=[row for row in after if row not in before], gone=[row for row in before if row not in after],
        number=len(after),
    )  # fmt: skip


def apply_import(request: Request, session: Session, programme: str) -> Answer:
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    put_in_force(desk, {UNITS: write_rows(_read_import(request.form.get("key", "")))})
    return desk.go(f"don-vi/{programme}?xong=imported")


def _read_import(key: str) -> list[Row]:
    if not _IMPORT.fullmatch(key):
        raise PageUnknown
    try:
        rows = read_list(read_import(key))
    except Refused as refused:
        raise FormWrong(refused.issue.message) from None
    column_by_heading = {text: column for column, text in _HEADINGS.items()} | {column: column for column in _HEADINGS}
    columns = [column_by_heading.get(heading) for heading in (rows[0] if rows else [])]
    missing = [_HEADINGS[column] for column in UNIT_COLUMNS if column not in columns]
    if missing:
        raise FormWrong(f"Dòng đầu của sổ tính thiếu cột: {', '.join(missing)}.")
    made = [{column: text for column, text in zip(columns, row, strict=True) if column} for row in rows[1:]]
    return [{column: row.get(column, "") for column in UNIT_COLUMNS} for row in made if any(row.values())]


# One change at a time


def change_roster(request: Request, session: Session, programme: str) -> Answer:
    """Opens, closes, merges or splits."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    changes: dict[str, Callable[[Request, Sequence[Row]], list[Row]]] = {
        "mo": _open, "dong": _close, "hop-nhat": _merge, "chia": _split,
    }  # fmt: skip
    change = changes.get(request.form.get("viec", ""))
    if change is None:
        raise FormWrong
    try:
        rows = change(request, read_rows(read_file(desk, UNITS)))
    except KeyError as error:
        raise FormWrong(f"Không có đơn vị nào đang hoạt động mang mã {error}.") from None
    except ValueError as error:
        raise FormWrong(f"Mã {error} đang thuộc về một đơn vị khác.") from None
    put_in_force(desk, {UNITS: write_rows(rows)})
    return desk.go(f"don-vi/{programme}?xong=imported")


def _open(request: Request, rows: Sequence[Row]) -> list[Row]:
    return open_unit(rows, _read_unit(request), _read_day(request), "")


def _close(request: Request, rows: Sequence[Row]) -> list[Row]:
    return close_unit(rows, read_text(request, "ma-cu", label="Đơn vị"), _read_day(request))


def _merge(request: Request, rows: Sequence[Row]) -> list[Row]:
    codes = read_text(request, "cac-ma", label="Mã các đơn vị hợp nhất").replace(",", " ").split()
    return merge_units(rows, codes, _read_unit(request), _read_day(request))


def _split(request: Request, rows: Sequence[Row]) -> list[Row]:
    lines = read_text(request, "cac-phan", label="Các đơn vị mới").splitlines()
    code = read_text(request, "ma-cu", label="Đơn vị")
    kind = next((row["type"] for row in rows if row["code"] == code), "")
    return split_unit(rows, code, [_read_part(line, kind) for line in lines if line.strip()], _read_day(request))


def _read_part(line: str, kind: str) -> dict[str, str]:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 3 or not all(parts):
        raise FormWrong("Mỗi dòng là một đơn vị mới: mã; tên gọi; tên đầy đủ.")
    return {"code": parts[0], "name": parts[1], "full_name": parts[2], "type": kind}


def _read_unit(request: Request) -> dict[str, str]:
    fields = {"code": "Mã", "name": "Tên gọi", "full_name": "Tên đầy đủ", "type": "Loại"}
    return {name: read_text(request, name, label=label, most=200) for name, label in fields.items()}


def _read_day(request: Request) -> date:
    try:
        return date.fromisoformat(read_text(request, "ngay", label="Ngày", most=10))
    except ValueError:
        raise FormWrong("Mục “Ngày” không phải là ngày.") from None


# Whom to call


def change_contact(request: Request, session: Session, programme: str, unit: str) -> Answer:
    """Who is called and written to at a unit; the only personal data here, optional, for the console alone."""
    check_seal(request, session.secret)
    desk: Desk = open_desk(request, session, programme)
    if unit not in desk.programme.unit_by_code:
        raise PageUnknown
    mail = read_text(request, "thu", label="Thư điện tử", most=200, needed=False)
    if mail and not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", mail):
        raise FormWrong("Địa chỉ thư điện tử không hợp lệ.")
    contact = Contact(
        unit=unit, mail=mail,
        name=read_text(request, "nguoi", label="Người liên hệ", most=200, needed=False),
        phone=read_text(request, "dien-thoai", label="Điện thoại", most=50, needed=False),
    )  # fmt: skip
    reminders.put_contact(programme, contact)
    desk.note("contact.changed", f"unit:{unit}")
    return desk.go(f"don-vi/{programme}?xong=saved#{unit}")
