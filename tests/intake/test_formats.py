"""One filled-in form, saved by different programs in different formats, is read as the same report.

`docs/formats.md` has the table of what is covered and how.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook, load_workbook

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Outcome, Status
from chalicelib.intake.check import check_workbook
from infra.machine import find_program

Maker = Callable[..., bytes]
TYPED = {"B06": "11.234 lượt người", "E47": "09 tổ", "F69": "không", "F71": 13.85}


@pytest.fixture(scope="module")
def filled(make_workbook: Maker) -> bytes:
    return make_workbook("180", **TYPED)


@pytest.fixture(scope="module")
def expected(filled: bytes, programme: Programme) -> dict[str, Any]:
    outcome = check_workbook(filled, programme)
    assert outcome.status is Status.ACCEPTED, outcome.issues
    return contents(outcome)


def contents(outcome: Outcome) -> dict[str, Any]:
    """What a report says, wherever it stands."""
    return {
        "identity": (outcome.form, outcome.version, outcome.unit, outcome.period),
        "values": {code: figure.value for code, figure in outcome.values.items()},
        "tables": {code: [row.values for row in rows] for code, rows in outcome.tables.items()},
        "narratives": {code: figure.value for code, figure in outcome.narratives.items()},
    }


def save_as(data: bytes, kind: str, folder: Path) -> bytes:
    source = folder / "in" / "form.xlsx"
    source.parent.mkdir()
    source.write_bytes(data)
    subprocess.run(
        [find_program("soffice"), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind,
         "--outdir", str(folder), str(source)], check=True, capture_output=True,
    )  # fmt: skip
    return (folder / f"form.{kind.partition(':')[0]}").read_bytes()


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "xlsx:Calc Office Open XML"])
def test_libreoffice_saves_the_same_report(
    kind: str, filled: bytes, expected: dict[str, Any], programme: Programme, tmp_path: Path
) -> None:
    outcome = check_workbook(save_as(filled, kind, tmp_path), programme)
    assert contents(outcome) == expected
    assert outcome.status is Status.ACCEPTED


@pytest.mark.office
def test_a_report_that_went_through_three_formats_is_still_the_same(
    filled: bytes, expected: dict[str, Any], programme: Programme, tmp_path: Path
) -> None:
    data = filled
    for step, kind in enumerate(("ods", "xls", "xlsx")):
        folder = tmp_path / str(step)
        folder.mkdir()
        data = save_as(data, kind, folder)
    assert contents(check_workbook(data, programme)) == expected


@pytest.mark.office
@pytest.mark.parametrize(("kind", "code"), [("csv", "file.csv"), ("html", "file.html"), ("pdf", "file.pdf")])
def test_another_kind_of_file_renamed_gets_its_own_message(
    kind: str, code: str, filled: bytes, programme: Programme, tmp_path: Path
) -> None:
    outcome = check_workbook(save_as(filled, kind, tmp_path), programme)
    assert [issue.code for issue in outcome.issues] == [code]


def grid(data: bytes) -> list[tuple[str, list[list[Any]]]]:
    book = load_workbook(io.BytesIO(data))
    return [(sheet.title, [list(row) for row in sheet.iter_rows(values_only=True)]) for sheet in book.worksheets]


def plain(value: Any) -> Any:
    """A formula is left out, as a program that pastes values does."""
    return None if isinstance(value, str) and value.startswith("=") else value


def test_values_pasted_into_a_workbook_of_openpyxls_own(
    filled: bytes, expected: dict[str, Any], programme: Programme
) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in grid(filled):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([plain(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    assert contents(check_workbook(out.getvalue(), programme)) == expected


def test_values_pasted_into_an_xls_of_97(filled: bytes, expected: dict[str, Any], programme: Programme) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in grid(filled):
        sheet = book.add_sheet(name)
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                if plain(value) is not None:
                    sheet.write(y, x, value)
    out = io.BytesIO()
    book.save(out)
    assert contents(check_workbook(out.getvalue(), programme)) == expected


def test_values_pasted_into_an_ods(filled: bytes, expected: dict[str, Any], programme: Programme) -> None:
    book = OpenDocumentSpreadsheet()
    for name, rows in grid(filled):
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for value in row:
                line.addElement(make_ods_cell(plain(value)))
            table.addElement(line)
        book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.write(out)
    assert contents(check_workbook(out.getvalue(), programme)) == expected


def make_ods_cell(value: Any) -> TableCell:
    if value is None:
        return TableCell()
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=str(value))
    cell = TableCell(valuetype="string")
    for paragraph in str(value).split("\n"):
        cell.addElement(P(text=paragraph))
    return cell
