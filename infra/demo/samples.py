"""Sample workbooks: plausible figures of a district, the same on every run, that obey the form's rules.

`python -m infra.demo.samples` rewrites the samples saved by LibreOffice. They are committed, because the
demonstration must run on machines without LibreOffice.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from chalicelib.domain.programme.expressions import Figures, Requirement
from chalicelib.domain.programme.kinds import Shape
from chalicelib.domain.programme.model import Form, Indicator, Period, Programme, Table, Unit
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template

SAVED = Path(__file__).parent / "saved-by-libreoffice"
SAVED_AS = {"182": "xlsx", "184": "ods", "186": "xls"}
"""Districts whose sample is saved by LibreOffice, with the format."""
WITH_ERRORS, LATE, MISSING = "187", "188", "189"


@dataclass(frozen=True)
class Sample:
    """One workbook to send, before or after the due date."""

    unit: Unit
    file_name: str
    data: bytes
    late: bool = False


def make_samples(programme: Programme, form: Form, period: Period) -> Iterator[Sample]:
    """A workbook for each unit that owes `form`, except the unit that sends nothing."""
    for obligation in programme.obligations(period.code):
        unit = programme.unit_by_code[obligation.unit]
        if obligation.form != form.code or unit.code == MISSING:
            continue
        if unit.code in SAVED_AS:
            path = SAVED / f"{form.code}-{unit.code}.{SAVED_AS[unit.code]}"
            yield Sample(unit, path.name, path.read_bytes())
            continue
        name = f"{form.title} {unit.full_name}.xlsx"
        yield Sample(unit, name, make_sample(programme, form, unit, period), late=unit.code == LATE)


def make_sample(programme: Programme, form: Form, unit: Unit, period: Period) -> bytes:
    """The form filled in by one unit; 187 with mistakes, 180 and 181 with figures typed as text."""
    contents = make_contents(programme, form, unit, period)
    if unit.code == WITH_ERRORS:
        contents.values |= {"B06": "hơn 500", "B05": "44 lần/704 lượt", "F54": None, "F71": 1.5, "A01": "12 em"}
        contents.values["F55"] = 10_000
    if unit.code in ("180", "181"):
        contents.values |= _type_as_officials_do(contents.values)
    return fill_in(make_template(programme, form, unit, period), contents)


def make_contents(programme: Programme, form: Form, unit: Unit, period: Period) -> Contents:
    """Figures by a hash of unit and code, so that they differ between units and never between runs."""
    rows = [row for row in programme.rows(form, unit, period) if not row.computed]
    values: dict[str, Any] = {row.code: _make_value(row, unit, period) for row in rows}
    asked = programme.tables(form, unit, period)
    tables = {table.code: _fit_rows(table, _make_rows(table.code, unit)) for table in asked}
    settle(form, values, tables)
    for narrative in programme.narratives(form, period):
        values[narrative.code] = _NARRATIVES.get(narrative.code, "Không.").format(name=unit.full_name)
    return Contents(values, tables)


def make_earlier_contents(programme: Programme, form: Form, unit: Unit, period: Period) -> Contents:
    """What the unit reported a year before: its counts between 80 and 115 per cent of today's."""
    contents = make_contents(programme, form, unit, period)
    for code, value in contents.values.items():
        if type(value) is int:
            share = _draw(unit, f"{code}/truoc", 80, 115)
            step = 1_000_000 if value >= _MONEY else 1
            contents.values[code] = value // step * share // 100 * step
    settle(form, contents.values, contents.tables)
    return contents


_MONEY = 1_000_000

_NARRATIVES = {
    "ket-qua-noi-bat": "Ban Chỉ đạo 138 {name} đã chỉ đạo các xã, thị trấn tổ chức tuyên truyền, "
    "vận động Nhân dân tham gia phong trào; củng cố các tổ tự quản ở khu dân cư.",
    "kho-khan": "Kinh phí bảo đảm cho hoạt động của lực lượng ở cơ sở còn hạn chế.",
    "phuong-huong": "Tiếp tục nhân rộng các mô hình tự quản có hiệu quả trên địa bàn {name}.",
    "kien-nghi": "Đề nghị Ban Chỉ đạo 138 tỉnh tổ chức tập huấn cho lực lượng ở cơ sở.",
}


_WHOLES = {"D30": (8, 14), "D31": (400, 900), "D32": (300, 700), "D33": (3000, 9000)}
"""Stocks that contain other figures: large enough for all their parts."""


def _draw(unit: Unit, code: str, low: int, high: int) -> int:
    digest = hashlib.sha256(f"{unit.code}/{code}".encode()).digest()
    return low + int.from_bytes(digest[:4], "big") % (high - low + 1)


