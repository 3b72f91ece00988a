"""All checks of a form that was read, in the order in which the sender sees their issues.

The comparison with what the unit said before follows later (`earlier.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chalicelib.domain.issues.issue import Issue
from chalicelib.domain.submission import cells, nothing_to_report, rules, table_rows
from chalicelib.domain.submission.filled_form import FilledForm

CHECKS: tuple[Callable[[FilledForm], Iterator[Issue]], ...] = (
    nothing_to_report.check_marks,
    cells.check_missing,
    cells.check_unasked,
    cells.check_plausible,
    cells.check_missing_narratives,
    cells.check_missing_in_tables,
    table_rows.check_total_rows,
    table_rows.check_repeated_rows,
    cells.check_computed,
    cells.check_lengths,
    cells.check_lengths_in_tables,
    cells.check_personal_numbers,
    rules.check_rules,
)


def check_form(filled: FilledForm) -> list[Issue]:
    """Everything wrong or unusual, in one pass. The totals of `filled` are already computed."""
    return [issue for check in CHECKS for issue in check(filled)]
