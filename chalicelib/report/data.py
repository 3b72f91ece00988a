"""Open data of an edition: CSV (UTF-8 with a byte order mark, as Excel needs it), JSON, and a datapackage.json.

Numbers are exact: in CSV with a decimal point, in JSON an int or a decimal as text. In CSV, an
apostrophe stands wherever a spreadsheet would begin a formula in a text; in JSON every text is unchanged.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import itemgetter
from sys import intern
from typing import Any

from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Comparison, Consolidation
from chalicelib.domain.period.edition import EditionInfo, PlainValue, Snapshot, plain_value
from chalicelib.domain.period.figures import UnitRow
from chalicelib.domain.period.headline import Headline
from chalicelib.domain.period.points import Confirmation, Point, Points
from chalicelib.domain.period.targets import ConditionResult
from chalicelib.domain.period.timeliness import ObligationStatus, Rate
from chalicelib.domain.period.totals import FigureState, NamedCount, Total
from chalicelib.domain.programme.model import Table, Unit
from chalicelib.domain.programme.windows import DataWindow
from chalicelib.domain.values import Number, simplify
from chalicelib.report.files import FIGURES, JSON, PACKAGE, STATUS, TARGETS, TEXTS, TOTALS, name_table
from chalicelib.report.plain import render_csv
from chalicelib.report.readable_json import iter_json, iter_records

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A column with its Table Schema type and its meaning."""

    name: str
    type: str
    title: str


def _fields(*specs: str) -> tuple[Field, ...]:
    """From "name:type:title"."""
    return tuple(Field(*spec.split(":", 2)) for spec in specs)


def _list_words(word_by_state: Mapping[Any, str]) -> str:
    """ "known (có số liệu), missing (thiếu), …"."""
    return ", ".join(f"{state} ({word.lower()})" for state, word in word_by_state.items())


FIELDS = {
    FIGURES: _fields(
        "indicator:string:Mã chỉ tiêu", "label:string:Chỉ tiêu", "measure_unit:string:Đơn vị tính", "kind:string:Loại",
        "unit:string:Mã đơn vị", "unit_name:string:Đơn vị", "unit_type:string:Loại đơn vị",
        f"state:string:{_list_words(words.FIGURE)}", "value:string:Giá trị",
        "number:number:Giá trị bằng số (có = 1)", "estimated:boolean:Số ước", "form:string:Biểu",
        "revision:integer:Bản nộp", "file:string:Tệp", "sheet:string:Trang tính", "cell:string:Ô",
        "sha256:string:SHA-256 của tệp",
    ),
    TOTALS: _fields(
        "indicator:string:Mã chỉ tiêu", "label:string:Chỉ tiêu", "measure_unit:string:Đơn vị tính", "kind:string:Loại",
        "unit_type:string:Loại đơn vị", "headline:boolean:Là số chung của {breadth}", "value:number:Tổng",
        "at_least:integer:Ít nhất (số tên khác nhau)", "at_most:integer:Nhiều nhất (số tên khác nhau)",
        "contributed:integer:Số đơn vị có số liệu", "missing:integer:Số đơn vị thiếu",
        "empty:integer:Số đơn vị để trống", "estimated:integer:Số đơn vị ghi ước",
    ),
    TARGETS: _fields(
        "target:string:Mã chỉ tiêu của Chương trình", "title:string:Nội dung",
        "unit:string:Mã đơn vị (trống: toàn {breadth})",
        f"state:string:{_list_words(words.TARGET)}",
        "indicator:string:Mã số liệu",
        "value:number:Kết quả", "at_least:number:Yêu cầu", "estimated:boolean:Số ước",
    ),
    STATUS: _fields(
        "unit:string:Mã đơn vị", "unit_name:string:Đơn vị", "unit_type:string:Loại đơn vị", "form:string:Biểu",
        "expected:boolean:Phải gửi", f"standing:string:{_list_words(words.STANDING)}",
        "first_received:datetime:Nhận lần đầu", "revision:integer:Bản nộp", "received:datetime:Nhận bản này",
        f"review:string:Xử lý: {_list_words(words.REVIEW)}", "returned:boolean:Trả lại",
        "refused:boolean:Có tệp gửi sau bị từ chối",
        "comment:string:Ý kiến", "file:string:Tệp", "sha256:string:SHA-256 của tệp",
    ),
    TEXTS: _fields(
        "unit:string:Mã đơn vị", "unit_name:string:Đơn vị", "form:string:Biểu", "narrative:string:Mã nội dung",
        "label:string:Nội dung", "text:string:Nguyên văn", "sheet:string:Trang tính", "cell:string:Ô",
    ),
}  # fmt: skip


