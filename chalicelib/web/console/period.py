"""The page where the day begins: what of a period waits, how far the period is, and the targets met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.targets import TargetState
from chalicelib.domain.period.timeliness import Standing, find_rates
from chalicelib.domain.programme.branches import join_branch
from chalicelib.office import reminders
from chalicelib.web.console.charts import draw_arrivals
from chalicelib.web.console.desk import Desk, find_latest, list_open, name_latest, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.console.worklist import FLAGS, ORDERS, TRAYS, Worklist, open_worklist, say_done
from chalicelib.web.request import Request
from chalicelib.web.response import Response
from chalicelib.web.unit.visits import Label, count_days

if TYPE_CHECKING:
    from chalicelib.report.shown import Figures

_TONES = {TargetState.MET: "ok", TargetState.UNMET: "bad", TargetState.IN_PROGRESS: "wait"}
TARGETS = {state: Label(word, _TONES.get(state, "none")) for state, word in words.TARGET.items()}


def go_home(request: Request, session: Session) -> Response:
    """Redirects to the current period of the latest programme."""
    desk = open_desk(request, session, find_latest(session.branch))
    return desk.go(f"ky/{desk.part}/{desk.period.code}")


def go_to_programme(request: Request, session: Session, programme: str) -> Response:
    """Redirects to the current period of this programme."""
    desk = open_desk(request, session, programme)
    return desk.go(f"ky/{programme}/{desk.period.code}")


def show_period(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The worklist, as the address asks for it, and the period at a glance."""
    desk = open_desk(request, session, programme, period=period)
    return show_worklist(desk, open_worklist(desk, request.query))


def show_worklist(desk: Desk, worklist: Worklist, **values: Any) -> Response:
    """The page. `values` say what came of something that was to be done to several reports at once."""
    statuses = [row.status for row in worklist.rows]
    now = desk.request.now
    typed = {"den-luc": "", "ly-do": ""}
    told = {"refused": (), "mistake": "", "typed": typed, "said": say_done(desk.request.query.get("xong", ""))} | values
    return desk.show(
        "period.html", menu="ky", worklist=worklist, trays=TRAYS, flags=FLAGS, orders=ORDERS, Standing=Standing,
        rates=find_rates(desk.programme, statuses), chart=draw_arrivals(desk.period, statuses, now),
        days=count_days(desk.period.due, now=now), silence=reminders.find_obstacle(desk.period, now), **told,
    )  # fmt: skip


def show_targets(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The targets, judged by the figures that the page of figures shows."""
    desk = open_desk(request, session, programme, period=period)
    source = find_figures(desk)
    targets = source.figures.targets if source else ()
    return desk.show("targets.html", menu="ky", source=source, targets=targets, target_states=TARGETS)


def show_programmes(request: Request, session: Session) -> Response:
    """The programmes that the user may look at, the latest first."""
    known = sorted(list_open(session.branch), key=lambda each: (-each.year, each.code))
    desk = open_desk(request, session, name_latest(known, branch=session.branch))
    listed = [(each, join_branch(each.code, branch=session.branch), each.current_period(request.now)) for each in known]
    return desk.show("programmes.html", listed=listed)


def find_figures(desk: Desk, *, years: int = 1) -> Figures | None:
    """The period's figures, as an edition has them; None of a large period without an edition that keeps them."""
    from chalicelib.report import shown

    return shown.find_figures(desk.programme, desk.period.code, as_of=desk.request.now, years=years)


def gather(desk: Desk, *, years: int = 1) -> Consolidation:
    """The period consolidated from what counts now, as in an edition, compared with so many years before it."""
    from chalicelib.report.gather import consolidate_standing

    return consolidate_standing(desk.programme, desk.period.code, as_of=desk.request.now, years=years)
