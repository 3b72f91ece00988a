"""The libraries and programs that ours are held against. Each is imported when it is asked, so a row needs its own."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from xml.parsers import expat

from pydantic import BaseModel, Field, TypeAdapter

HEADER, TOKENS = 8, 9
"""The rows of sheet “Số liệu” with the headings and with the hidden tokens."""


def inflate(data: bytes) -> list[bytes]:
    """The least that a reader of a package must do."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def parse_markup(data: bytes) -> None:
    """The same, each part parsed by expat, which tells nobody."""
    for part in inflate(data):
        expat.ParserCreate().Parse(part, True)


def read_calamine(data: bytes) -> list[list[list[Any]]]:
    """Every cell of every sheet."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def read_openpyxl(data: bytes) -> list[list[tuple[Any, ...]]]:
    """Every cell of every sheet, by openpyxl's quicker way."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


def read_pandas_openpyxl(data: bytes) -> object:
    """Every sheet as a frame, by pandas' own choice of reader."""
    return _read_pandas(data, "openpyxl")


def read_pandas_calamine(data: bytes) -> object:
    """Every sheet as a frame, by the quickest reader that pandas has."""
    return _read_pandas(data, "calamine")


def _read_pandas(data: bytes, engine: str) -> object:
    import pandas  # type: ignore[import-untyped]  # its stubs are not among the development requirements

    return pandas.read_excel(io.BytesIO(data), sheet_name=None, header=None, engine=engine)


def validate_frictionless(data: bytes) -> bool:
    """One sheet of our form held against a schema: its columns, and that each row has a code of its own."""
    from frictionless import Dialect, Resource, Schema, fields
    from frictionless.formats import ExcelControl

    texts = [fields.StringField(name=name) for name in ("TT", "Chỉ tiêu", "Đơn vị tính")]
    code = fields.StringField(name="Mã", constraints={"required": True, "unique": True})
    figures = [fields.AnyField(name=name) for name in ("Số liệu", "Kỳ trước", "Ghi chú")]
    sheet = ExcelControl(sheet="Số liệu")
    dialect = Dialect(header_rows=[HEADER], comment_rows=[TOKENS], controls=[sheet])
    resource = Resource(data=data, format="xlsx", schema=Schema(fields=[code, *texts, *figures]), dialect=dialect)
    return bool(resource.validate().valid)


def validate_pydantic(data: bytes) -> list[Row]:
    """The same sheet, each row a model: what is mostly written by hand for a form such as ours."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    rows = book["Số liệu"].iter_rows(min_row=TOKENS + 1, max_col=len(Row.model_fields), values_only=True)
    return _ROWS.validate_python([dict(zip(Row.model_fields, row, strict=True)) for row in rows])


class Row(BaseModel):
    """A row of the form: a section's, or an indicator's with its figure."""

    code: str = Field(min_length=1, max_length=400)
    number: str | None
    label: str | None
    measure_unit: str | None
    value: Annotated[int, Field(ge=0)] | Decimal | bool | date | str | None


_ROWS = TypeAdapter(list[Row])
