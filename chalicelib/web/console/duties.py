"""Duties and periods: which unit type owes which form in which period, and the clocks of each period."""

from __future__ import annotations

from chalicelib.domain.programme.confirming import list_unconfirmed
from chalicelib.domain.programme.model import Duty
from chalicelib.office.changes import prepare_change
from chalicelib.office.duties import CLOCKS, Clocks, move_clocks, switch_duty
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_or_make
from chalicelib.web.console.desk import open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, parse_number, read_moment, read_text
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request
from chalicelib.web.response import Response

_FIELDS = {"opens": "mo", "due": "han", "lock": "khoa"}


def show_duties(request: Request, session: Session, programme: str) -> Response:
    """What of the programme is still to be confirmed, and every period with its clocks and its duties."""
    desk = open_desk(request, session, programme)
    by_period: dict[str, list[Duty]] = {}
    for duty in desk.programme.duties:
        by_period.setdefault(duty.period, []).append(duty)
    counts = {period.code: len(desk.programme.obligations(period.code)) for period in desk.programme.periods}
    return desk.show(
        "duties.html", menu="nghia-vu", by_period=by_period, types=desk.programme.unit_types, counts=counts,
        forms=desk.programme.form_by_code, unconfirmed=list_unconfirmed(desk.programme),
    )  # fmt: skip


def change_period(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Moves the clocks of one period, once it is confirmed what that does."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    confirmed = is_confirmed(desk)
    moments = {
        clock: read_moment(request, field, label=CLOCKS[clock], needs_time=True) for clock, field in _FIELDS.items()
    }
    grace = parse_number(read_text(request, "an-han", label="Ân hạn (giờ)", most=4))
    if grace is None:
        raise FormWrong("Ân hạn là một số giờ, ví dụ 0 hoặc 12.")
    change = move_clocks(desk.programme, desk.period, Clocks(**moments, grace_hours=grace))
    prepared = prepare_change(desk.programme, change, stamp=desk.stamp)
    return show_or_make(desk, prepared, ChangePage(f"nghia-vu/{programme}", menu="nghia-vu"), confirmed=confirmed)


def change_duty(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Switches one duty on or off, once it is confirmed what that does."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    confirmed = is_confirmed(desk)
    unit_type, form = request.form.get("loai", ""), request.form.get("bieu", "")
    duty = Duty(unit_type=unit_type, period=period, form=form, enabled=request.form.get("viec") == "bat")
    change = switch_duty(desk.programme, duty)
    prepared = prepare_change(desk.programme, change, stamp=desk.stamp)
    return show_or_make(desk, prepared, ChangePage(f"nghia-vu/{programme}", menu="nghia-vu"), confirmed=confirmed)
