"""The fields of the Word template with their Vietnamese texts, made from a consolidation.

docs/word-template.md lists the fields. A value is text, a number as text, or a list or table of those; the
template adds the words around them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from chalicelib.domain.language.vietnamese import (
    format_count,
    format_day,
    format_moment,
    format_number,
    format_roman,
    lower_first,
    lower_name,
)
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import Difference, EditionInfo, PlainValue, name_subject
from chalicelib.domain.period.targets import TargetResult, TargetState, UnitResult
from chalicelib.domain.period.timeliness import ALL_TYPES, ObligationStatus, Rate, Standing
from chalicelib.domain.programme.model import NOT_GIVEN, Office, Programme
from chalicelib.domain.programme.outline import Passage
from chalicelib.report.document.groups import MOST_UNITS
from chalicelib.report.document.opinions import collect_texts, list_narratives
from chalicelib.report.document.statuses import list_statuses
from chalicelib.report.document.supplement import describe_reports, list_figures
from chalicelib.report.document.tables import explain_figures, tabulate_figures, tabulate_lists, tabulate_targets
from chalicelib.report.plain import clean_text
from chalicelib.report.sheets.layout import STATUS
from chalicelib.report.sheets.status import describe_result

_NO_DAY = f"{NOT_GIVEN} tháng {NOT_GIVEN} năm {NOT_GIVEN}"

FIELDS = (
    "co_quan_chu_quan", "co_quan", "co_quan_thuong", "viet_tat", "dia_danh", "kinh_gui", "noi_nhan", "quyen_han",
    "chuc_vu", "chuc_danh", "nguoi_ky", "nam", "chuong_trinh", "so_chuong_trinh", "ngay_chuong_trinh", "ky",
    "ky_thuong", "tu_ngay", "den_ngay", "du_thao", "bo_sung", "lan_phat_hanh", "so_lan", "lap_luc", "ma_bam", "ly_do",
    "thay_doi", "bao_cao_thay_doi", "doi_chieu", "bao_cao", "nguon_so_lieu", "co_uoc", "tinh_hinh",
    "chi_tieu", "bang_chi_tieu", "y_kien", "bang_so_lieu", "chu_giai", "bang_ke", "noi_dung", "muc_thuyet_minh",
    "ten_da_ke", "so_sanh", "luu_y", "la_ma",
)  # fmt: skip
"""Every field that a template may use; `check_template` uses them, because it has no consolidation."""


def make_context(consolidation: Consolidation, edition: EditionInfo) -> dict[str, Any]:
    """All fields of the template by name. Text from the units is cleaned but otherwise unchanged."""
    period, figures = consolidation.period, [*tabulate_figures(consolidation)]
    return (
        describe_office(consolidation.programme.office)
        | _describe_programme(consolidation.programme)
        | _describe_edition(consolidation, edition)
        | {
            "ky": period.name,
            "ky_thuong": lower_first(period.name),
            "tu_ngay": format_day(period.data_from),
            "den_ngay": format_day(period.data_to),
            "bao_cao": [_describe_rate(consolidation, rate) for rate in consolidation.reporting.rates],
            "nguon_so_lieu": _name_basis(consolidation),
            "co_uoc": any(each.headline and each.headline.estimated for each in consolidation.tally.totals.values()),
            "tinh_hinh": list_statuses(consolidation),
            "chi_tieu": [_describe_target(consolidation, result) for result in consolidation.targets],
            "bang_chi_tieu": tabulate_targets(consolidation),
            "y_kien": collect_texts(consolidation),
            "noi_dung": "",  # the body's place, where body.py puts it
            "muc_thuyet_minh": list_narratives(consolidation),
            "bang_so_lieu": figures,
            "chu_giai": explain_figures(consolidation, figures),
            "bang_ke": [*tabulate_lists(consolidation)],
            "ten_da_ke": [
                {"ten": clean_text(each.name), "so_don_vi": format_count(len(each.units))}
                for each in consolidation.tally.names
            ],
            "so_sanh": _describe_comparison(consolidation),
            "luu_y": [clean_text(each.text) for each in consolidation.findings if not each.unit],
            "la_ma": format_roman,
        }
    )


def describe_office(office: Office) -> dict[str, Any]:
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
        "ly_do": _end(clean_text(edition.reason)),
        "thay_doi": [_describe_difference(consolidation, each) for each in _sum_up(edition.differences)],
        "bao_cao_thay_doi": describe_reports(consolidation, edition.differences),
        "doi_chieu": list_figures(consolidation, edition.differences),
    }


def _end(sentence: str) -> str:
    return sentence if not sentence or sentence.endswith((".", "!", "?", "…")) else f"{sentence}."


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
    shown = {
        "loai": consolidation.programme.unit_types.get(rate.unit_type, "Tổng cộng"),
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
    return shown | {"cau": _describe_standings(rate, shown)}


def _is_of(consolidation: Consolidation, status: ObligationStatus, unit_type: str) -> bool:
    return unit_type == ALL_TYPES or consolidation.tally.unit_by_code[status.unit].type == unit_type


def _name_units(consolidation: Consolidation, statuses: Sequence[ObligationStatus]) -> str:
    """Their names; of more than can be read, their number and where the names stand."""
    if len(statuses) > MOST_UNITS:
        return f"{format_count(len(statuses))} đơn vị, có tên ở trang “{STATUS}” của sổ tổng hợp"
    return consolidation.tally.name_units(each.unit for each in statuses)


def write_passages(consolidation: Consolidation) -> dict[Passage, list[str]]:
    """The paragraphs of the report that are made from the period's state."""
    rates = consolidation.reporting.rates
    targets = [_describe_target(consolidation, result) for result in consolidation.targets if result.concerns_any]
    return {
        Passage.REPORTING: [
            _say_rate(consolidation, rate) for rate in rates if rate.unit_type != ALL_TYPES or len(rates) > 2
        ],
        Passage.TARGETS: [f"- {each['noi_dung']}: {lower_first(each['ket_qua'])}." for each in targets],
    }


