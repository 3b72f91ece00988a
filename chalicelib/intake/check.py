"""Checks one workbook: guard, read, locate, normalise, compute, check. Bytes in, an `Outcome` out, nothing written.

The order is the sender's: the right form, version, unit and period first, then structure, cells, and rules
across cells. Where a step makes the next one meaningless it is the last; within a step everything is found
in one pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chalicelib.domain.issues.issue import Issue, Refused, Severity, cap_issues, gather_alike, make_issue
from chalicelib.domain.programme.model import Form, Indicator, Narrative, Period, Programme, Table, Unit
from chalicelib.domain.programme.scales import Scale
from chalicelib.domain.submission.checks import check_form
from chalicelib.domain.submission.filled_form import AskedCell, FilledForm, compute_totals
from chalicelib.domain.submission.nothing_to_report import confirm_noughts
from chalicelib.domain.submission.numbers import parse_stored
from chalicelib.domain.submission.records import Address, Outcome, Status
from chalicelib.intake.marks_of_secrecy import find_marks, find_marks_in_name
from chalicelib.intake.normalise import Normalised, normalise
from chalicelib.workbook.form.layout import find_identities, locate
from chalicelib.workbook.form.marks import Identity
from chalicelib.workbook.form.places import Located, Place
from chalicelib.workbook.reading import book as workbook
from chalicelib.workbook.reading.book import CellKind
from chalicelib.workbook.reading.reader import read_workbook


@dataclass(frozen=True)
class Task:
    """Which form of the programme the workbook is read as."""

    form: Form
    version: int
    unit: Unit
    period: Period
    rows: tuple[Indicator, ...]
    tables: tuple[Table, ...]
    narratives: tuple[Narrative, ...]


_TOLD_AS_ONE = frozenset({"row.unused", "form.label_differs", "form.unit_differs", "form.code_twice"})
"""Issues of which many have one making, such as rows that were sorted."""


class _Stopped(Exception):
    """Checking cannot go on; `issues` say why."""

    def __init__(self, *issues: Issue, keep_bytes: bool = True) -> None:
        self.issues = issues
        self.keep_bytes = keep_bytes


def check_workbook(
    data: bytes,
    programme: Programme | Callable[[str], Programme],
    *,
    expected: Address | None = None,
    file_name: str = "",
) -> Outcome:
    """What `data` holds and what is wrong with it; never raises for anything that stands in the bytes.

    `programme` may be a function from the code that the workbook's marks name ("" for none).
    `expected` is what the upload was made for, None offline. `file_name` is what the sender calls the file: it is
    looked at for a mark of secrecy alone. What the unit said before is held against the outcome afterwards
    (`domain/submission/earlier.py`).
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        _refuse_secrets(find_marks_in_name(file_name, where="tên tệp"))
        book = read_workbook(data)
        _refuse_secrets(find_marks(book))
        chosen = programme if isinstance(programme, Programme) else programme(_name_programme(book))
        return _check_form(book, _identify(book, chosen, expected), sha256)
    except Refused as refused:
        return Outcome(status=Status.REJECTED, sha256=sha256, issues=(refused.issue,))
    except _Stopped as stopped:
        return Outcome(status=Status.REJECTED, sha256=sha256, issues=stopped.issues, keep_bytes=stopped.keep_bytes)


def name_programme(data: bytes) -> str:
    """The programme that the workbook's marks name, or "" where it has none or cannot be read."""
    try:
        return _name_programme(read_workbook(data))
    except Refused:
        return ""


def _name_programme(book: workbook.Book) -> str:
    identities = find_identities(book)
    return identities[0].programme if identities else ""


def _check_form(book: workbook.Book, task: Task, sha256: str) -> Outcome:
    """Normalise, compute, check. Of a form that is mangled nothing more is said: everything would seem missing."""
    is_current = task.version == task.form.version
    located = locate(book, task.form, task.rows, task.tables, task.narratives, is_current=is_current)
    read = normalise(located, task.form, task.rows, task.narratives, task.period)
    filled = _fill_in(task, located, read)
    issues = gather_alike([*located.issues, *read.issues], _TOLD_AS_ONE)
    if not any(issue.code == "form.mangled" for issue in issues):
        filled = compute_totals(confirm_noughts(filled))
        issues += check_form(filled)
    is_rejected = any(issue.severity is Severity.ERROR for issue in issues)
    return Outcome(
        status=Status.REJECTED if is_rejected else Status.ACCEPTED,
        sha256=sha256,
        form=task.form.code,
        version=task.version,
        unit=task.unit.code,
        period=task.period.code,
        values=dict(filled.values),
        tables=read.tables,
        narratives=read.narratives,
        remarks={code: str(figure.value) for code, figure in read.remarks.items()},
        normalisations=tuple(read.changes),
        confirmed=tuple(filled.marked),
        issues=cap_issues(issues),
        notes=book.notes,
    )


