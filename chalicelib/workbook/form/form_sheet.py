"""A sheet of a blank form. XlsxWriter looks into each formula for a hundred functions that came late, which costs a
quarter of the time that a form is made in; a form uses none of them, since its functions are those that Excel and
LibreOffice share. The underscored name is XlsxWriter's own; the locks hold its version.
"""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet


class FormSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """One of the sheets."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002 - its own
        return formula.removeprefix("=")