def _say_rate(consolidation: Consolidation, rate: Rate) -> str:
    """The line of all types follows those that name the units, and names none."""
    shown = _describe_rate(consolidation, rate)
    unnamed = {"ds_muon": "", "ds_chua_co": "", "ds_tra_lai": ""}
    said = _describe_standings(rate, shown | unnamed) if rate.unit_type == ALL_TYPES else shown["cau"]
    return f"- {shown['loai']}: phải gửi {shown['phai_gui']} báo cáo; {said}."


def _describe_standings(rate: Rate, shown: Mapping[str, Any]) -> str:
    """How many reports came when, without noughts, and which units are late, missing or returned."""
    missing = words.STANDING[Standing.MISSING].lower() if shown["het_han"] else "chưa gửi (chưa hết hạn)"
    parts = [
        (rate.unjudged, f"đã nhận {shown['khong_xet_han']} ({shown['ty_le_khong_xet_han']}), không xét thời hạn"),
        (rate.on_time, f"đúng hạn {shown['dung_han']} ({shown['ty_le_dung_han']})"),
        (rate.late, f"gửi muộn {shown['muon']} ({shown['ty_le_muon']}){_add_names(shown['ds_muon'])}"),
        (rate.missing, f"{missing} {shown['chua_co']} ({shown['ty_le_chua_co']}){_add_names(shown['ds_chua_co'])}"),
    ]
    returned = f", trong đó đã trả lại để bổ sung: {shown['ds_tra_lai']}" if shown["ds_tra_lai"] else ""
    return "; ".join(text for count, text in parts if count) + returned


def _add_names(names: str) -> str:
    return f": {names}" if names else ""


def _name_basis(consolidation: Consolidation) -> str:
    """How many reports the figures are from, each type of units apart; where several types report the same figure,
    whose is said where no sender is named."""
    rates = [rate for rate in consolidation.reporting.rates if rate.unit_type != ALL_TYPES]
    counts = [f"{format_count(rate.expected - rate.missing)}/{format_count(rate.expected)} báo cáo" for rate in rates]
    if len(rates) == 1:
        return f"{counts[0]} phải gửi"
    types = (lower_name(consolidation.programme.unit_types.get(rate.unit_type, "")) for rate in rates)
    parts = [f"{count} của {name}" for count, name in zip(counts, types, strict=True)]
    if any(each.is_reported_twice for each in consolidation.tally.totals.values()):
        headline = lower_name(consolidation.programme.unit_types[consolidation.programme.headline])
        parts.append(f"số liệu không ghi nơi báo cáo là của {headline}")
    return "; ".join(parts)


# Targets


