"""What the page of editions says of the next one: whether anything has changed, and what it would be.

A small period is gathered as it is for an edition. A large one is not added up for a page: its latest edition says by
marks of states how many reports have come or changed since.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.period.consolidate import find_phase
from chalicelib.domain.period.consolidation import Phase
from chalicelib.domain.programme.branches import name_part
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.records import Edition
from chalicelib.report import publish, shown
from chalicelib.report.gather import describe_confirmations, describe_draft
from chalicelib.report.shown import News


class Outlook(NamedTuple):
    """The next edition. `reason` is what a supplement states by itself, `open_points` how many points nobody has
    confirmed; of a large period both are unknown, and `news` tells how the latest edition stands to this moment. It is
    settled then as far as its own reports tell: a period that it is compared with may have changed."""

    is_settled: bool
    is_supplement: bool = False
    reason: str = ""
    open_points: int = 0
    news: News | None = None


def look_ahead(programme: Programme, period: Period, latest: Edition | None, *, now: datetime) -> Outlook:
    """The outlook of a programme, or of one of its branches that issues reports, after its latest edition."""
    if shown.is_large(programme, period.code):
        return _look_from(programme, period, latest, now)
    facts = publish.gather(name_part(programme), period_code=period.code, now=now)
    is_settled = latest is not None and latest.inputs_hash == facts.consolidation.inputs_hash
    edition = publish.decide(facts)
    if edition is None:
        return Outlook(is_settled)
    return Outlook(is_settled, edition.is_supplement, edition.reason, len(edition.points.open))


def _look_from(programme: Programme, period: Period, latest: Edition | None, now: datetime) -> Outlook:
    if latest is None:
        return Outlook(is_settled=False)
    phase, figures = find_phase(period, now), shown.find_figures(programme, period.code, as_of=now)
    news = figures.news if figures else None
    is_same = news is not None and not news.changed and not news.is_other_programme
    is_later = phase is not find_phase(period, latest.made)
    is_settled = is_same and not is_later and latest.office == _describe_office(programme, period)
    return Outlook(is_settled, is_supplement=phase is Phase.LOCKED and latest.frozen, news=news)


def _describe_office(programme: Programme, period: Period) -> dict[str, str]:
    draft, confirmed = publish.find_office(programme, period.code)
    return describe_draft(draft) | describe_confirmations(confirmed)
