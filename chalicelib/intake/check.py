"""Checks one workbook: guard, read, locate, normalise, validate. Bytes in, an `Outcome` out, nothing written.

The order is the sender's: the right form, version, unit and period first, then structure, cells, and rules
across cells. Where a step makes the next one meaningless it is the last; within a step everything is found
in one pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.issues.issue import Issue, Refused, Severity, make_issue
from chalicelib.domain.programme.expressions import Figures
from chalicelib.domain.programme.model import Form, Indicator, Narrative, Period, Programme, Unit
from chalicelib.domain.submission import rules
from chalicelib.domain.submission.records import Address, Figure, Outcome, Status
from chalicelib.domain.submission.secrecy import find_personal_number, find_secrecy_mark
from chalicelib.intake.normalise import Normalised, normalise
from chalicelib.workbook.form.layout import Located, find_identities, locate
from chalicelib.workbook.form.marks import Identity
from chalicelib.workbook.reading import book as workbook
from chalicelib.workbook.reading.reader import read_workbook

MOST_ISSUES = 200
"""So many issues are listed; one more says how many were left out."""


@dataclass(frozen=True)
class Task:
    """Which form of the programme the workbook is read as."""

    form: Form
    version: int
    unit: Unit
    period: Period
    rows: tuple[Indicator, ...]
    narratives: tuple[Narrative, ...]


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
    previous: Mapping[str, Figure] | None = None,
    comparison: Mapping[str, Figure] | None = None,
) -> Outcome:
    """What `data` holds and what is wrong with it; never raises for anything that stands in the bytes.

    `programme` may be a function from the code that the workbook's marks name ("" for none).
    `expected` is what the upload was made for, None offline. `previous` are the unit's figures of the
    year before (for outliers), `comparison` those of the period that this one includes (6 months in a year).
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        book = read_workbook(data)
        _refuse_secrets(book)
        chosen = programme if isinstance(programme, Programme) else programme(_name_programme(book))
        task = _identify(book, chosen, expected)
    except Refused as refused:
        return Outcome(status=Status.REJECTED, sha256=sha256, issues=(refused.issue,))
    except _Stopped as stopped:
        return Outcome(status=Status.REJECTED, sha256=sha256, issues=stopped.issues, keep_bytes=stopped.keep_bytes)
    return _check_form(book, chosen, task, sha256, previous or {}, comparison or {})


def name_programme(data: bytes) -> str:
    """The programme that the workbook's marks name, or "" where it has none or cannot be read."""
    try:
        return _name_programme(read_workbook(data))
    except Refused:
        return ""


def _name_programme(book: workbook.Book) -> str:
    identities = find_identities(book)
    return identities[0].programme if identities else ""


def _check_form(
    book: workbook.Book,
    programme: Programme,
    task: Task,
    sha256: str,
    previous: Mapping[str, Figure],
    comparison: Mapping[str, Figure],
) -> Outcome:
    tables = programme.tables(task.form, task.unit)
    located = locate(book, task.form, task.rows, tables, task.narratives)
    read = normalise(located, task.form, task.rows, task.narratives, task.period)
    issues = [*located.issues, *read.issues]
    if not any(issue.code == "form.mangled" for issue in issues):
        issues += _check_missing(task, located, read)
        issues += _check_computed(task, located, read)
        issues += _check_texts(task, read)
        figures = rules.gather_figures(read.values, read.tables)
        issues += rules.check_rules(task.form, task.rows, tables, figures, read.values)
        issues += rules.check_comparison(task.form, task.rows, read.values, comparison)
        issues += rules.check_history(task.rows, read.values, previous)
    is_rejected = any(issue.severity is Severity.ERROR for issue in issues)
    return Outcome(
        status=Status.REJECTED if is_rejected else Status.ACCEPTED,
        sha256=sha256,
        form=task.form.code,
        version=task.version,
        unit=task.unit.code,
        period=task.period.code,
        values=read.values,
        tables=read.tables,
        narratives=read.narratives,
        normalisations=tuple(read.changes),
        issues=_cap(issues),
        notes=book.notes,
    )


def _cap(issues: list[Issue]) -> tuple[Issue, ...]:
    """Errors first, in the order they were found; beyond the cap one line says how many more there are."""
    ordered = sorted(issues, key=lambda issue: issue.severity is not Severity.ERROR)
    if len(ordered) <= MOST_ISSUES:
        return tuple(ordered)
    more = make_issue("form.more_issues", found=str(len(ordered) - MOST_ISSUES))
    return (*ordered[:MOST_ISSUES], more)


