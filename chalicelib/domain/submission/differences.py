"""The changes from one revision to the next: figures, texts, and the number of rows of each table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.submission.records import Figure, Submission
from chalicelib.domain.values import Value


@dataclass(frozen=True, slots=True)
class RevisionDifference:
    """One figure or text; None if that revision does not have it. `cell` is its current, or else its former, place."""

    code: str
    label: str
    before: Value | None
    after: Value | None
    cell: str


def find_differences(
    before: Submission, after: Submission, labels: Mapping[str, str]
) -> tuple[RevisionDifference, ...]:
    """The differences in the order of the later revision, then what was removed."""
    return (
        *compare_figures(before.values, after.values, labels),
        *compare_figures(before.narratives, after.narratives, labels),
        *_compare_tables(before, after, labels),
    )


def compare_figures(
    before: Mapping[str, Figure], after: Mapping[str, Figure], labels: Mapping[str, str]
) -> list[RevisionDifference]:
    """The figures or texts whose values differ, by code; a code without a label goes by itself."""
    found = []
    for code in dict.fromkeys((*after, *before)):
        old, new = before.get(code), after.get(code)
        earlier, later = old.value if old else None, new.value if new else None
        if earlier == later:
            continue
        place = new or old
        cell = f"{place.sheet}!{place.cell}" if place else ""
        found.append(RevisionDifference(code, labels.get(code, code), earlier, later, cell))
    return found


def _compare_tables(before: Submission, after: Submission, labels: Mapping[str, str]) -> list[RevisionDifference]:
    """Compares each table as a whole, because rows have no names."""
    found = []
    for code in dict.fromkeys((*after.tables, *before.tables)):
        old = [row.values for row in before.tables.get(code, ())]
        new = [row.values for row in after.tables.get(code, ())]
        if old != new:
            label = labels.get(code, f"Bảng {code}")
            found.append(RevisionDifference(code, label, f"{len(old)} dòng", f"{len(new)} dòng", ""))
    return found
