"""Presents issues to people: numbered, errors first, in the same parts wherever they are shown.

The page of an upload, the list to pass on and the summary of the marked copy all use these parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.issues.catalogue import AREAS, CATALOGUE
from chalicelib.domain.issues.issue import Issue, Severity
from chalicelib.domain.issues.laws import cite

HEADINGS = ("STT", "Mức độ", "Trang tính", "Ô", "Chỉ tiêu", "Đang ghi", "Cần", "Cách sửa")
"""The headings of `Told.parts`."""

_BLANK = frozenset({"cell.missing", "table.cell_missing", "text.missing"})


@dataclass(frozen=True)
class Told:
    """One issue as shown to a person; its number is the same on page, list and summary."""

    number: int
    issue: Issue

    @property
    def is_error(self) -> bool:
        return self.issue.severity is Severity.ERROR

    @property
    def weight(self) -> str:
        return "Lỗi" if self.is_error else "Cảnh báo"

    @property
    def kind(self) -> str:
        """The heading under which issues of this kind are counted. A code that the catalogue lacks goes by its area."""
        entry = CATALOGUE.get(self.issue.code)
        return (entry and entry.kind) or AREAS.get(self.issue.code.partition(".")[0], "Khác")

    @property
    def found(self) -> str:
        return self.issue.found or ("(để trống)" if self.issue.code in _BLANK else "")

    @property
    def needed(self) -> str:
        """What the cell must hold. What is wrong, if that cannot be stated separately or the receipt is older."""
        return self.issue.needed or self.said

    @property
    def said(self) -> str:
        """What is wrong, in a sentence. Older receipts have only the whole message, with place and remedy."""
        return self.issue.sentence or self.issue.message

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts under `HEADINGS`."""
        issue = self.issue
        return (str(self.number), self.weight, issue.sheet, issue.cell, issue.label, self.found, self.needed,
                issue.remedy)  # fmt: skip


@dataclass(frozen=True)
class Group:
    """The issues of one kind."""

    kind: str
    issues: tuple[Told, ...]


def tell_issues(issues: Iterable[Issue]) -> tuple[Told, ...]:
    """All issues, numbered: errors before warnings, each in the order in which they were found."""
    ordered = sorted(issues, key=lambda issue: issue.severity is not Severity.ERROR)
    return tuple(Told(number, issue) for number, issue in enumerate(ordered, start=1))


def group_by_kind(told: Sequence[Told]) -> tuple[Group, ...]:
    """The groups in the order in which their kinds first occur."""
    groups: dict[str, list[Told]] = {}
    for each in told:
        groups.setdefault(each.kind, []).append(each)
    return tuple(Group(kind, tuple(members)) for kind, members in groups.items())


def cite_laws(issues: Iterable[Issue], on: date) -> tuple[str, ...]:
    """What these issues rest on in law, as it stood on the day of the upload."""
    bases = (entry.basis for issue in issues if (entry := CATALOGUE.get(issue.code)))
    return tuple(cited for basis in dict.fromkeys(bases) if basis and (cited := cite(basis, on)))