# Which form, for whom, for when


def _refuse_secrets(book: workbook.Book) -> None:
    for sheet in book.sheets:
        for cell in sheet.cells.values():
            if cell.kind is workbook.Kind.TEXT and (mark := find_secrecy_mark(cell.text)):
                issue = make_issue("file.classified", sheet=sheet.name, cell=cell.reference, found=mark)
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
            "form.other_unit", found=unit.full_name, expected=programme.unit_by_code[expected.unit].full_name
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
    return Task(form, identity.version, unit, period, programme.rows(form, unit, period), form.narratives)


# Cells that are empty, totals, texts


def _check_missing(task: Task, located: Located, read: Normalised) -> Iterator[Issue]:
    """An empty cell is missing, not zero: the sender is asked to type 0."""
    for row in task.rows:
        place = located.values.get(row.code)
        if place is None or place.cell is not None or row.computed or row.code in task.form.optional:
            continue
        yield make_issue(
            "cell.missing", sheet=place.sheet.name, cell=place.reference, indicator=row.code, label=row.label
        )
    for narrative in task.narratives:
        place = located.narratives.get(narrative.code)
        if place is not None and place.cell is None and narrative.required:
            yield make_issue(
                "text.missing", sheet=place.sheet.name, cell=place.reference, indicator=narrative.code,
                label=narrative.label,
            )  # fmt: skip
    yield from _check_missing_in_tables(task, read)


def _check_missing_in_tables(task: Task, read: Normalised) -> Iterator[Issue]:
    wrong = {(issue.sheet, issue.cell) for issue in read.issues}
    for table in task.form.tables:
        required = [column for column in table.columns if column.required]
        for line in read.tables.get(table.code, ()):
            for column in required:
                cell = line.cells.get(column.code, "")
                if column.code not in line.values and (line.sheet, cell) not in wrong:
                    yield make_issue("table.cell_missing", sheet=line.sheet, cell=cell, label=column.label)


def _check_computed(task: Task, located: Located, read: Normalised) -> Iterator[Issue]:
    """Totals and ratios are computed anew; what stands in the workbook is held against them."""
    figures = rules.gather_figures(read.values, read.tables)
    for row in task.rows:
        if not row.computed:
            continue
        value = rules.compute(row, figures)
        place = located.values.get(row.code)
        if value is None or place is None:
            continue
        if row.quotient is None:
            read.values[row.code] = Figure(value=value, sheet=place.sheet.name, cell=place.reference)
            figures = Figures({**figures.values, row.code: value}, figures.tables)
        cell = place.cell
        if cell is None or cell.kind is not workbook.Kind.NUMBER or _is_close(Decimal(cell.text), Decimal(value)):
            continue
        code = "total.stale" if cell.formula else "total.differs"
        yield make_issue(
            code, sheet=place.sheet.name, cell=place.reference, indicator=row.code, label=row.label,
            found=cell.text, expected=str(value),
        )  # fmt: skip


def _is_close(stored: Decimal, computed: Decimal) -> bool:
    """Equal to what Excel can hold of it."""
    return abs(stored - computed) <= abs(computed) * Decimal("1e-12")


def _check_texts(task: Task, read: Normalised) -> Iterator[Issue]:
    """Numbers that identify a person, and prose longer than the form allows."""
    for narrative in task.narratives:
        figure = read.narratives.get(narrative.code)
        length = len(str(figure.value)) if figure else 0
        if figure is not None and length > narrative.max_length:
            yield make_issue(
                "text.too_long", sheet=figure.sheet, cell=figure.cell, indicator=narrative.code,
                label=narrative.label, found=f"{length} ký tự", expected=f"{narrative.max_length} ký tự",
            )  # fmt: skip
    for sheet, cell, value in _all_texts(read):
        code = find_personal_number(value)
        if code:
            yield make_issue(code, sheet=sheet, cell=cell)


def _all_texts(read: Normalised) -> Iterator[tuple[str, str, str]]:
    for figure in [*read.values.values(), *read.narratives.values()]:
        if isinstance(figure.value, str):
            yield figure.sheet, figure.cell, figure.value
    for lines in read.tables.values():
        for line in lines:
            for code, value in line.values.items():
                if isinstance(value, str):
                    yield line.sheet, line.cells[code], value


__all__ = ["MOST_ISSUES", "check_workbook", "name_programme"]
