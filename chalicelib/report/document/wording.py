"""The fields of the Word template with their Vietnamese texts, made from a consolidation.

docs/word-template.md lists the fields. A value is text, a number as text, or a list or table of those; the
template adds the words around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.language.prose import says_nothing
from chalicelib.domain.language.vietnamese import (
    format_count,
    format_day,
    format_moment,
    format_number,
    format_roman,
    lower_first,
)
from chalicelib.domain.period import words
from chalicelib.domain.period.body import find_outline
from chalicelib.domain.period.consolidation import Basis, Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.period.targets import TargetResult, TargetState, UnitResult
from chalicelib.domain.period.timeliness import ALL_TYPES, ObligationStatus, Rate, Standing
from chalicelib.domain.period.totals import UnitFigure
from chalicelib.domain.programme.model import NOT_GIVEN, Indicator, Office, Programme, Unit
from chalicelib.domain.programme.outline import Passage
from chalicelib.report.plain import clean_text
from chalicelib.report.sheets.layout import Block, Layout
from chalicelib.report.sheets.status import describe_result, target_units

UNITS_PER_TABLE = 12
MOST_UNITS = 72
_IN_WORKBOOK = "(số liệu từng đơn vị ở sổ tổng hợp Excel kèm theo)"
"""Units per table on a landscape A4 page; more units go into further tables."""

_NO_DAY = f"{NOT_GIVEN} tháng {NOT_GIVEN} năm {NOT_GIVEN}"

FIELDS = (
    "co_quan_chu_quan", "co_quan", "co_quan_thuong", "viet_tat", "dia_danh", "kinh_gui", "noi_nhan", "quyen_han",
    "chuc_vu", "chuc_danh", "nguoi_ky", "nam", "chuong_trinh", "so_chuong_trinh", "ngay_chuong_trinh", "ky",
    "ky_thuong", "tu_ngay", "den_ngay", "du_thao", "bo_sung", "lan_phat_hanh", "so_lan", "lap_luc", "ma_bam", "ly_do",
    "thay_doi", "bao_cao", "tinh_hinh",
    "chi_tieu", "bang_chi_tieu", "y_kien", "bang_so_lieu", "noi_dung", "muc_thuyet_minh", "ten_da_ke",
    "so_sanh", "luu_y", "la_ma",
)  # fmt: skip
"""Every field that a template may use; `check_template` uses them, because it has no consolidation."""


def make_context(consolidation: Consolidation, edition: EditionInfo) -> dict[str, Any]:
    """All fields of the template by name. Text from the units is cleaned but otherwise unchanged."""
    period = consolidation.period
    return (
        _describe_office(consolidation.programme.office)
        | _describe_programme(consolidation.programme)
        | _describe_edition(consolidation, edition)
        | {
            "ky": period.name,
            "ky_thuong": lower_first(period.name),
            "tu_ngay": format_day(period.data_from),
            "den_ngay": format_day(period.data_to),
            "bao_cao": [_describe_rate(consolidation, rate) for rate in consolidation.reporting.rates],
            "tinh_hinh": [
                _describe_status(consolidation, number, each)
                for number, each in enumerate(consolidation.reporting.statuses, start=1)
            ],
            "chi_tieu": [_describe_target(consolidation, result) for result in consolidation.targets],
            "bang_chi_tieu": _tabulate_targets(consolidation),
            "y_kien": _collect_texts(consolidation),
            "noi_dung": "",  # the body's place, where body.py puts it
            "muc_thuyet_minh": _describe_narratives(consolidation)
            if find_outline(consolidation.tally).opinions
            else [],
            "bang_so_lieu": [*_tabulate_figures(consolidation)],
            "ten_da_ke": [
                {"ten": clean_text(each.name), "so_don_vi": format_count(len(each.units))}
                for each in consolidation.tally.names
            ],
            "so_sanh": _describe_comparison(consolidation),
            "luu_y": [clean_text(each.text) for each in consolidation.findings if not each.unit],
            "la_ma": format_roman,
        }
    )


def _describe_office(office: Office) -> dict[str, Any]:
    return {
        "co_quan_chu_quan": office.parent,
        "co_quan": office.name,
        "co_quan_thuong": office.full_name or office.name.capitalize(),
        "viet_tat": office.abbreviation,
        "dia_danh": office.place,
        "kinh_gui": [each.strip() for each in office.addressee.split(";") if each.strip()],
        "noi_nhan": list(office.recipients),
        "quyen_han": office.signer_authority,
        "chuc_vu": office.signer_title,
        "chuc_danh": office.signer_office,
        "nguoi_ky": office.signer_name,
    }


def _describe_programme(programme: Programme) -> dict[str, Any]:
    return {
        "nam": str(programme.year),
        "chuong_trinh": programme.title,
        "so_chuong_trinh": programme.number,
        "ngay_chuong_trinh": format_day(programme.signed) if programme.signed else _NO_DAY,
    }


def _describe_edition(consolidation: Consolidation, edition: EditionInfo) -> dict[str, Any]:
    return {
        "du_thao": not edition.is_frozen,
        "bo_sung": edition.is_supplement,
        "lan_phat_hanh": edition.title,
        "so_lan": str(edition.number or ""),
        "lap_luc": format_moment(edition.made),
        "ma_bam": consolidation.inputs_hash,
        "ly_do": clean_text(edition.reason),
        "thay_doi": [_describe_difference(consolidation, each) for each in edition.differences],
    }


_UNJUDGED = "–"
"""In place of those on time and those late where nobody knows of any report when it came (a folder of files)."""


def _describe_rate(consolidation: Consolidation, rate: Rate) -> dict[str, Any]:
    """Counts in words ("08"), shares that add up to 100%, and the names of late, missing and returned units."""
    own = [
        each
        for each in consolidation.reporting.statuses
        if each.is_expected and _is_of(consolidation, each, rate.unit_type)
    ]
    shares = {standing: f"{format_number(share)}%" for standing, share in rate.shares.items()}
    is_judged = bool(rate.on_time or rate.late or not rate.unjudged)
    return {
        "loai": consolidation.programme.unit_types.get(rate.unit_type, "Tất cả"),
        "la_tat_ca": rate.unit_type == ALL_TYPES,
        "phai_gui": format_count(rate.expected),
        "da_co": format_count(rate.expected - rate.missing),
        "dung_han": format_count(rate.on_time) if is_judged else _UNJUDGED,
        "muon": format_count(rate.late) if is_judged else _UNJUDGED,
        "khong_xet_han": format_count(rate.unjudged),
        "chua_co": format_count(rate.missing),
        "tra_lai": format_count(rate.returned),
        "da_duyet": format_count(rate.approved),
        "ty_le_dung_han": shares[Standing.ON_TIME] if is_judged else _UNJUDGED,
        "ty_le_muon": shares[Standing.LATE] if is_judged else _UNJUDGED,
        "ty_le_khong_xet_han": shares[Standing.RECEIVED],
        "ty_le_chua_co": shares[Standing.MISSING],
        "ds_muon": _name_units(consolidation, [each for each in own if each.standing is Standing.LATE]),
        "ds_chua_co": _name_units(consolidation, [each for each in own if each.standing is Standing.MISSING]),
        "ds_tra_lai": _name_units(consolidation, [each for each in own if each.is_returned]),
        "het_han": consolidation.is_due,
    }


def _is_of(consolidation: Consolidation, status: ObligationStatus, unit_type: str) -> bool:
    return unit_type == ALL_TYPES or consolidation.tally.unit_by_code[status.unit].type == unit_type


def _name_units(consolidation: Consolidation, statuses: Sequence[ObligationStatus]) -> str:
    return ", ".join(dict.fromkeys(consolidation.tally.unit_by_code[each.unit].name for each in statuses))


def _describe_status(consolidation: Consolidation, number: int, status: ObligationStatus) -> dict[str, Any]:
    """One line per report: who sent what and when; `so_lieu` has the unit's own figures of that form by code."""
    unit = consolidation.tally.unit_by_code[status.unit]
    own = {
        code: show_figure(consolidation, by_unit[status.unit])
        for code, by_unit in consolidation.tally.figures.items()
        if status.unit in by_unit and by_unit[status.unit].form == status.form
    }
    return {
        "tt": str(number),
        "don_vi": unit.full_name,
        "loai": consolidation.programme.unit_types[unit.type],
        "bieu": consolidation.programme.form_by_code[status.form].title,
        "tinh_trang": words.STANDING[status.standing],
        "nhan_luc": format_moment(status.first_received) if status.first_received else "",
        "ban_nop": str(status.revision) if status.revision else "",
        "xu_ly": words.REVIEW[status.review] if status.review else "",
        "ghi_chu": clean_text("; ".join(each for each in (status.comment, status.exception_reason) if each)),
        "ngoai_nghia_vu": not status.is_expected,
        "da_co": status.standing is not Standing.MISSING,
        "so_lieu": own,
    }