CONFIRMED_FIELDS = {
    FIGURES: _fields("confirmed:boolean:Xác nhận không phát sinh: 0 theo dấu của mục, ô là ô đánh dấu"),
    STATUS: _fields("confirmed:string:Mã các mục xác nhận không phát sinh"),
}
"""The further columns where any unit confirmed that it has nothing to report; without one, files are as ever. So too
those below: where there are choices, and where there are bands."""
CHOSEN_FIELDS = {TOTALS: _fields("chosen:string:Số đơn vị theo từng lựa chọn")}
BAND_FIELDS = {FIGURES: _fields("band:string:Xếp loại"), TOTALS: _fields("band:string:Xếp loại")}


def make_data_files(consolidation: Consolidation, edition: EditionInfo) -> dict[str, bytes]:
    """The CSV files, the JSON and the datapackage.json, by name."""
    rows = {
        FIGURES: iter_figures(consolidation), TOTALS: iter_totals(consolidation), TARGETS: iter_targets(consolidation),
        STATUS: iter_statuses(consolidation), TEXTS: iter_texts(consolidation),
    }  # fmt: skip
    rows |= {name_table(each.code): _iter_table(consolidation, each.code) for each in consolidation.tables}
    schemas = {name: tuple(_list_fields(consolidation, name)) for name in FIELDS}
    schemas |= {name_table(each.code): _list_table_fields(each) for each in consolidation.tables}
    files = {name: _render_rows(schemas[name], each) for name, each in rows.items()}
    files[JSON] = _dump(describe_edition(consolidation, edition))
    files[PACKAGE] = _dump(_describe_package(consolidation, edition, files, schemas))
    return files


def _list_fields(consolidation: Consolidation, name: str) -> Iterator[Field]:
    for field in FIELDS[name]:
        yield replace(field, title=field.title.replace("{breadth}", consolidation.programme.breadth))
    if consolidation.reporting.has_confirmed:
        yield from CONFIRMED_FIELDS.get(name, ())
    if any(each.choices for each in consolidation.tally.indicators):
        yield from CHOSEN_FIELDS.get(name, ())
    if _has_bands(consolidation):
        yield from BAND_FIELDS.get(name, ())


def _has_bands(consolidation: Consolidation) -> bool:
    return any(each.bands for each in consolidation.tally.indicators)


def _name(consolidation: Consolidation, unit: str) -> str:
    return consolidation.programme.name_fully(consolidation.tally.unit_by_code[unit])


def iter_figures(consolidation: Consolidation) -> Iterator[Row]:
    """One row for every figure that a unit is asked for, known or not."""
    of_unit = {
        unit.code: {"unit": unit.code, "unit_name": _name(consolidation, unit.code), "unit_type": unit.type}
        for unit in consolidation.tally.units
    }
    of_report = {
        key: {"form": each.form, "revision": each.revision or None, "file": each.file_name, "sha256": each.sha256}
        for key, each in consolidation.reporting.status_by_key.items()
    }
    for indicator in consolidation.tally.indicators:
        of_indicator = {
            "indicator": indicator.code, "label": indicator.label, "measure_unit": indicator.measure_unit,
            "kind": indicator.kind.code,
        }  # fmt: skip
        for figure in consolidation.tally.figures[indicator.code].values():
            yield {
                **of_indicator, **of_unit[figure.unit], **of_report[figure.unit, figure.form],
                "state": str(figure.state), "value": figure.value, "number": figure.number,
                "estimated": figure.estimated, "sheet": figure.sheet, "cell": figure.cell,
                "confirmed": figure.confirmed, "band": indicator.find_band(figure.value),
            }  # fmt: skip


