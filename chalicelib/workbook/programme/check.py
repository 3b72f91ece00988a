"""Checks a sổ chương trình: a workbook in; the programme's parts out, or every mistake at its cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chalicelib.domain.issues.issue import Issue, cap_issues
from chalicelib.domain.programme.assembly import assemble
from chalicelib.domain.programme.defaults import fill_in_defaults
from chalicelib.domain.programme.making import Misfit, Raw
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.type_names import replace_type_names
from chalicelib.workbook.programme.read import ProgrammeBook, read_programme_book
from chalicelib.workbook.reading.book import Book


class CheckedBook(NamedTuple):
    """The parts and the programme that they make, which is None where there are issues. `remarks` keep nothing out."""

    raw: Raw
    programme: Programme | None
    issues: tuple[Issue, ...]
    remarks: tuple[Issue, ...]


def check_programme_book(source: Book) -> CheckedBook:
    """Nothing is taken from a sổ that has any mistake. Parts are held against each other once each can be read."""
    read = read_programme_book(source)
    raw = fill_in_defaults(replace_type_names(read.raw))
    programme, misfits, remarks = assemble(raw)
    if programme and read.issues:
        misfits = []  # what could not be read may be all that is missing
    remarks += _find_unsaid(read.raw, filled=raw)
    issues = cap_issues([*read.issues, *_locate(read, misfits)])
    return CheckedBook(
        raw, None if issues else programme, issues, cap_issues(_locate(read, remarks, "programme.remark"))
    )


def _find_unsaid(raw: Raw, *, filled: Raw) -> Iterator[Misfit]:
    """What a default decides that an officer may not expect: units of other types have no share in the totals."""
    types = filled["unit_types"]
    if "headline" not in raw and len(types) > 1:
        named = types.get(filled["headline"], "")
        what = f"số chung chỉ cộng các đơn vị loại “{named}”; các đơn vị cộng với nhau phải cùng một loại"
        yield Misfit(("headline",), what)


def _locate(read: ProgrammeBook, misfits: Iterable[Misfit], code: str = "programme.misfit") -> Iterable[Issue]:
    """At their cells; a cell that could not be read has been told already."""
    told = {(issue.sheet, issue.cell) for issue in read.issues}
    located = (read.locate(misfit, code) for misfit in misfits if not read.is_told(misfit))
    return [issue for issue in located if (issue.sheet, issue.cell) not in told]