def show_figure(consolidation: Consolidation, figure: UnitFigure | None) -> str:
    """A unit's figure in a table: "1.234", "12 (ước)", "Có", a date, "thiếu"; "" if the unit is not asked for it."""
    if figure is None:
        return ""
    return clean_text(words.print_figure(figure, consolidation.programme.indicator_by_code[figure.indicator].kind))


def write_passages(consolidation: Consolidation) -> dict[Passage, list[str]]:
    """The paragraphs of the report that are made from the period's state."""
    rates = [_describe_rate(consolidation, rate) for rate in consolidation.reporting.rates]
    targets = [_describe_target(consolidation, result) for result in consolidation.targets]
    return {
        Passage.REPORTING: [_say_rate(rate) for rate in rates if not rate["la_tat_ca"] or len(rates) > 2],
        Passage.TARGETS: [f"- {each['noi_dung']}: {each['ket_qua']}." for each in targets],
    }


def _say_rate(rate: Mapping[str, Any]) -> str:
    """How many reports of one type of units came, and which units are late or missing."""

    def name(units: str) -> str:
        return f": {units}" if units else ""

    came = []
    if rate["dung_han"] != _UNJUDGED:
        late = f"gửi muộn {rate['muon']} ({rate['ty_le_muon']}){name(rate['ds_muon'])}"
        came.append(f"đúng hạn {rate['dung_han']} ({rate['ty_le_dung_han']}); {late}")
    if rate["khong_xet_han"] != "0":
        came.append(f"đã nhận {rate['khong_xet_han']} ({rate['ty_le_khong_xet_han']}), không xét thời hạn")
    missing = "chưa có" if rate["het_han"] else "chưa gửi (chưa hết hạn)"
    returned = f", trong đó đã trả lại để bổ sung{name(rate['ds_tra_lai'])}" if rate["ds_tra_lai"] else ""
    return (
        f"- {rate['loai']}: phải gửi {rate['phai_gui']} báo cáo; {'; '.join(came)}; "
        f"{missing} {rate['chua_co']} ({rate['ty_le_chua_co']}){name(rate['ds_chua_co'])}{returned}."
    )