def iter_totals(consolidation: Consolidation) -> Iterator[Row]:
    for indicator in consolidation.tally.indicators:
        totals = consolidation.tally.totals[indicator.code]
        for total in totals.subtotals:
            yield {
                "indicator": indicator.code, "label": indicator.label, "measure_unit": indicator.measure_unit,
                "kind": indicator.kind.code, "unit_type": total.unit_type, "headline": total is totals.headline,
                "value": total.value, "at_least": total.at_least, "at_most": total.at_most,
                "contributed": len(total.contributed), "missing": len(total.missing), "empty": len(total.empty),
                "estimated": len(total.estimated),
                **({"chosen": words.print_total(total, indicator.kind)} if total.chosen else {}),
                **({"band": indicator.find_band(total.value)} if indicator.bands else {}),
            }  # fmt: skip


def iter_targets(consolidation: Consolidation) -> Iterator[Row]:
    for result in consolidation.targets:
        for unit in result.units:
            for condition in unit.conditions:
                yield {"target": result.target.code, "title": result.target.title, "unit": unit.unit,
                       **_describe_condition(condition)}  # fmt: skip


def _describe_condition(condition: ConditionResult) -> dict[str, Any]:
    return {
        "state": str(condition.state), "indicator": condition.indicator, "value": condition.value,
        "at_least": condition.at_least, "estimated": condition.estimated,
    }  # fmt: skip


def iter_statuses(consolidation: Consolidation) -> Iterator[Row]:
    for status in consolidation.reporting.statuses:
        unit = consolidation.tally.unit_by_code[status.unit]
        confirmed = {"confirmed": "; ".join(status.confirmed)} if consolidation.reporting.has_confirmed else {}
        yield {
            "unit": unit.code, "unit_name": _name(consolidation, unit.code), "unit_type": unit.type,
            **_describe_status(status), **confirmed,
        }  # fmt: skip


def _describe_status(status: ObligationStatus) -> dict[str, Any]:
    return {
        "form": status.form, "expected": status.is_expected, "standing": str(status.standing),
        "first_received": status.first_received, "revision": status.revision or None, "received": status.received,
        "review": str(status.review or ""), "returned": status.is_returned, "refused": status.was_refused,
        "comment": status.comment, "file": status.file_name, "sha256": status.sha256,
    }  # fmt: skip


def iter_texts(consolidation: Consolidation) -> Iterator[Row]:
    for text in consolidation.texts:
        yield {
            "unit": text.unit, "unit_name": _name(consolidation, text.unit), "form": text.form,
            "narrative": text.narrative.code, "label": text.narrative.label, "text": text.text,
            "sheet": text.sheet, "cell": text.cell,
        }  # fmt: skip


def _list_table_fields(table: Table) -> tuple[Field, ...]:
    own = (Field(f"c_{each.code}", "string", each.label) for each in table.columns)
    return (*_fields("unit:string:Mã đơn vị", "unit_name:string:Đơn vị", "form:string:Biểu"), *own)


def _iter_table(consolidation: Consolidation, code: str) -> Iterator[Row]:
    """The rows of a repeating table."""
    for line in consolidation.rows[code]:
        values = {f"c_{name}": value for name, value in line.row.values.items()}
        yield {"unit": line.unit, "unit_name": _name(consolidation, line.unit), "form": line.form, **values}


def _render_rows(fields: Iterable[Field], rows: Iterable[Row]) -> bytes:
    names = [field.name for field in fields]
    return render_csv(names, (map(row.get, names) for row in rows))


# JSON

_JSON_FIGURE = ("indicator", "unit", "state", "value", "estimated", "form", "revision", "sheet", "cell")
"""The keys of a figure. Names of indicators and units are listed once under "indicators" and "units", files under
"statuses"."""


