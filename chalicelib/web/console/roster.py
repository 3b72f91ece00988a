"""The roster of units: exported and imported as Excel; units are opened, closed, merged and split on a day."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from chalicelib.domain.clock import VIETNAM, local_date
from chalicelib.domain.issues.issue import Refused
from chalicelib.domain.language.spelling import is_found
from chalicelib.domain.programme.amendments import ALL_HEADINGS, HEADINGS, list_unit_columns
from chalicelib.domain.programme.making import Row, read_day
from chalicelib.office import roster
from chalicelib.office.contacts import COLUMNS, list_cells
from chalicelib.store.addresses import import_key, is_import_key
from chalicelib.store.contacts import find_contacts
from chalicelib.store.handouts import hand_out, presign_import, read_import
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_or_make
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, read_moment, read_text
from chalicelib.web.paging import cut_page
from chalicelib.web.problems import FormWrong, PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect
from chalicelib.workbook.lists import read_list, write_list


def show_roster(request: Request, session: Session, programme: str) -> Response:
    """The units of the programme with their dates, fifty to a page, and the forms that change them."""
    desk = open_desk(request, session, programme)
    form, listed, words = None, _list_rows(desk), request.query.get("tim", "").strip()
    found = [row for row in listed if is_found(words, row["code"], row["full_name"])]
    if desk.may("change_programme"):
        redirect_to = f"{request.base}/pv05/don-vi/{programme}/xem-truoc"
        form = presign_import(import_key(secrets.token_hex(16)), redirect=redirect_to)
    return desk.show(
        "roster.html", menu="don-vi", headings=ALL_HEADINGS, columns=list_unit_columns(listed), number=len(listed),
        page=cut_page(found, request.query.get("trang", "")), words=words,
        names_above={row["parent"]: desk.programme.name_unit(row["parent"]) for row in listed if row["parent"]},
        form=form,
        types=desk.programme.unit_types, contacts=find_contacts(desk.programme.code),
        today=request.now.astimezone(VIETNAM).date().isoformat(),
    )  # fmt: skip


def write_place(given: Mapping[str, str]) -> str:
    """The part of the roster that a request asked for, as an address says it: what was searched for, and the page."""
    return urlencode({name: given[name] for name in ("tim", "trang") if given.get(name)})


def export_roster(request: Request, session: Session, programme: str) -> Response:
    """The roster as a workbook that can be edited and imported again; with contacts if the user may see them."""
    desk = open_desk(request, session, programme)
    types, listed = desk.programme.unit_types, _list_rows(desk)
    columns = list_unit_columns(listed)
    headings = [ALL_HEADINGS[column] for column in columns]
    rows = [[types.get(row[column], row[column]) if column == "type" else row[column] for column in columns]
            for row in listed]  # fmt: skip
    if desk.may("remind"):
        contacts = find_contacts(programme)
        headings += COLUMNS.values()
        rows = [cells + list_cells(contacts.get(row["code"])) for cells, row in zip(rows, listed, strict=True)]
    data = write_list("Đơn vị", headings, rows)
    return redirect(hand_out(data, file_name=f"don-vi-{programme}.xlsx"))


def _list_rows(desk: Desk) -> list[Row]:
    """The rows of the desk's units."""
    own = {(unit.code, unit.valid_from) for unit in desk.programme.units}
    return [row for row in roster.list_rows(desk.programme) if (row["code"], read_day(row["valid_from"])) in own]


# Changes: shown with their effects first, then made


def preview_import(request: Request, session: Session, programme: str) -> Response:
    """The page to which S3 redirects the browser: shows what the workbook would change."""
    desk = open_desk(request, session, programme)
    key = request.query.get("key", "")
    fields, action = {"viec": "nhap", "key": key}, f"pv05/don-vi/{programme}"
    return _show_or_make(desk, _read_import(desk, key), confirmed=False, fields=fields, action=action)


def change_roster(request: Request, session: Session, programme: str) -> Response:
    """Opens, closes, merges, splits or imports: shows the effects, and makes the change if the form confirms it."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    confirmed = is_confirmed(desk)
    return _show_or_make(desk, _read_change(desk), confirmed=confirmed)


def _show_or_make(desk: Desk, change: roster.NewRoster, *, confirmed: bool, **values: Any) -> Response:
    page = ChangePage(f"don-vi/{desk.programme.code}", menu="don-vi")
    contacts = [(desk.programme.name_unit(each.unit), list_cells(each)) for each in change.contacts]
    return show_or_make(
        desk, roster.prepare_roster(desk.programme, change, stamp=desk.stamp), page, confirmed=confirmed,
        contacts=contacts, contact_columns=COLUMNS.values(), **values,
    )  # fmt: skip


# The forms, as changes of the roster


def _read_change(desk: Desk) -> roster.NewRoster:
    changes: dict[str, Callable[[Desk], roster.NewRoster]] = {
        "mo": _open, "dong": _close, "hop-nhat": _merge, "chia": _split, "nhap": _import,
    }  # fmt: skip
    change = changes.get(desk.request.form.get("viec", ""))
    if change is None:
        raise FormWrong
    return change(desk)


def _import(desk: Desk) -> roster.NewRoster:
    return _read_import(desk, desk.request.form.get("key", ""))


def _read_import(desk: Desk, key: str) -> roster.NewRoster:
    if not is_import_key(key):
        raise PageUnknown
    try:
        sheet = read_list(read_import(key))
    except Refused as refused:
        raise FormWrong(refused.issue.message) from None
    return roster.read_sheet(desk.programme, sheet, has_contacts=desk.may("remind"))


def _open(desk: Desk) -> roster.NewRoster:
    return roster.open_unit(desk.programme, _read_unit(desk.request), first_day=_read_day(desk.request))


def _close(desk: Desk) -> roster.NewRoster:
    code = read_text(desk.request, "ma-cu", label="Đơn vị")
    return roster.close_unit(desk.programme, code, last_day=_read_day(desk.request))


def _merge(desk: Desk) -> roster.NewRoster:
    written = read_text(desk.request, "cac-ma", label="Mã các đơn vị hợp nhất")
    codes = [code for code in re.split(r"[\s,;]+", written) if code]
    return roster.merge_units(desk.programme, codes, into=_read_unit(desk.request), day=_read_day(desk.request))


def _split(desk: Desk) -> roster.NewRoster:
    lines = read_text(desk.request, "cac-phan", label="Các đơn vị mới").splitlines()
    parts = [_read_part(line) for line in lines if line.strip()]
    code = read_text(desk.request, "ma-cu", label="Đơn vị")
    return roster.split_unit(desk.programme, code, parts=parts, day=_read_day(desk.request))


def _read_part(line: str) -> dict[str, str]:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 3 or not all(parts):
        raise FormWrong("Mỗi dòng là một đơn vị mới: mã; tên gọi; tên đầy đủ.")
    return {"code": parts[0], "name": parts[1], "full_name": parts[2]}


def _read_unit(request: Request) -> dict[str, str]:
    fields = ("code", "name", "full_name", "type")
    needed = {name: read_text(request, name, label=HEADINGS[name], most=200) for name in fields}
    return needed | {"parent": request.form.get("parent", "").strip()}


def _read_day(request: Request) -> date:
    return local_date(read_moment(request, "ngay", label="Ngày") - timedelta(days=1))
