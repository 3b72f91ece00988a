"""Checks Word templates where they come in: reads them, then fills them on trial with reports that nobody sent, so that
what only shows when a document is filled shows before an edition needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo, find_differences, take_snapshot
from chalicelib.domain.programme.loading import Problem
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.invented import TEXT, invent_submission
from chalicelib.domain.submission.records import State, Submission
from chalicelib.report.document.render import render_document
from chalicelib.report.document.template import STEM, Mistake, TemplateInvalid, check_template

_NAME = re.compile(rf"{STEM}(?:-(?P<period>.+))?\.docx")
"""A period may have its own template."""

_MEANT = re.compile(rf"[\W_]*{STEM}.*\.(?:docx?|docm|dotx)", re.IGNORECASE)


def check_documents(documents: Mapping[str, bytes], programme: Programme) -> list[Problem]:
    """Every mistake in the templates among a programme's files (name to bytes), with file and place."""
    problems = []
    for name, data in documents.items():
        match = _NAME.fullmatch(name)
        if match is None:
            problems += [Problem(name, 0, _MISNAMED)] if _MEANT.fullmatch(name) else []
        elif match["period"] and match["period"] not in programme.period_by_code:
            problems.append(Problem(name, 0, f"không có kỳ “{match['period']}”"))
        periods = [each for each in programme.periods if _serves(name, each, documents)]
        problems += [Problem(name, 0, str(each)) for each in _find_mistakes(data, programme, periods)] if match else []
    return problems


_MISNAMED = f"tên không phải tên của mẫu Word: cần {STEM}.docx, hoặc {STEM}-<mã kỳ>.docx cho riêng một kỳ"


def _serves(name: str, period: Period, documents: Mapping[str, bytes]) -> bool:
    own = f"{STEM}-{period.code}.docx"
    return name == own or (own not in documents and name == f"{STEM}.docx")


def _find_mistakes(template: bytes, programme: Programme, periods: list[Period]) -> Sequence[Mistake]:
    """Those that can be read; without any, those of filling it in for one of its periods."""
    if mistakes := check_template(template, programme):
        return mistakes
    return _try(_Trial(template, programme.model_dump_json(), periods[-1].code, programme)) if periods else ()


@dataclass(frozen=True)
class _Trial:
    template: bytes
    contents: str
    period: str
    programme: Programme = field(compare=False)


@lru_cache(maxsize=16)
def _try(trial: _Trial) -> tuple[Mistake, ...]:
    """The mistakes of filling the template in as a supplement with all there is. Folders are imported repeatedly."""
    programme, period = trial.programme, trial.programme.period_by_code[trial.period]
    made = _consolidate_full(programme, period)
    before = consolidate(programme, period.code, [], as_of=period.opens)
    changes = tuple(find_differences(take_snapshot(before), take_snapshot(made), made.reporting.statuses))
    edition = EditionInfo(2, made.as_of, is_frozen=True, reason=TEXT, differences=changes, previous_number=1)
    try:
        render_document(made, edition, trial.template)
    except TemplateInvalid as invalid:
        return invalid.mistakes
    except Exception as error:  # a template is a small program, which may fail in any way
        return (Mistake("mẫu Word", "", f"không điền được ({type(error).__name__}: {error})"),)
    return ()


# Reports that nobody sent


def render_trial(programme: Programme, period: Period, template: bytes) -> bytes:
    """The Word document of a period in which the first unit of each type has sent an invented report.

    Raises TemplateInvalid.
    """
    made = _consolidate_full(programme, period)
    return render_document(made, EditionInfo(number=0, made=made.as_of, is_frozen=False), template)


def _consolidate_full(programme: Programme, period: Period) -> Consolidation:
    """The first unit of each type has reported, late; the others have not. The period is compared with itself."""
    first = {unit.type: unit.code for unit in reversed(programme.units) if unit.is_valid_on(period.data_to)}
    owed = [each for each in programme.obligations(period.code) if each.unit in first.values()]
    states = [_make_state(invent_submission(programme, period, each)) for each in owed]
    as_of = period.lock + timedelta(days=1)
    before = consolidate(programme, period.code, states, as_of=as_of)
    return consolidate(programme, period.code, states, as_of=as_of, previous=before)


def _make_state(submission: Submission) -> State:
    return State(
        address=submission.address, change=1, revision=1, submission=submission, first_received=submission.received,
        timeliness=Timeliness.LATE,
    )  # fmt: skip