def describe_edition(consolidation: Consolidation, edition: EditionInfo) -> dict[str, Any]:
    """The whole edition as JSON; `inputs` is enough to make it again. Long lists are iterators, for one use."""
    keys = _list_figure_keys(consolidation)
    read = itemgetter(*keys)
    return {
        "programme": consolidation.programme.code,
        **({"branch": consolidation.programme.branch} if consolidation.programme.branch else {}),
        "title": consolidation.programme.title,
        "period": consolidation.period.code,
        "period_name": consolidation.period.name,
        "data_from": consolidation.period.data_from.isoformat(),
        "data_to": consolidation.period.data_to.isoformat(),
        "edition": {
            "number": edition.number, "made": edition.made, "frozen": edition.is_frozen,
            "reason": edition.reason, "previous": edition.previous_number,
        },
        "inputs_hash": consolidation.inputs_hash,
        "inputs": consolidation.manifest,
        "rates": [_describe_rate(rate) for rate in consolidation.reporting.rates],
        "statuses": iter_statuses(consolidation),
        "totals": (row | _name_units(consolidation, row) for row in iter_totals(consolidation)),
        "indicators": list(_describe_indicators(consolidation)),
        "units": (_describe_unit(consolidation, each) for each in consolidation.tally.units),
        "figures": (dict(zip(keys, read(row), strict=True)) for row in iter_figures(consolidation)),
        "targets": iter_targets(consolidation),
        "names": (_describe_name(name) for name in consolidation.tally.names),
        "texts": iter_texts(consolidation),
        "tables": {
            table.code: map(_describe_row, consolidation.rows[table.code]) for table in consolidation.tables
        },
        **_describe_comparisons(consolidation),
        "findings": ({"code": each.code, "unit": each.unit, "subject": each.subject, "text": each.text}
                     for each in consolidation.findings),
        "differences": [{"unit": each.unit, "indicator": each.indicator, "form": each.form, "before": each.before,
                         "after": each.after, "why": each.why} for each in edition.differences],
        **({"points": _describe_points(edition.points)} if edition.points else {}),
    }  # fmt: skip


def _describe_indicators(consolidation: Consolidation) -> Iterator[dict[str, str]]:
    for section in consolidation.tally.sections:
        for each in section.indicators:
            told = {"code": each.code, "label": each.label, "measure_unit": each.measure_unit, "kind": each.kind.code}
            yield told | {"section": section.title, **_describe_window(section.window)}


def _describe_window(window: DataWindow) -> dict[str, str]:
    """The days that figures cover, where these are not the period's."""
    own = {"data_from": window.first.isoformat(), "data_to": window.last.isoformat()}
    return own if window.rule else {}


def _describe_unit(consolidation: Consolidation, unit: Unit) -> dict[str, str]:
    own = {"parent": unit.parent, "organisation_code": unit.organisation_code}
    given = {name: text for name, text in own.items() if text}
    return {"code": unit.code, "name": _name(consolidation, unit.code), "type": unit.type, **given}


def _describe_points(points: Points) -> list[dict[str, Any]]:
    """All points, open and confirmed; those that the workbook's list leaves out as well."""
    said: list[tuple[Point, Confirmation | None]] = [*((each, None) for each in points.open), *points.confirmed]
    return [
        {"doubt": str(point.doubt), "indicator": point.indicator, "unit": point.unit, "against": point.against,
         "figure": point.figure, "other": point.other, "text": point.text,
         "confirmed": each.at if each else None, "note": each.note if each else ""}
        for point, each in said
    ]  # fmt: skip


def _list_figure_keys(consolidation: Consolidation) -> tuple[str, ...]:
    more = {"confirmed": consolidation.reporting.has_confirmed, "band": _has_bands(consolidation)}
    return (*_JSON_FIGURE, *(name for name, is_given in more.items() if is_given))


def _describe_rate(rate: Rate) -> dict[str, Any]:
    return {
        "unit_type": rate.unit_type, "expected": rate.expected, "received": rate.received, "on_time": rate.on_time,
        "late": rate.late, "unjudged": rate.unjudged, "missing": rate.missing, "returned": rate.returned,
        "approved": rate.approved, "shares": {str(standing): str(share) for standing, share in rate.shares.items()},
    }  # fmt: skip


def _describe_name(count: NamedCount) -> dict[str, Any]:
    return {"name": count.name, "units": count.units, "sums": count.sums}


def _describe_row(line: UnitRow) -> dict[str, Any]:
    values = {code: plain_value(value) for code, value in line.row.values.items()}
    return {
        "unit": line.unit, "form": line.form, "sheet": line.row.sheet, "cells": line.row.cells, "values": values,
    }  # fmt: skip