def _describe_target(consolidation: Consolidation, result: TargetResult) -> dict[str, Any]:
    """`ket_qua` is a sentence: how many units have met the target, and which have not. Units that have sent no report
    are named where the report tells of them, and not again with every target.
    """
    concerned = len([each for each in result.units if each.state is not TargetState.NOT_APPLICABLE])
    met = result.of_state(TargetState.MET)
    reached = words.TARGET[TargetState.MET].lower()
    parts = [f"{format_count(len(met))}/{format_count(concerned)} đơn vị {reached}"]
    if not met:
        parts = [f"chưa có đơn vị nào trong {format_count(concerned)} đơn vị {reached}"]
    if not concerned:
        parts = [words.TARGET[TargetState.NOT_APPLICABLE].lower()]
    elif result.target.scope == "province":
        parts = [_say_province(each) for each in result.units]
    silent = {each.unit for each in consolidation.reporting.statuses if each.standing is Standing.MISSING}
    for state in (TargetState.UNMET, TargetState.IN_PROGRESS, TargetState.UNKNOWN):
        own = [each for each in result.units if each.state is state and each.unit]
        names = "" if {each.unit for each in own} <= silent else _name_results(consolidation, own)
        if own:
            parts.append(f"{format_count(len(own))} đơn vị {words.TARGET[state].lower()}{names}")
    return {
        "ma": result.target.code,
        "noi_dung": result.target.title,
        "dat": format_count(len(met)),
        "tong": format_count(concerned),
        "ket_qua": ". ".join(part[:1].upper() + part[1:] for part in parts if part),
        "cuoi_ky": result.is_final,
    }


def _say_province(result: UnitResult) -> str:
    """ "đạt (12/10)", "chưa đạt (08/10)"."""
    reached = describe_result(result).partition(": ")[2]
    return words.TARGET[result.state].lower() + (f" ({reached})" if reached else "")


def _name_results(consolidation: Consolidation, results: Sequence[UnitResult]) -> str:
    """The names behind their number; of very many none, since the appendix has them."""
    if len(results) > words.MOST_NAMED:
        return " (phụ lục kèm theo)"
    return ": " + "; ".join(_name_result(consolidation, each) for each in results)


def _name_result(consolidation: Consolidation, result: UnitResult) -> str:
    name = consolidation.tally.name_shortly(result.unit)
    if result.state is TargetState.UNKNOWN:
        return name
    return f"{name} ({describe_result(result).partition(': ')[2]})"


# Comparison


def _describe_comparison(consolidation: Consolidation) -> Mapping[str, Any]:
    """`co`: whether there is anything to compare with; `thieu`: whether some figure is compared without units that one
    side lacks; `da_chia` names units that a reform divided."""
    comparison = consolidation.told_comparison
    return {
        "co": comparison is not None and any(map(comparison.find_change, consolidation.tally.indicators)),
        "ky": lower_first(comparison.period_name) if comparison else "",
        "thieu": comparison is not None
        and not all(
            each.is_whole and _is_asked_whole(consolidation, each.indicator) for each in comparison.changes.values()
        ),
        "da_chia": ", ".join(map(lower_name, comparison.divided)) if comparison else "",
    }


def _is_asked_whole(consolidation: Consolidation, indicator: str) -> bool:
    """Whether every unit that is asked for the figure has one."""
    total = consolidation.tally.headline(indicator)
    return total is not None and len(total.contributed) == total.asked


_BEFORE, _AFTER = attrgetter("before"), attrgetter("after")


def _sum_up(differences: Sequence[Difference]) -> Iterator[Difference]:
    """Of a unit that came or left with all its figures, their number in place of each of them."""
    standings = Counter(each.unit for each in differences if not each.indicator)
    figures = [each for each in differences if each.indicator and standings[each.unit] == 1]
    known = [{each.unit for each in figures if value(each) is not None} for value in (_BEFORE, _AFTER)]
    new, gone = (Counter(each.unit for each in figures if each.unit not in units) for units in known)
    for each in differences:
        if not each.indicator:
            yield replace(each, before=_count(each.before, gone[each.unit]), after=_count(each.after, new[each.unit]))
        elif each.unit not in new and each.unit not in gone:
            yield each


def _count(standing: PlainValue, figures: int) -> PlainValue:
    return f"{standing}; {format_count(figures)} số liệu" if figures else standing


def _describe_difference(consolidation: Consolidation, difference: Difference) -> dict[str, str]:
    unit = consolidation.tally.unit_by_code.get(difference.unit)
    indicator = consolidation.programme.indicator_by_code.get(difference.indicator)
    subject = name_subject(difference, consolidation.programme)
    shown = {
        "don_vi": consolidation.programme.name_fully(unit) if unit else difference.unit,
        "noi_dung": subject,
        "ly_do": difference.why,
    }
    kind = indicator.kind if indicator else None
    values = {
        name: words.print_kept(value, kind) or "không có"
        for name, value in (("truoc", difference.before), ("sau", difference.after))
    }
    return {name: clean_text(text) for name, text in (shown | values).items()}
