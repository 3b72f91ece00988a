"""One unit: whom to call, its links, how punctual it was over the periods, its main figures, all that it sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chalicelib.domain.clock import local_date
from chalicelib.domain.period.unit_history import Kept, count_punctuality, follow_figures, keep, list_duties
from chalicelib.domain.period.words import STANDING
from chalicelib.domain.period.worklist import place_review
from chalicelib.domain.programme.branches import has_branch, join_branch
from chalicelib.domain.programme.model import Programme, Unit
from chalicelib.domain.submission.earlier import YEARS_HELD, find_places, take_earlier
from chalicelib.store import obligations, programmes
from chalicelib.store.contacts import find_contact
from chalicelib.store.links import list_unit_links
from chalicelib.web.console.charts import draw_columns
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.links import label_link
from chalicelib.web.console.sessions import Session
from chalicelib.web.console.worklist import TRAYS
from chalicelib.web.problems import PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response
from chalicelib.web.unit.visits import Label

_TONES = {"on_time": "ok", "late": "warn", "missing": "bad"}


def show_unit(request: Request, session: Session, programme: str, *, unit: str) -> Response:
    """Its contact and links for who may see those, and its reports of this year and of those before."""
    desk = open_desk(request, session, programme)
    held = desk.programme.find_holder(unit, local_date(request.now))
    if held is None:
        raise PageUnknown
    followed = programmes.list_followed(desk.programme, most=YEARS_HELD)
    duties = list_duties(held, _find_day(desk, held), (desk.programme, *followed))
    own = [each.address for each in duties if each.programme is desk.programme]
    places = {address: find_places(address, desk.programme, *followed) for address in own}
    wanted = [*(each.address for each in duties), *(each for place in places.values() for each in place.all)]
    states = obligations.find_states(wanted)
    kept = keep(duties, states, now=request.now)
    latest = next((each for each in kept if each.duty.address in places and each.state.counts), None)
    lines = follow_figures(latest, take_earlier(places[latest.duty.address], states), followed) if latest else []
    links = list_unit_links(desk.programme.code, unit=unit) if desk.may("see_links") else []
    return desk.show(
        "one_unit.html",
        menu="don-vi",
        unit=held,
        types=desk.programme.unit_types,
        contact=find_contact(desk.programme.code, unit=unit) if desk.may("remind") else None,
        links=[(link, label_link(link, request.now)) for link in reversed(links)],
        kept=[(each, _label(each), _find_part(desk, each.duty.programme)) for each in kept],
        punctuality=count_punctuality(kept),
        latest=latest,
        lines=[(line, draw_columns([stage.value for stage in line.stages])) for line in lines],
        names=_list_names([[stage.period_name for stage in line.stages] for line in lines]),
    )


def _find_day(desk: Desk, unit: Unit) -> date:
    """A day on which the unit holds its code: the end of the page's period, or of the unit, or its beginning."""
    day = desk.period.data_to
    if unit.is_valid_on(day):
        return day
    return unit.valid_to or unit.valid_from or day


def _find_part(desk: Desk, programme: Programme) -> str:
    """The programme as addresses name it; "" where the user's branch is none of that year."""
    branch = desk.programme.branch
    return join_branch(programme.code, branch=branch) if has_branch(programme, branch) else ""


def _label(kept: Kept) -> Label:
    if kept.state.submission and not kept.state.counts:
        return TRAYS[place_review(kept.state.review)]
    if kept.standing is None:
        return Label("Chưa đến hạn", "none")
    return Label(STANDING[kept.standing], _TONES[kept.standing])


def _list_names(lines: Sequence[Sequence[str]]) -> list[str]:
    """The periods of the longest line first, so that they stand in the order of time."""
    longest = sorted(lines, key=len, reverse=True)
    return list(dict.fromkeys(name for line in longest for name in line))
