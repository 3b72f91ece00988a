"""The report's Word template: filled in on trial with the figures of now, and replaced by a change of the programme,
from which the next edition takes it."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.office.changes import ProgrammeChange
from chalicelib.office.refusals import Refusal
from chalicelib.store import drafts, programmes


def find_name(programme: Programme, period: Period) -> str:
    """The file of the programme that is the period's template: its own if it has one, otherwise that of all periods."""
    from chalicelib.report.document.template import STEM, TEMPLATE  # imported here: slow to import and rarely needed

    own = f"{STEM}-{period.code}.docx"
    return own if own in programmes.load_files(programme.code, programme.version) else TEMPLATE


def read_template(programme: Programme, period: Period) -> bytes:
    """The template in force: the programme's, or the one that all programmes have."""
    from chalicelib.report.document.template import find_template

    return find_template(programmes.load_files(programme.code, programme.version), period.code)


def replace_template(programme: Programme, period: Period, data: bytes) -> ProgrammeChange:
    """The change that puts this template in the place of the period's."""
    from chalicelib.report.document.template import TEMPLATE

    name = find_name(programme, period)
    whose = "chung của các kỳ không có mẫu riêng" if name == TEMPLATE else f"riêng của {period.name}"
    return ProgrammeChange({name: data}, f"mẫu Word của báo cáo, {whose}")


def fill_in(programme: Programme, period: Period, data: bytes, *, now: datetime) -> bytes:
    """The report of the period as it stands, in this template. Raises Refusal with what is wrong with the template."""
    from chalicelib.report.gather import consolidate_standing
    from chalicelib.report.rendering import try_document

    draft = drafts.find_latest_draft(programme.code, period=period.code)
    made = consolidate_standing(programme, period.code, as_of=now)
    trial = EditionInfo(number=0, made=now, is_frozen=False)
    document, why = try_document(made, trial, data, draft.texts if draft else {})
    if why:
        raise Refusal(why)
    return document