# Targets


def _describe_target(consolidation: Consolidation, result: TargetResult) -> dict[str, Any]:
    """`ket_qua` is a sentence: how many units have met the target, and which have not."""
    concerned = len([each for each in result.units if each.state is not TargetState.NOT_APPLICABLE])
    met = result.of_state(TargetState.MET)
    reached = words.TARGET[TargetState.MET].lower()
    parts = [f"{format_count(len(met))}/{format_count(concerned)} đơn vị {reached}"]
    if result.target.scope == "province":
        parts = [reached if met else ""]
    for state in (TargetState.UNMET, TargetState.IN_PROGRESS, TargetState.UNKNOWN):
        own = [each for each in result.units if each.state is state]
        if own:
            names = "; ".join(_name_result(consolidation, each) for each in own)
            parts.append(f"{format_count(len(own))} đơn vị {words.TARGET[state].lower()}: {names}")
    return {
        "ma": result.target.code,
        "noi_dung": result.target.title,
        "dat": format_count(len(met)),
        "tong": format_count(concerned),
        "ket_qua": ". ".join(part[:1].upper() + part[1:] for part in parts if part),
        "cuoi_ky": result.is_final,
    }


def _name_result(consolidation: Consolidation, result: UnitResult) -> str:
    unit = next((each for each in consolidation.programme.units if each.code == result.unit), None)
    name = unit.name if unit else "toàn tỉnh"
    if result.state is TargetState.UNKNOWN:
        return name
    return f"{name} ({describe_result(result).partition(': ')[2]})"


def _tabulate_targets(consolidation: Consolidation) -> dict[str, Any]:
    rows = []
    for code, name in target_units(consolidation):
        cells = [next((each for each in result.units if each.unit == code), None) for result in consolidation.targets]
        rows.append({"don_vi": name, "o": [describe_result(each) if each else "" for each in cells]})
    return {"cot": [result.target.code for result in consolidation.targets], "dong": rows}


# Texts, tables, comparison


def _describe_narratives(consolidation: Consolidation) -> list[dict[str, Any]]:
    """The units' own words by field; none where the programme does not print them."""
    if not find_outline(consolidation.tally).opinions:
        return []
    texts = _collect_texts(consolidation)
    labels = {each.code: each.label for form in consolidation.tally.forms for each in form.narratives}
    return [{"ten": label, "y_kien": texts[code]} for code, label in labels.items()]