def _name_units(consolidation: Consolidation, row: Row) -> dict[str, list[str]]:
    totals: Iterable[Total] = consolidation.tally.totals[row["indicator"]].subtotals
    total = next(each for each in totals if each.unit_type == row["unit_type"])
    return {"missing_units": list(total.missing), "estimated_units": list(total.estimated)}


def _describe_comparisons(consolidation: Consolidation) -> dict[str, Any]:
    older = [_describe_comparison(each) for each in consolidation.older]
    return {
        "comparison": _describe_comparison(consolidation.comparison),
        "earlier": _describe_comparison(consolidation.earlier),
        **({"older": older} if older else {}),
    }


def _describe_comparison(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        "basis": str(comparison.basis),
        "period_name": comparison.period_name,
        "divided": list(comparison.divided),
        "changes": {code: {"before": each.before, "after": each.after, "units": list(each.units),
                           "whole": each.is_whole} for code, each in comparison.changes.items()},
    }  # fmt: skip


def _dump(value: Mapping[str, Any]) -> bytes:
    """Serialises to JSON. UTF-8 cannot hold half a surrogate pair, so it is written as a JSON escape."""
    target = io.BytesIO()
    target.writelines(piece.encode(errors="backslashreplace") for piece in iter_json(value))
    target.write(b"\n")
    return target.getvalue()


def _describe_package(
    consolidation: Consolidation,
    edition: EditionInfo,
    files: Mapping[str, bytes],
    schemas: Mapping[str, tuple[Field, ...]],
) -> dict[str, Any]:
    """Frictionless Data Package, one tabular resource per CSV; `regime` and `windows` are ours: what the reporting
    regime says of itself, and the days that figures cover, by indicator, where these are not the period's."""
    own = consolidation.programme
    windows = {each.code: _describe_window(section.window) for section in consolidation.tally.sections
               if section.window.rule for each in section.indicators}  # fmt: skip
    regime = own.regime.model_dump()
    return {
        "name": "-".join(filter(None, (own.code, own.branch, consolidation.period.code))).lower(),
        "title": f"{consolidation.programme.title} – {consolidation.period.name}",
        "version": str(edition.number),
        "created": edition.made,
        "profile": "data-package",
        **({"regime": regime} if regime else {}),
        **({"windows": windows} if windows else {}),
        "resources": [
            {
                "name": name.removesuffix(".csv"),
                "path": name,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8-sig",
                "bytes": len(files[name]),
                "hash": f"sha256:{hashlib.sha256(files[name]).hexdigest()}",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n"},
                "schema": {
                    "fields": [{"name": each.name, "type": each.type, "title": each.title} for each in fields],
                    "missingValues": [""],
                },
            }
            for name, fields in schemas.items()
        ],
    }


def read_snapshot(data: bytes) -> Snapshot:
    """Reads the snapshot from an edition's JSON file as it was made, for finding what changed since."""
    return make_snapshot(iter_records(data, "figures"), statuses=iter_records(data, "statuses"))


def make_snapshot(figures: Iterable[Row], *, statuses: Iterable[Row]) -> Snapshot:
    """The snapshot of what such a file says of figures and reports."""
    known: dict[tuple[str, str], tuple[PlainValue, bool]] = {
        (intern(each["indicator"]), intern(each["unit"])): (each["value"], each["estimated"])
        for each in figures
        if each["state"] == FigureState.KNOWN
    }
    return Snapshot(
        known, {(each["unit"], each["form"]): (each["standing"], each["revision"] or 0) for each in statuses}
    )


def read_headlines(data: bytes) -> dict[str, Headline]:
    """Reads the province's figures from an edition's JSON file, by indicator."""
    return {
        each["indicator"]: Headline(
            _read_number(each["value"]), each["contributed"], frozenset(each.get("missing_units", ()))
        )
        for each in json.loads(data)["totals"]
        if each["headline"]
    }


def _read_number(value: int | str | None) -> Number | None:
    """A number as the JSON file has it: an int, or a decimal as text."""
    return simplify(Decimal(value)) if isinstance(value, str) else value
