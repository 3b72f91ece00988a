"""The figures of one revision in the order of the form: what the office and the unit itself look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.period.words import print_difference, print_growth
from chalicelib.domain.programme.model import Form, Indicator, Period, Programme, Unit
from chalicelib.domain.submission.records import Figure, Normalisation, Outcome, Submission
from chalicelib.domain.values import Value, read_number


@dataclass(frozen=True)
class Line:
    """One indicator of the form: the figure, the earlier figure, what was typed if read otherwise, the remark.

    `asked_in` is the unit in which the form asks, where the figure is kept in another one.
    """

    indicator: Indicator
    figure: Figure | None
    before: Value | None
    normalisation: Normalisation | None
    remark: str = ""
    asked_in: str = ""

    @property
    def change(self) -> str:
        """The difference from the earlier figure, in per cent too: "+12 (+12,5%)"; "" unless both are numbers."""
        after, before = read_number(self.figure.value if self.figure else None), read_number(self.before)
        difference, growth = (told(before, after, self.indicator.kind) for told in (print_difference, print_growth))
        return f"{difference} ({growth})" if growth and before != after else difference


def make_sections(
    programme: Programme,
    revision: Submission | Outcome,
    *,
    form: Form,
    period: Period,
    unit: Unit,
    earlier: Mapping[str, Figure] | None = None,
) -> list[tuple[str, list[Line]]]:
    """The sections of the form by their headings; those of which the unit is asked nothing are left out."""
    rows = {row.code: row for row in programme.rows(form, unit, period)}
    before = {code: figure.value for code, figure in (earlier or {}).items()}
    read = {(each.sheet, each.cell): each for each in revision.normalisations}
    sections = []
    for section in form.sections:
        lines = [
            Line(
                rows[code],
                revision.values.get(code),
                before.get(code),
                _find_reading(revision.values.get(code), read),
                revision.remarks.get(code, ""),
                scale.asked if (scale := form.find_scale(rows[code])) else "",
            )
            for code in section.indicators
            if code in rows
        ]
        if lines:
            sections.append((section.print_title(period), lines))
    return sections


def _find_reading(figure: Figure | None, read: Mapping[tuple[str, str], Normalisation]) -> Normalisation | None:
    """How the figure's own cell was read; its remark may have been read otherwise than typed as well."""
    return read.get((figure.sheet, figure.cell)) if figure else None
