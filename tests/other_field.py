"""A programme of another field, and its workbooks as its units fill them in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from chalicelib import folders
from chalicelib.domain.programme.loading import load_programme
from chalicelib.domain.programme.model import Period, Programme, Unit
from chalicelib.domain.programme.renewal import rehearse
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template

FOLDER = Path(__file__).parent / "data" / "tiem-chung-2026"
FORM, PERIOD = "phieu-tiem", "quy-1"


def read_other_field(due: datetime | None = None) -> dict[str, bytes]:
    """The programme's files, with `due` moved so that the first period falls due then."""
    files = folders.read_folder(FOLDER)
    if due:
        files = rehearse(files, code="tiem-chung-thu", period=PERIOD, due=due).files
    return {name: text.encode() for name, text in files.items()}


def load_other_field() -> Programme:
    return load_programme({name: data.decode() for name, data in read_other_field().items()})


def fill(programme: Programme, unit: Unit, period: Period, **changes: Any) -> bytes:
    """The form as the unit sends it: every rule kept, the last row named in the unit's own words."""
    form = programme.form_by_code[FORM]
    size = 30 + 7 * programme.units.index(unit)
    values: dict[str, Any] = {
        "M01": size, "M02": 4, "M03": size + 6, "K01": 2, "K02": Decimal("0.25"), "K03": 1_500_000, "N01": 2,
        "N02": True, "N03": "07/KH-TYT", "N04": period.data_from, "su-co": "Không có.", "de-xuat": "Bổ sung tủ lạnh.",
    }  # fmt: skip
    asked = {row.code for row in programme.rows(form, unit, period)} | {each.code for each in form.narratives}
    rows = [
        {"chung_loai": "BCG", "lieu": size},
        {"chung_loai": "Loại chưa liệt kê", "ten_rieng": "Cúm mùa", "lieu": 5, "ngay_nhan": period.data_to},
    ]
    tables = {table.code: rows for table in programme.tables(form, unit, period)}
    typed = {code: value for code, value in (values | changes).items() if code in asked}
    return fill_in(make_template(programme, form, unit, period), Contents(typed, tables))