def _make_value(row: Indicator, unit: Unit, period: Period) -> Any:
    if row.kind.shape is Shape.FLAG:
        return True
    if row.kind.shape is Shape.DATE:
        return period.data_to
    if row.kind.shape is Shape.TEXT:
        return f"{_draw(unit, row.code, 10, 99)}/KH-BCĐ"
    if not row.kind.is_whole:
        return Decimal(_draw(unit, row.code, 10, 4000)) / 100
    if row.measure_unit == "đồng":
        return _draw(unit, row.code, 5, 400) * 1_000_000
    if row.code in _WHOLES:
        return _draw(unit, row.code, *_WHOLES[row.code])
    is_crowd = bool({"lượt", "hộ", "tờ", "cuốn"} & set(row.measure_unit.split()))
    return _draw(unit, row.code, 120, 3800) if is_crowd else _draw(unit, row.code, 3, 60)


def _make_rows(table: str, unit: Unit) -> list[dict[str, Any]]:
    if table.startswith("dia-ban"):
        return [
            {"ten": f"Thôn Nà {name}", "xa": f"Xã số {number}"}
            for number, name in enumerate(("Lùng", "Pàn", "Ca")[: _draw(unit, "dia-ban", 1, 3)], start=1)
        ]
    kinds = ("Dòng họ tự quản", "Camera an ninh", "Nhóm liên gia tự quản", "Hội hiếu tự quản")
    forms = ("Xây dựng mới", "Xây dựng mới", "Nhân rộng", "Duy trì", "Xây dựng mới")
    return [
        {
            "ten": f"{kinds[number % 4]} thôn {number + 1}", "loai": kinds[number % 4],
            "dia_diem": f"Xã số {number + 1}", "hinh_thuc": forms[number],
            "diem": _draw(unit, f"diem{number}", 1, 4), "to": _draw(unit, f"to{number}", 1, 5),
            "thanh_vien": _draw(unit, f"nguoi{number}", 10, 60),
        }
        for number in range(_draw(unit, "mo-hinh", 2, 5))
    ]  # fmt: skip


def _fit_rows(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keeps the table's columns, replaces a choice that is not in its list, and fills in what is required."""
    columns = {column.code: column for column in table.columns}

    def fit(code: str, value: Any) -> Any:
        choices = columns[code].choices
        return value if not choices or value in choices else choices[0]

    needed = [column for column in table.columns if column.required]
    return [
        {column.code: f"{column.label} số {number}" for column in needed}
        | {code: fit(code, value) for code, value in row.items() if code in columns}
        for number, row in enumerate(rows, start=1)
    ]


def settle(form: Form, values: dict[str, Any], tables: dict[str, list[dict[str, Any]]]) -> None:
    """Changes `values` until every rule of the form holds, lowering parts rather than raising wholes."""
    for _ in range(10):
        figures = Figures(values, tables)
        broken = [rule.requirement for rule in form.rules if rule.requirement.holds(figures) is False]
        for comparison in broken:
            _settle_one(comparison, values, Figures(values, tables))
        if not broken:
            return
    raise ValueError("the form's rules contradict each other")


def _settle_one(comparison: Requirement, values: dict[str, Any], figures: Figures) -> None:
    left, right = int(comparison.left.compute(figures) or 0), int(comparison.right.compute(figures) or 0)
    whole, parts = right, comparison.left.codes
    if comparison.sign == "==" and len(comparison.right.codes) > len(parts):
        whole, parts = left, comparison.right.codes
    if comparison.left.tables and comparison.right.codes:
        values[comparison.right.codes[0]] = left
    elif comparison.sign == "==":
        values |= {code: whole // len(parts) for code in parts}
        values[parts[0]] += whole % len(parts)
    else:
        weights = int(comparison.left.compute(Figures(dict.fromkeys(parts, 1), {})) or 1)
        values |= {code: min(values[code], whole // weights) for code in parts}


def _type_as_officials_do(values: dict[str, Any]) -> dict[str, Any]:
    """The same figures as people type them: grouped, with the unit of measure, zero as a word."""
    typed = {
        "B06": f"{values['B06']:,} lượt người".replace(",", "."),
        "E47": f"{values['E47']:02d} tổ",
        "F69": "không",
        "C28": f"{values['C28'] // 1_000_000} triệu đồng",
    }
    return {code: text for code, text in typed.items() if code in values}


def save_with_libreoffice(programme: Programme, form: Form, period: Period) -> None:
    """Writes the committed samples anew; needs LibreOffice (`soffice`)."""
    SAVED.mkdir(exist_ok=True)
    for code, extension in SAVED_AS.items():
        unit = programme.unit_by_code[code]
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "in" / f"{form.code}-{code}.xlsx"
            source.parent.mkdir()
            source.write_bytes(make_sample(programme, form, unit, period))
            subprocess.run(
                ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
                 "--convert-to", extension, "--outdir", str(SAVED), str(source)],
                check=True, capture_output=True,
            )  # fmt: skip


if __name__ == "__main__":
    from infra.demo.programme import DEMO_FORM, DEMO_PERIOD, load_demo_programme

    demo = load_demo_programme()
    save_with_libreoffice(demo, demo.form_by_code[DEMO_FORM], demo.period_by_code[DEMO_PERIOD])
    sys.stdout.write(f"{len(SAVED_AS)} samples under {SAVED.name}\n")