def _fill_in(task: Task, located: Located, read: Normalised) -> FilledForm:
    told = [*located.issues, *read.issues]
    places = located.values | located.narratives
    scales = {row.code: task.form.find_scale(row) for row in task.rows if row.computed}
    return FilledForm(
        form=task.form,
        period=task.period,
        rows=task.rows,
        tables=task.tables,
        cells={
            code: _make_asked_cell(place, read.typed_totals.get(code, ""), scales.get(code))
            for code, place in places.items()
        },
        values=read.values,
        table_rows=read.tables,
        total_rows=read.totals,
        lost=frozenset(located.lost),
        narratives=read.narratives,
        remarks=read.remarks,
        marked=read.marked,
        unreadable=frozenset((issue.sheet, cell) for issue in told for cell in (issue.cell, *issue.related))
        | read.unread,
        unit_type=task.unit.type,
    )


def _make_asked_cell(place: Place, typed: str, scale: Scale | None) -> AskedCell:
    """`typed` is the number that stands as text in the cell of a total, in the unit of measure."""
    cell = place.cell
    if cell is None:
        return AskedCell(place.sheet.name, place.reference, is_blank=True)
    is_broken = cell.kind is CellKind.ERROR or (cell.formula and cell.kind is CellKind.TEXT)
    return AskedCell(
        place.sheet.name,
        place.reference,
        stored=_store(cell.text, scale) if cell.kind is CellKind.NUMBER else typed,
        is_formula=cell.formula,
        broken=cell.text if is_broken else "",
    )


def _store(raw: str, scale: Scale | None) -> str:
    number = parse_stored(raw) if scale else None
    return str(scale.store(number)) if scale and number is not None else raw


# Which form, for whom, for when


def _refuse_secrets(marks: Iterator[Issue]) -> None:
    """One mark is enough, and the bytes are not kept."""
    for issue in marks:
        raise _Stopped(issue, keep_bytes=False)


def _identify(book: workbook.Book, programme: Programme, expected: Address | None) -> Task:
    """The form that the marks name, held against what the upload was made for."""
    identities = find_identities(book)
    if not identities:
        if expected is None:
            raise _Stopped(make_issue("form.unmarked"))
        form = programme.form_by_code[expected.form]
        identity = Identity(expected.programme, form.code, form.version, expected.unit, expected.period)
    elif len(identities) > 1:
        raise _Stopped(make_issue("form.mixed", found="; ".join(_show(each) for each in identities)))
    else:
        identity = identities[0]
    problems = [*_compare_form(identity, programme, expected), *_compare_sender(identity, programme, expected)]
    if problems:
        raise _Stopped(*problems)
    return _make_task(identity, programme)


def _show(identity: Identity) -> str:
    return f"biểu {identity.form}, đơn vị {identity.unit}, kỳ {identity.period}"


def _compare_form(identity: Identity, programme: Programme, expected: Address | None) -> Iterator[Issue]:
    if identity.programme != programme.code:
        yield make_issue("form.other_programme", found=identity.programme, expected=programme.code)
        return
    form = programme.form_by_code.get(identity.form)
    if form is None:
        yield make_issue("form.unknown", found=identity.form, expected=", ".join(programme.form_by_code))
        return
    if expected and identity.form != expected.form:
        wanted = programme.form_by_code[expected.form]
        yield make_issue("form.other_form", found=form.title, expected=wanted.title)
    elif identity.version > form.version:
        yield make_issue("form.newer_version", found=str(identity.version), expected=str(form.version))
    elif identity.version < form.version and identity.version not in form.accepts:
        yield make_issue("form.older_version", found=str(identity.version), expected=str(form.version))


def _compare_sender(identity: Identity, programme: Programme, expected: Address | None) -> Iterator[Issue]:
    if identity.programme != programme.code:
        return
    period, unit = programme.period_by_code.get(identity.period), programme.unit_by_code.get(identity.unit)
    if unit is None:
        yield make_issue("form.unknown_unit", found=identity.unit)
    elif expected and identity.unit != expected.unit:
        yield make_issue(
            "form.other_unit", found=programme.name_fully(unit), expected=programme.name_unit(expected.unit)
        )
    if period is None:
        yield make_issue("form.unknown_period", found=identity.period, expected=", ".join(programme.period_by_code))
    elif expected and identity.period != expected.period:
        yield make_issue(
            "form.other_period", found=period.name, expected=programme.period_by_code[expected.period].name
        )


def _make_task(identity: Identity, programme: Programme) -> Task:
    form, period = programme.form_by_code[identity.form], programme.period_by_code[identity.period]
    unit = programme.find_unit(identity.unit, period)
    if unit is None:
        raise _Stopped(make_issue("form.unknown_unit", found=identity.unit))
    if form not in programme.forms_of(unit, period):
        raise _Stopped(make_issue("form.not_owed", found=form.title, expected=unit.full_name))
    return Task(
        form, identity.version, unit, period, programme.rows(form, unit, period),
        programme.tables(form, unit, period), programme.narratives(form, period),
    )  # fmt: skip


__all__ = ["check_workbook", "name_programme"]
