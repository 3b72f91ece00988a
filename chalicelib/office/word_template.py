"""The report's Word template: filled in on trial with the figures of now, then put in force with a new version of the
programme, from which the next edition takes it."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.office.programme import put_in_force
from chalicelib.office.refusals import Refusal
from chalicelib.report.gather import consolidate_standing
from chalicelib.report.rendering import try_document
from chalicelib.store import drafts, programmes
from chalicelib.store.programmes import Version


def find_name(programme: Programme, period: Period) -> str:
    """The file of the programme that is the period's template: its own if it has one, otherwise that of all periods."""
    from chalicelib.report.document.template import STEM, TEMPLATE  # imported here: slow to import and rarely needed

    own = f"{STEM}-{period.code}.docx"
    return own if own in programmes.load_files(programme.code, programme.version) else TEMPLATE


def read_template(programme: Programme, period: Period) -> bytes:
    """The template in force: the programme's, or the one that all programmes have."""
    from chalicelib.report.document.template import find_template

    return find_template(programmes.load_files(programme.code, programme.version), period.code)


def find_mistakes(programme: Programme, period: Period, data: bytes) -> tuple[str, ...]:
    """What keeps a template from being put in force, each with its place; none if it could be."""
    from chalicelib.report.document.trial import check_documents

    return tuple(problem.what for problem in check_documents({find_name(programme, period): data}, programme))


def fill_in(programme: Programme, period: Period, data: bytes, *, now: datetime) -> bytes:
    """The report of the period as it stands, in this template. Raises Refusal with what is wrong with the template."""
    draft = drafts.find_latest_draft(programme.code, period=period.code)
    made = consolidate_standing(programme, period.code, as_of=now)
    trial = EditionInfo(number=0, made=now, is_frozen=False)
    document, why = try_document(made, trial, data, draft.texts if draft else {})
    if why:
        raise Refusal(why)
    return document


def put_template(programme: Programme, period: Period, data: bytes, *, stamp: Stamp) -> Version:
    """Puts the template in force. Raises Mistaken, and Moved if another version of the programme is by now."""
    name = find_name(programme, period)
    return put_in_force(programme, {name: data}, what=f"mẫu Word của báo cáo ({name})", stamp=stamp)
