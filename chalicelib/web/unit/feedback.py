"""What became of a unit's figures: as they stand in the frozen report, its targets, and the office's remark."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.domain.programme.model import Form, Period
from chalicelib.domain.submission.records import Edition, EditionInput, Submission
from chalicelib.intake.feedback import note_opening
from chalicelib.report.unit_targets import read_unit_targets
from chalicelib.store import editions, submissions
from chalicelib.store.feedback import find_feedback
from chalicelib.web.lines import Line, make_sections
from chalicelib.web.problems import PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response
from chalicelib.web.unit.page import render_visit
from chalicelib.web.unit.visits import Visit, open_visit


class Reported(NamedTuple):
    """One of the unit's reports as the edition has it; no sections where nothing of it counted."""

    form: Form
    revision: Submission | None
    sections: list[tuple[str, list[Line]]]


def show_feedback(request: Request, token: str, *, period: str) -> Response:
    """The page for one period. It says so where no report was made yet; nothing is read of a period before its lock."""
    visit = open_visit(request, token)
    found = visit.programme.period_by_code.get(period)
    if found is None or not found.is_locked(request.now):
        raise PageUnknown
    code, unit = visit.programme.code, visit.unit.code
    edition = editions.find_latest_edition(code, period=period)
    if edition is None or not edition.frozen:
        return render_visit(request, "unit_feedback.html", visit, period=found, edition=None)
    feedback = find_feedback(code, period=period, unit=unit)
    reported = [_find_reported(visit, form, found, edition) for form in visit.programme.forms_of(visit.unit, found)]
    page = render_visit(
        request, "unit_feedback.html", visit, period=found, edition=edition, feedback=feedback, reported=reported,
        targets=read_unit_targets(edition, unit), labels=visit.programme.indicator_by_code,
    )  # fmt: skip
    note_opening(visit.link, feedback, edition, now=request.now)
    return page


def _find_reported(visit: Visit, form: Form, period: Period, edition: Edition) -> Reported:
    counted = _find_input(edition, form.code, unit=visit.unit.code)
    address = visit.address(period.code, form=form.code)
    revision = submissions.find_revision(address, counted.revision) if counted else None
    if revision is None:
        return Reported(form, None, [])
    return Reported(form, revision, make_sections(visit.programme, revision, form=form, period=period, unit=visit.unit))


def _find_input(edition: Edition, form: str, *, unit: str) -> EditionInput | None:
    return next((each for each in edition.inputs if (each.unit, each.form) == (unit, form)), None)
