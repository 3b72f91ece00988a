"""The report's Word template: fetched for editing, sent back, looked at with its effects and today's figures, then
put in force."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from chalicelib.office import word_template as office
from chalicelib.office.changes import prepare_change
from chalicelib.store.addresses import import_key, is_import_key
from chalicelib.store.handouts import hand_out, presign_import, read_import
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_or_make
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal
from chalicelib.web.problems import PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect

_IN_FORCE, _TRIAL = "mau-word.docx", "xem-thu.docx"


def show_template(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The form that sends a template. S3 leads back here with its key: then what it would change."""
    desk = open_desk(request, session, programme, period=period)
    if key := request.query.get("key", ""):
        return _show_or_make(desk, key, confirmed=False)
    redirect_to = f"{request.base}/pv05/{_find_path(desk)}"
    return desk.show(
        "word_template.html", menu="nghia-vu", here=_find_path(desk),
        form=presign_import(import_key(secrets.token_hex(16)), redirect=redirect_to),
        own=office.find_name(desk.programme, desk.period), in_force=_IN_FORCE,
    )  # fmt: skip


def change_template(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Puts the template that was sent in force, once it is confirmed what that does."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    return _show_or_make(desk, request.form.get("key", ""), confirmed=is_confirmed(desk))


def _show_or_make(desk: Desk, key: str, *, confirmed: bool) -> Response:
    change, here = office.replace_template(desk.programme, desk.period, _read_sent(key)), _find_path(desk)
    trial = (f"{here}/{_TRIAL}?{urlencode({'key': key})}", "Tải báo cáo in theo mẫu này, với số liệu và lời hiện nay")
    prepared, page = prepare_change(desk.programme, change, stamp=desk.stamp), ChangePage(here, menu="nghia-vu")
    return show_or_make(desk, prepared, page, confirmed=confirmed, fields={"key": key}, trial=trial)


def _find_path(desk: Desk) -> str:
    return f"mau-word/{desk.programme.code}/{desk.period.code}"


def _read_sent(key: str) -> bytes:
    if not is_import_key(key):
        raise PageUnknown
    return read_import(key)


def download_template(request: Request, session: Session, programme: str, *, period: str, name: str) -> Response:
    """Redirects to the template in force, or to the report as the template that was sent would print it now."""
    desk = open_desk(request, session, programme, period=period)
    if name == _IN_FORCE:
        data = office.read_template(desk.programme, desk.period)
    elif name == _TRIAL:
        sent = _read_sent(request.query.get("key", ""))
        data = office.fill_in(desk.programme, desk.period, sent, now=request.now)
    else:
        raise PageUnknown
    return redirect(hand_out(data, file_name=f"{programme}-{period}-{name}"))
