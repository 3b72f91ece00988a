"""Duties and periods: which units owe which form when, and the clocks of each period."""

from __future__ import annotations

from chalicelib.domain.language.vietnamese import render_instant
from chalicelib.domain.programme.amendments import set_duty, set_period, write_instant
from chalicelib.domain.programme.loading import PROGRAMME
from chalicelib.domain.programme.model import Duty
from chalicelib.web.answer import Answer
from chalicelib.web.console.desk import open_desk
from chalicelib.web.console.programme_changes import put_in_force, read_file
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, read_moment, read_text
from chalicelib.web.problems import FormWrong, PageUnknown
from chalicelib.web.request import Request


def show_duties(request: Request, session: Session, programme: str) -> Answer:
    """Every period with its clocks and its duties."""
    desk = open_desk(request, session, programme)
    by_period: dict[str, list[Duty]] = {}
    for duty in desk.programme.duties:
        by_period.setdefault(duty.period, []).append(duty)
    counts = {period.code: len(desk.programme.obligations(period.code)) for period in desk.programme.periods}
    return desk.show(
        "duties.html", menu="nghia-vu", by_period=by_period, types=desk.programme.unit_types, counts=counts,
        forms=desk.programme.form_by_code,
    )  # fmt: skip


def change_period(request: Request, session: Session, programme: str, period: str) -> Answer:
    """Moves the clocks of one period."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period)
    fields = {"opens": ("mo", "Mở"), "due": ("han", "Hạn"), "lock": ("khoa", "Khóa")}
    moments = {key: read_moment(request, name, label=label, needs_time=True) for key, (name, label) in fields.items()}
    if not moments["opens"] < moments["due"] <= moments["lock"]:
        raise FormWrong("Phải theo thứ tự: mở, hạn, khóa.")
    grace = read_text(request, "an-han", label="Ân hạn (giờ)", most=4)
    if not grace.isdigit():
        raise FormWrong("Ân hạn là một số giờ, ví dụ 0 hoặc 12.")
    values = {key: write_instant(moment) for key, moment in moments.items()} | {"grace_hours": grace}
    what = "; ".join(f"{label} {render_instant(moments[key])}" for key, (_, label) in fields.items())
    put_in_force(
        desk, {PROGRAMME: set_period(read_file(desk, PROGRAMME), period, values)}, f"{desk.period.name}: {what}"
    )
    return desk.go(f"nghia-vu/{programme}?xong=imported")


def change_duty(request: Request, session: Session, programme: str, period: str) -> Answer:
    """Switches one duty on or off."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period)
    unit_type, form = request.form.get("loai", ""), request.form.get("bieu", "")
    if unit_type not in desk.programme.unit_types or form not in desk.programme.form_by_code:
        raise PageUnknown
    is_enabled = request.form.get("viec") == "bat"
    text = set_duty(read_file(desk, PROGRAMME), unit_type, period, form, is_enabled=is_enabled)
    names = desk.programme.form_by_code[form].title, desk.programme.unit_types[unit_type], desk.period.name
    put_in_force(desk, {PROGRAMME: text}, f"{'bật' if is_enabled else 'tắt'} nghĩa vụ: {', '.join(names)}")
    return desk.go(f"nghia-vu/{programme}?xong=imported")
