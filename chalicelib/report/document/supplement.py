"""What a supplement says of the report before it, in words: whose reports are new, and each figure before and now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.domain.language.vietnamese import format_count, join_words, lower_first, lower_name
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import Difference, read_kept
from chalicelib.domain.period.supplement import Corrected, ReportChange, find_corrected, find_report_change
from chalicelib.domain.period.totals import Total
from chalicelib.domain.programme.kinds import Kind
from chalicelib.report.document.groups import MOST_ROWS
from chalicelib.report.plain import clean_text
from chalicelib.report.sheets.layout import CHANGES

_CHANGE = {
    ReportChange.NEW: "Bổ sung {form} của {units}, trước đây chưa có.",
    ReportChange.CORRECTED: "Điều chỉnh {form} của {units}.",
    ReportChange.GONE: "Không tính {form} của {units}, đã rút.",
}
_COUNTED = f" ({{count}} đơn vị thay đổi, có tên ở trang “{CHANGES}” của sổ tổng hợp Excel kèm theo)"
_LEFT = f"{{count}} thay đổi khác, có ở trang “{CHANGES}” của sổ tổng hợp Excel kèm theo"
_SETTLED = "số ước nay là số chính thức"


def describe_reports(consolidation: Consolidation, differences: Sequence[Difference]) -> list[str]:
    """A sentence for each form of which reports have come, were corrected, or are gone."""
    units: dict[tuple[ReportChange, str], list[str]] = {}
    for each in differences:
        if each.form:
            units.setdefault((find_report_change(each), each.form), []).append(each.unit)
    return [
        _CHANGE[change].format(
            form=_name_form(consolidation, form), units=_name_units(consolidation, units[change, form])
        )
        for change, form in sorted(units, key=lambda key: list(ReportChange).index(key[0]))
    ]


def _name_form(consolidation: Consolidation, code: str) -> str:
    form = consolidation.programme.form_by_code.get(code)
    return lower_first(clean_text(form.title)) if form else "báo cáo"


def _name_units(consolidation: Consolidation, codes: Sequence[str]) -> str:
    if len(codes) > words.MOST_NAMED:
        return f"{format_count(len(codes))} đơn vị"
    return join_words(_name_unit(consolidation, each) for each in codes)


def _name_unit(consolidation: Consolidation, code: str) -> str:
    unit = consolidation.tally.unit_by_code.get(code)
    return (
        clean_text(lower_name(consolidation.programme.name_fully(unit)))
        if unit
        else consolidation.programme.name_unit(code)
    )


def list_figures(consolidation: Consolidation, differences: Sequence[Difference]) -> list[dict[str, Any]]:
    """The rows of the table: the province's figure before and now, below it those of units that had reported before.
    Of more than `MOST_ROWS` only how many units there are; the workbook has each."""
    groups = [list(_list_rows(consolidation, each)) for each in find_corrected(consolidation.tally, differences)]
    groups += [[_describe_gone(consolidation, each)] for each in differences if _is_gone(consolidation, each)]
    if sum(map(len, groups)) > MOST_ROWS:
        groups = _shorten([*filter(None, groups)])
    numbered = enumerate(filter(None, groups), start=1)
    return [row for number, (first, *others) in numbered for row in (first | {"tt": str(number)}, *others)]


def _shorten(groups: Sequence[Sequence[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """The first row of each group, with the number of the units that would stand below it; last, how many are left."""
    shown = [[first | {"noi_dung": first["noi_dung"] + (_COUNTED.format(count=format_count(len(own))) if own else "")}]
             for first, *own in groups[:MOST_ROWS]]  # fmt: skip
    if len(groups) > MOST_ROWS:
        told = _LEFT.format(count=format_count(len(groups) - MOST_ROWS))
        shown.append([dict.fromkeys(shown[0][0], "") | {"la_don_vi": False, "noi_dung": told}])
    return shown


def _is_gone(consolidation: Consolidation, difference: Difference) -> bool:
    """Whether the figure is one that is asked for no longer."""
    return bool(difference.indicator) and difference.indicator not in consolidation.tally.indicator_by_code


def _describe_gone(consolidation: Consolidation, difference: Difference) -> dict[str, Any]:
    """A unit's figure of an indicator that the report has no more, by the name or the code that is known of it."""
    indicator = consolidation.programme.indicator_by_code.get(difference.indicator)
    kind = indicator.kind if indicator else None
    name = indicator.label if indicator else difference.indicator
    return _describe_unit(consolidation, difference, kind) | {
        "la_don_vi": False, "noi_dung": clean_text(f"{name}: {consolidation.programme.name_unit(difference.unit)}"),
    }  # fmt: skip


def _list_rows(consolidation: Consolidation, corrected: Corrected) -> Iterator[dict[str, Any]]:
    indicator = corrected.indicator
    now = consolidation.tally.headline(indicator.code) if corrected.before else None
    before = corrected.before.value if corrected.before else None
    if not corrected.own and not (now and now.value != before):
        return
    settled = any(each.is_settled for each in corrected.own) and not (now and now.estimated)
    name = f"{indicator.label} ({_SETTLED})" if settled else indicator.label
    yield {
        "la_don_vi": False, "tt": "", "noi_dung": clean_text(name), "dvt": clean_text(indicator.total_unit),
        "truoc": _show(consolidation, corrected.before), "sau": _show(consolidation, now),
        "tang_giam": words.print_difference(before, now.value if now else None, indicator.kind),
    }  # fmt: skip
    for each in corrected.own:
        if not _is_confirmed(each):
            yield _describe_unit(consolidation, each, indicator.kind)


def _is_confirmed(difference: Difference) -> bool:
    """Whether an estimate was right: then only the province's row says that it is settled."""
    return difference.is_settled and read_kept(difference.before) == read_kept(difference.after)


def _show(consolidation: Consolidation, total: Total | None) -> str:
    """The province's total; "" where there is none to tell."""
    if total is None:
        return ""
    if total.value is None:
        return words.UNKNOWN
    kind = consolidation.programme.indicator_by_code[total.indicator].kind
    return words.print_value(total.value, kind) + (words.ESTIMATED if total.estimated else "")


def _describe_unit(consolidation: Consolidation, difference: Difference, kind: Kind | None) -> dict[str, Any]:
    """A unit's row, with the reason behind its name."""
    unit = consolidation.tally.unit_by_code.get(difference.unit)
    name = consolidation.programme.name_fully(unit) if unit else consolidation.programme.name_unit(difference.unit)
    shown = (words.print_kept(value, kind) or words.UNKNOWN for value in (difference.before, difference.after))
    before, after = map(clean_text, shown)
    return {
        "la_don_vi": True, "tt": "", "dvt": "",
        "noi_dung": clean_text(f"- {name}" + (f" ({difference.why})" if difference.why else "")),
        "truoc": before, "sau": after, "tang_giam": "",
    }  # fmt: skip
