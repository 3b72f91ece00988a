"""The list of reports in the Word document: who sent what and when; of very many, how many below each unit above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.language.vietnamese import format_count, format_moment
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.subtotals import UnitsBelow
from chalicelib.domain.period.timeliness import ObligationStatus, Standing
from chalicelib.domain.period.totals import UnitFigure
from chalicelib.report.document.groups import MOST_ROWS, list_groups, name_group, say_counts
from chalicelib.report.document.tables import show_figure, show_sum
from chalicelib.report.plain import clean_text
from chalicelib.report.sheets.layout import STATUS

_IN_WORKBOOK = f"Từng đơn vị có ở trang “{STATUS}” của sổ tổng hợp Excel kèm theo"


def list_statuses(consolidation: Consolidation) -> list[dict[str, Any]]:
    """One line per report; of more than `MOST_ROWS` one per group of units and form, and where each stands."""
    statuses = consolidation.reporting.statuses
    if len(statuses) <= MOST_ROWS:
        return [_describe(consolidation, number, each) for number, each in enumerate(statuses, start=1)]
    lines = [_describe_own(consolidation, number, group, own)
             for number, (group, own) in enumerate(_group(consolidation), start=1)]  # fmt: skip
    nothing = dict.fromkeys(lines[0], "") | {"ngoai_nghia_vu": False, "da_co": False, "so_lieu": defaultdict(str)}
    return [*lines, nothing | {"don_vi": _IN_WORKBOOK}]


def _describe(consolidation: Consolidation, number: int, status: ObligationStatus) -> dict[str, Any]:
    """One line per report: who sent what and when; `so_lieu` has the unit's own figures of that form by code."""
    unit = consolidation.tally.unit_by_code[status.unit]
    return {
        "tt": str(number),
        "don_vi": consolidation.programme.name_fully(unit),
        "loai": consolidation.programme.unit_types[unit.type],
        "bieu": consolidation.programme.form_by_code[status.form].title,
        "tinh_trang": words.STANDING[status.standing],
        "nhan_luc": format_moment(status.first_received) if status.first_received else "",
        "ban_nop": str(status.revision) if status.revision else "",
        "xu_ly": words.REVIEW[status.review] if status.review else "",
        "ghi_chu": clean_text("; ".join(each for each in (status.comment, status.exception_reason) if each)),
        "ngoai_nghia_vu": not status.is_expected,
        "da_co": status.standing is not Standing.MISSING,
        "so_lieu": _OwnFigures(consolidation, status),
    }


@dataclass(frozen=True, repr=False)
class _OwnFigures(Mapping[str, str]):
    """A report's figures by code. A template asks for a few of them, so each is printed when it does.

    The sandbox keeps templates from names that begin with an underscore.
    """

    _consolidation: Consolidation
    _status: ObligationStatus

    def __getitem__(self, code: str) -> str:
        figure = self._consolidation.tally.figures[code][self._status.unit]
        if not self._has(figure):
            raise KeyError(code)
        return show_figure(self._consolidation, figure)

    def __iter__(self) -> Iterator[str]:
        figures = self._consolidation.tally.figures
        return (code for code, own in figures.items() if (found := own.get(self._status.unit)) and self._has(found))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _has(self, figure: UnitFigure) -> bool:
        return figure.form == self._status.form


# Groups


def _group(consolidation: Consolidation) -> Iterator[tuple[UnitsBelow, list[ObligationStatus]]]:
    """The statuses of each group, those of a form together; what is sent without being owed stands apart."""
    by_unit: dict[str, list[ObligationStatus]] = defaultdict(list)
    for each in consolidation.reporting.statuses:
        by_unit[each.unit].append(each)
    for group in list_groups(consolidation.programme, consolidation.tally.units):
        alike: dict[tuple[str, bool], list[ObligationStatus]] = defaultdict(list)
        for unit in group.codes:
            for each in by_unit[unit]:
                alike[each.form, each.is_expected].append(each)
        yield from ((group, own) for own in alike.values())


def _describe_own(
    consolidation: Consolidation, number: int, group: UnitsBelow, own: Sequence[ObligationStatus]
) -> dict[str, Any]:
    """The line of a group: how many of its reports have come, when, and which figures they add up to."""
    first, *others = own
    line = _describe(consolidation, number, first)
    if not others:
        return line
    sent = sum(each.standing is not Standing.MISSING for each in own)
    return line | {
        "don_vi": name_group(consolidation.programme, group),
        "tinh_trang": f"Đã có {format_count(sent)}/{format_count(len(own))}",
        "nhan_luc": "", "ban_nop": "", "xu_ly": "", "ghi_chu": _say_standings(own), "da_co": bool(sent),
        "so_lieu": _add_up(consolidation, first.form, own),
    }  # fmt: skip


def _say_standings(own: Sequence[ObligationStatus]) -> str:
    said = say_counts((words.STANDING[each.standing] for each in own), order=words.STANDING.values())
    returned = sum(each.is_returned for each in own)
    return f"{said}; trong đó đã trả lại: {format_count(returned)}" if returned else said


def _add_up(consolidation: Consolidation, form: str, own: Sequence[ObligationStatus]) -> Mapping[str, str]:
    """The sums over the units that are asked for a figure in this form; "" where none is."""
    sums: dict[str, str] = defaultdict(str)
    for indicator in consolidation.tally.indicators:
        figures = consolidation.tally.figures[indicator.code]
        asked = [each.unit for each in own if each.unit in figures and figures[each.unit].form == form]
        if asked:
            sums[indicator.code] = show_sum(consolidation, asked, indicator)
    return sums
