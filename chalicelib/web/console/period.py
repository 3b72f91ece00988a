"""Overview of a period: which units have reported, the totals, and the targets met."""

from __future__ import annotations

from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.subtotals import group_units
from chalicelib.domain.period.targets import TargetState
from chalicelib.domain.period.timeliness import ALL_TYPES, ObligationStatus, Standing
from chalicelib.domain.programme.branches import has_branch, join_branch
from chalicelib.domain.programme.model import Unit
from chalicelib.domain.submission.records import Review
from chalicelib.store import programmes
from chalicelib.store.obligations import query_period
from chalicelib.web.console.charts import draw_arrivals
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.problems import PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response
from chalicelib.web.unit.visits import Label, count_days

_TONES = {TargetState.MET: "ok", TargetState.UNMET: "bad", TargetState.IN_PROGRESS: "wait"}
TARGETS = {state: Label(word, _TONES.get(state, "none")) for state, word in words.TARGET.items()}


def go_home(request: Request, session: Session) -> Response:
    """Redirects to the current period of the latest programme."""
    loaded = (programmes.load_in_force(code) for code in programmes.list_programmes())
    known = [each for each in loaded if has_branch(each, session.branch)]
    if not known:
        raise PageUnknown("Chưa có chương trình nào được nhập vào hệ thống.")
    latest = max(known, key=lambda each: (each.year, each.version))
    desk = open_desk(request, session, join_branch(latest.code, branch=session.branch))
    return desk.go(f"ky/{desk.part}/{desk.period.code}")


def go_to_programme(request: Request, session: Session, programme: str) -> Response:
    """Redirects to the current period of this programme."""
    desk = open_desk(request, session, programme)
    return desk.go(f"ky/{programme}/{desk.period.code}")


def show_period(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The overview."""
    desk = open_desk(request, session, programme, period=period)
    consolidation = gather(desk)
    rates = {rate.unit_type: rate for rate in consolidation.reporting.rates}
    return desk.show(
        "period.html",
        menu="ky",
        consolidation=consolidation,
        rates=consolidation.reporting.rates,
        total=rates[ALL_TYPES],
        shares=rates[ALL_TYPES].shares,
        Standing=Standing,
        chart=draw_arrivals(desk.period, consolidation.reporting.statuses, request.now),
        days=count_days(desk.period.due, now=request.now),
        former=_list_former(desk, consolidation),
        grid=make_grid(consolidation, is_open=request.now >= desk.period.opens),
        targets=[(result, TARGETS[result.state]) for result in consolidation.targets],
        target_states=TARGETS,
        codes=() if desk.programme.branch else programmes.list_programmes(),
    )


def _list_former(desk: Desk, consolidation: Consolidation) -> list[tuple[Unit, str]]:
    """Reports of units that are closed by now: kept, but counted nowhere."""
    former = desk.programme.unit_by_code.keys() & consolidation.reporting.outsiders
    states = query_period(desk.programme.code, period=desk.period.code) if former else []
    return [
        (desk.programme.unit_by_code[state.address.unit], state.address.form)
        for state in states
        if state.submission and state.address.unit in former
    ]


def gather(desk: Desk) -> Consolidation:
    """The period consolidated from what counts now, as in an edition."""
    from chalicelib.report.gather import consolidate_standing

    return consolidate_standing(desk.programme, desk.period.code, as_of=desk.request.now)


def make_grid(
    consolidation: Consolidation, *, is_open: bool
) -> list[tuple[str, list[tuple[object, list[tuple[object, Label | None]]]]]]:
    """Unit types, by the unit above where there is one, with their units, each with its status and label per form; None
    if the unit does not owe the form."""
    grid = []
    for unit_type in consolidation.tally.unit_types:
        for group in group_units(consolidation.tally.units_of(unit_type)):
            rows = []
            for unit in group.units:
                cells = [
                    consolidation.reporting.status_by_key.get((unit.code, form.code))
                    for form in consolidation.tally.forms
                ]
                rows.append((unit, [(cell, label_status(cell, is_open=is_open) if cell else None) for cell in cells]))
            above = f" – {consolidation.programme.name_unit(group.above)}" if group.above else ""
            grid.append((consolidation.programme.unit_types[unit_type] + above, rows))
    return grid  # type: ignore[return-value]


def label_status(status: ObligationStatus, *, is_open: bool) -> Label:
    """The text of a status in the grid."""
    if status.review in (Review.RETURNED, Review.WITHDRAWN):
        return Label(words.REVIEW[status.review], "bad" if status.review is Review.RETURNED else "none")
    if status.standing is Standing.MISSING and not is_open:
        return Label("Chưa đến kỳ", "none")
    if status.standing is Standing.MISSING:
        word = words.STANDING[status.standing]
        return Label(f"{word}, bản gửi có lỗi", "bad") if status.was_refused else Label(word, "wait")
    word = words.REVIEW[status.review or Review.RECEIVED]
    tone = "warn" if status.standing is Standing.LATE else "ok"
    return Label(f"{word}, {words.STANDING[status.standing].lower()}", tone)