def _collect_texts(consolidation: Consolidation) -> dict[str, list[dict[str, Any]]]:
    """By field: each unit with its paragraphs. "Không" counts as no text, and so does "Không có khó khăn"."""
    texts: dict[str, list[dict[str, Any]]] = {
        narrative.code: [] for form in consolidation.programme.forms for narrative in form.narratives
    }
    for each in consolidation.texts:
        lines = [line.strip() for line in clean_text(each.text).split("\n") if line.strip()]
        if lines and not says_nothing(each.text, about=each.narrative.label):
            texts[each.narrative.code].append(
                {"don_vi": consolidation.tally.unit_by_code[each.unit].full_name, "doan": lines}
            )
    return texts


def _tabulate_figures(consolidation: Consolidation) -> Iterator[dict[str, Any]]:
    """The unit × indicator table, split into as many tables as the units need.

    Beyond `MOST_UNITS` the table would be too long to read: the document then shows only the sums, and the
    workbook shows the units.
    """
    for block in Layout(consolidation).blocks:
        if len(block.units) > MOST_UNITS:
            yield _tabulate_units(consolidation, block, (), is_last=True) | {
                "loai": f"{_name(consolidation, block)} {_IN_WORKBOOK}"
            }
            continue
        for start in range(0, len(block.units), UNITS_PER_TABLE):
            units = block.units[start : start + UNITS_PER_TABLE]
            yield _tabulate_units(consolidation, block, units, is_last=start + UNITS_PER_TABLE >= len(block.units))


def _tabulate_units(
    consolidation: Consolidation, block: Block, units: Sequence[Unit], *, is_last: bool
) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for section in consolidation.tally.sections:
        asked = [
            each for each in section.indicators
            if any(unit.code in consolidation.tally.figures[each.code] for unit in units or block.units)
        ]  # fmt: skip
        if asked:
            rows.append({"la_muc": True, "ten": section.title})
        rows += [_tabulate_indicator(consolidation, block, units, each, is_last) for each in asked]
    return {
        "loai": _name(consolidation, block),
        "cot": [unit.name for unit in units] + (["Cộng"] if is_last else []),
        "so_cot": 3 + len(units) + is_last,
        "dong": rows,
    }


def _name(consolidation: Consolidation, block: Block) -> str:
    return consolidation.programme.unit_types[block.unit_type]


def _tabulate_indicator(
    consolidation: Consolidation, block: Block, units: Sequence[Unit], indicator: Indicator, is_last: bool
) -> dict[str, Any]:
    figures = consolidation.tally.figures[indicator.code]
    cells = [show_figure(consolidation, figures.get(unit.code)) for unit in units]
    return {
        "la_muc": False,
        "ma": indicator.code,
        "ten": indicator.label,
        "dvt": indicator.measure_unit,
        "o": cells + ([_show_total(consolidation, block, indicator)] if is_last else []),
    }


def _show_total(consolidation: Consolidation, block: Block, indicator: Indicator) -> str:
    subtotals = consolidation.tally.totals[indicator.code].subtotals
    total = next((each for each in subtotals if each.unit_type == block.unit_type), None)
    if total is None or (total.value is None and not total.at_least):
        return ""
    if total.value is None:
        return f"≥ {format_number(total.at_least or 0)}"
    return words.print_value(total.value, indicator.kind)


def _describe_comparison(consolidation: Consolidation) -> Mapping[str, Any]:
    """`co`: whether there is a comparison with the same period before; `da_chia` names units that a reform divided."""
    comparison = (
        consolidation.comparison
        if consolidation.comparison and consolidation.comparison.basis is Basis.SAME_PERIOD
        else None
    )
    return {
        "co": comparison is not None,
        "ky": lower_first(comparison.period_name) if comparison else "",
        "da_chia": ", ".join(comparison.divided) if comparison else "",
    }


def _describe_difference(consolidation: Consolidation, difference: Any) -> dict[str, str]:
    unit = consolidation.tally.unit_by_code.get(difference.unit)
    indicator = consolidation.programme.indicator_by_code.get(difference.indicator)
    subject = indicator.label if indicator else consolidation.programme.form_by_code[difference.form].title
    shown = {"don_vi": unit.full_name if unit else difference.unit, "noi_dung": subject, "ly_do": difference.why}
    kind = indicator.kind if indicator else None
    values = {
        name: words.print_kept(value, kind) or "không có"
        for name, value in (("truoc", difference.before), ("sau", difference.after))
    }
    return {name: clean_text(text) for name, text in (shown | values).items()}
