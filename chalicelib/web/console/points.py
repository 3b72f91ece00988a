"""Points to look at before an edition: what is odd about which figure, and the office's word for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from chalicelib.domain.period.points import ADVICE, LONGEST_NOTE, NAMES, Confirmation, Point, find_latest
from chalicelib.domain.programme.model import Indicator
from chalicelib.office import points as office
from chalicelib.office.points import Statement
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_or_make
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request
from chalicelib.web.response import Response

if TYPE_CHECKING:
    from chalicelib.report.points import PointsNow

_NOTE, _STATE = "y-kien:", "so-lieu:"


@dataclass(frozen=True)
class ShownPoint:
    """A point as the page shows it. `form` is that of the unit's report, "" for the province's figure; `said` is the
    office's word for it, `former` one for other figures, `typed` a note that was not kept."""

    point: Point
    unit: str
    indicator: Indicator
    form: str = ""
    justification: str = ""
    said: Confirmation | None = None
    former: Confirmation | None = None
    typed: str = ""


def show_points(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The open points, the oddest first, and those that are confirmed."""
    return _show(open_desk(request, session, programme, period=period))


def _show(desk: Desk, *, moved: Sequence[Statement] = ()) -> Response:
    from chalicelib.report.points import gather_points

    looked = gather_points(desk.programme, desk.period.code, now=desk.request.now)
    typed = {each.point: each.note for each in moved}
    listed = [_describe(looked, point, typed=typed.get(point.key, "")) for point in looked.points.listed]
    confirmed = [_describe(looked, point, said=said) for point, said in looked.points.confirmed]
    groups = [(NAMES[doubt], ADVICE[doubt], list(each)) for doubt, each in groupby(listed, lambda one: one.point.doubt)]
    return desk.show(
        "points.html", menu="ky", groups=groups, confirmed=confirmed, left_out=looked.points.left_out,
        number=len(looked.points.open), moved=moved, most=LONGEST_NOTE,
    )  # fmt: skip


def _describe(looked: PointsNow, point: Point, *, said: Confirmation | None = None, typed: str = "") -> ShownPoint:
    tally, former = looked.consolidation.tally, find_latest(looked.confirmations).get(point.key)
    form = tally.figures[point.indicator][point.unit].form if point.unit else ""
    status = looked.consolidation.reporting.status_by_key.get((point.unit, form))
    return ShownPoint(
        point=point,
        unit=tally.programme.name_fully(tally.unit_by_code[point.unit]) if point.unit else "Số chung",
        indicator=tally.programme.indicator_by_code[point.indicator],
        form=form,
        justification=status.justification if status else "",
        said=said,
        former=former if former and former.note and not said else None,
        typed=typed,
    )


def confirm_points(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Confirms every point beside which a note was written."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    statements = list(_read_statements(request))
    if not statements:
        raise FormWrong("Xin ghi ý kiến ở ít nhất một điểm.")
    moved = office.confirm_points(desk.programme, period=period, statements=statements, stamp=desk.stamp)
    if moved:
        return _show(desk, moved=moved)
    return desk.go(f"diem-can-xem-lai/{programme}/{period}?xong=confirmed")


def _read_statements(request: Request) -> Iterator[Statement]:
    for name, note in request.form.items():
        if name.startswith(_NOTE) and note.strip():
            key = name.removeprefix(_NOTE)
            yield Statement(key, request.form.get(_STATE + key, ""), note)


def reopen_point(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Takes the confirmation of one point back, once it is confirmed what that does."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    point = request.form.get("muc", "")
    change = office.prepare_reopening(desk.programme, period=period, point=point, stamp=desk.stamp)
    page = ChangePage(f"diem-can-xem-lai/{programme}/{period}", menu="ky", done="reopened", button="Mở lại")
    return show_or_make(desk, change, page, confirmed=is_confirmed(desk))
