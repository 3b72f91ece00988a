"""Checks a sổ chương trình: a workbook in; the programme's parts out, or every mistake at its cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from chalicelib.domain.issues.issue import Issue
from chalicelib.domain.programme.defaults import fill_in_defaults
from chalicelib.domain.programme.loading import fill_in_year
from chalicelib.domain.programme.making import Misfit, PartsInvalid, Raw, make_programme
from chalicelib.domain.programme.misfits import find_misfits
from chalicelib.domain.programme.model import Programme
from chalicelib.workbook.programme.read import ProgrammeBook, read_programme_book
from chalicelib.workbook.reading.book import Book


class CheckedBook(NamedTuple):
    """The parts and the programme that they make, which is None where there are issues."""

    raw: Raw
    programme: Programme | None
    issues: tuple[Issue, ...]


def check_programme_book(source: Book) -> CheckedBook:
    """Nothing is taken from a sổ that has any mistake. Parts are held against each other once each can be read."""
    read = read_programme_book(source)
    raw = fill_in_defaults(read.raw)
    try:
        programme = make_programme(fill_in_year(raw))
    except PartsInvalid as invalid:
        return CheckedBook(raw, None, (*read.issues, *_locate(read, invalid.misfits)))
    issues = (*read.issues, *(() if read.issues else _locate(read, find_misfits(programme))))
    return CheckedBook(raw, None if issues else programme, issues)


def _locate(read: ProgrammeBook, misfits: Iterable[Misfit]) -> Iterable[Issue]:
    """At their cells; a cell that could not be read has been told already."""
    told = {(issue.sheet, issue.cell) for issue in read.issues}
    located = map(read.locate, misfits)
    return [issue for issue in located if (issue.sheet, issue.cell) not in told]
