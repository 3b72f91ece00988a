"""Old Excel files and LibreOffice's own are read as exactly as an .xlsx, errors and uncalculated formulas included."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from chalicelib.domain.issues.issue import Refused
from chalicelib.workbook.reading.book import Book, Cell, CellKind, Sheet, Visibility
from chalicelib.workbook.reading.legacy import show_number, unpack_number
from chalicelib.workbook.reading.reader import read_workbook
from chalicelib.workbook.reading.records import decode_bytes
from tests.workbook.compounds import (
    ENGINE,
    EOF,
    Record,
    bof,
    cell,
    make_compound,
    make_stream,
    make_xls,
    make_xls_stream,
    text,
)
from tests.workbook.packages import ODS, SPACES, make_ods, pack

GOLDEN = Path(__file__).parents[1] / "data" / "golden"
SAVED = ["saved-by-libreoffice.xlsx", "saved-by-libreoffice.xls", "saved-by-libreoffice.ods"]
Shown = dict[str, tuple[str, str]]


def show(sheet: Sheet) -> Shown:
    return {cell.reference: (cell.kind.value, cell.text) for cell in sheet.cells.values()}


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_workbook(data)
    return caught.value


def golden(name: str) -> Book:
    return read_workbook((GOLDEN / name).read_bytes())


# The same workbook, saved three times


@pytest.mark.parametrize("name", SAVED)
def test_the_same_workbook_reads_alike_in_every_format(name: str) -> None:
    book = golden(name)
    assert [(sheet.name, sheet.visibility) for sheet in book.sheets] == [
        ("Số liệu", Visibility.VISIBLE),
        ("Ẩn", Visibility.HIDDEN),
        ("Trống", Visibility.VISIBLE),
    ]
    sheet = book.sheets[0]
    assert sheet.hidden_rows == {3}
    assert sheet.merged == ((1, 5, 3, 6),)
    by_label = {cell.text: sheet.get(cell.row, 2) for cell in sheet.cells.values() if cell.column == 1}
    expected = {
        "Số học sinh": (CellKind.NUMBER, "42"),
        "decimal": (CellKind.NUMBER, "7.5"),
        "small": (CellKind.NUMBER, "0.1"),
        "neg": (CellKind.NUMBER, "-3.25"),
        "rk100": (CellKind.NUMBER, "1234.56"),
        "date": (CellKind.DATE, "2026-05-14"),
        "datetime": (CellKind.DATE, "2026-05-14T08:30:00"),
        "time": (CellKind.DATE, "08:30:00"),
        "dur": (CellKind.DATE, "PT44H30M0S"),
        "div": (CellKind.ERROR, "#DIV/0!"),
        "na": (CellKind.ERROR, "#N/A"),
        "name": (CellKind.ERROR, "#NAME?"),
        "ref": (CellKind.ERROR, "#REF!"),
        "sum": (CellKind.NUMBER, "49.5"),
        "str": (CellKind.TEXT, "ab"),
        "textnum": (CellKind.TEXT, "00123"),
        "lead": (CellKind.TEXT, "  a  "),
        "lines": (CellKind.TEXT, "a\nb"),
        "tab": (CellKind.TEXT, "a\tb"),
        "emoji": (CellKind.TEXT, "👩‍👩‍👧"),
        "nfd": (CellKind.TEXT, "Bie\u0302\u0309u"),
        "eq": (CellKind.TEXT, "'=1"),
        "pct": (CellKind.NUMBER, "0.125"),
        "long": (CellKind.TEXT, "x" * 3_000),
    }
    assert {label: (cell.kind, cell.text) for label, cell in by_label.items() if cell and label in expected} == expected
    assert by_label["empty"] is None
    assert sheet.cells[5, 4].text == "aboldc"


def test_uncalculated_formulas_are_not_blank_where_openpyxl_saved_them() -> None:
    cells = golden("saved-by-openpyxl.xlsx").sheets[0].cells
    assert {cells[row, 2].kind for row in range(16, 21)} == {CellKind.UNCALCULATED}


# Cell by cell beside two libraries. The table has every kind of difference there is, and why ours is right.

_DIFFERENCES = {
    ("calamine", "error"): "it gives every error as an empty text, as it gives a blank; there is an error",
    ("calamine", "uncalculated"): "it gives a formula without a value as a blank; there is no value",
    ("calamine", "no date"): "it makes 60 the 28th of February, 0.5 noon and -5 midnight; there is no such date",
    ("calamine", "duration"): "it gives a difference of times; the same 44 hours and a half",
    ("calamine", "tab"): "it drops tabs of an .ods; LibreOffice shows one",
    ("openpyxl", "uncalculated"): "it gives a formula without a value as a blank; there is no value",
    ("openpyxl", "no date"): "it makes 60 the 28th of February, 0.5 noon and -5 a day of 1899; there is no such date",
    ("openpyxl", "duration"): "it gives a difference of times; the same 44 hours and a half",
}


def _same_value(cell: Cell, other: Any) -> bool:
    if cell.kind is CellKind.UNCALCULATED:
        return False
    if cell.kind is CellKind.NUMBER:
        return isinstance(other, int | float) and float(cell.text) == pytest.approx(float(other), rel=1e-13)
    if cell.kind is CellKind.BOOL:
        return other is (cell.text == "TRUE")
    if cell.kind is CellKind.DATE and isinstance(other, datetime):
        return other.isoformat().removesuffix("T00:00:00") == cell.text
    if cell.kind is CellKind.DATE and isinstance(other, date | time):
        return other.isoformat() == cell.text
    return other == cell.text


def _difference(cell: Cell, other: Any) -> str:
    if cell.kind in (CellKind.ERROR, CellKind.UNCALCULATED) and other in ("", None):
        return cell.kind.value
    if cell.kind is CellKind.NUMBER and isinstance(other, date | time):
        return "no date"
    if cell.text.startswith("PT"):
        return "duration"
    if cell.text.replace("\t", "") == other:
        return "tab"
    return f"{cell.reference}: {cell.kind} {cell.text!r}, there {other!r}"


def _by_calamine(data: bytes, name: str) -> Callable[[int, int], Any]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name).to_python(skip_empty_area=False)
    return lambda row, column: rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[0]) else ""


def _by_openpyxl(data: bytes, name: str) -> Callable[[int, int], Any]:
    sheet = load_workbook(io.BytesIO(data), data_only=True)[name]
    return lambda row, column: sheet.cell(row, column).value


def test_other_readers_agree_but_for_what_they_are_known_to_do() -> None:
    readers = [("calamine", name, _by_calamine) for name in (*SAVED, "excel-95.xls", "saved-by-openpyxl.xlsx")]
    readers += [("openpyxl", name, _by_openpyxl) for name in (SAVED[0], "saved-by-openpyxl.xlsx")]
    found = set()
    for library, name, read in readers:
        data = (GOLDEN / name).read_bytes()
        for sheet in read_workbook(data).sheets:
            value_at = read(data, sheet.name)
            for ours in sheet.cells.values():
                other = value_at(ours.row, ours.column)
                if not _same_value(ours, other):
                    found.add((library, _difference(ours, other)))
    assert found == _DIFFERENCES.keys()


# .xls, record by record


def formula(result: bytes, flags: int = 0, row: int = 0) -> Record:
    return 0x0006, cell(row, 0, result + struct.pack("<H4xH", flags, 0))


def special(kind: int, value: int = 0) -> bytes:
    return struct.pack("<4BHH", kind, 0, value, 0, 0, 0xFFFF)


def read_records(*records: Record, before: tuple[Record, ...] = (ENGINE,)) -> Shown:
    return show(read_workbook(make_xls(records, before=before)).sheets[0])


@pytest.mark.parametrize(
    ("record", "kind", "shown"),
    [
        ((0x0203, cell(0, 0, struct.pack("<d", 7.5))), "number", "7.5"),
        ((0x0203, cell(0, 0, struct.pack("<d", 0.1))), "number", "0.1"),
        ((0x0203, cell(0, 0, struct.pack("<d", 1e22))), "number", "1e+22"),
        ((0x0203, cell(0, 0, struct.pack("<d", -0.0))), "number", "0"),
        ((0x0203, cell(0, 0, struct.pack("<d", float("nan")))), "text", "nan"),
        ((0x0203, cell(0, 0, struct.pack("<d", float("inf")))), "text", "inf"),
        ((0x027E, cell(0, 0, struct.pack("<I", 42 << 2 | 2))), "number", "42"),
        ((0x0204, cell(0, 0, text("chữ"))), "text", "chữ"),
        ((0x0205, cell(0, 0, b"\x01\x00")), "bool", "TRUE"),
        ((0x0205, cell(0, 0, b"\x17\x01")), "error", "#REF!"),
        ((0x0205, cell(0, 0, b"\x63\x01")), "error", "#ERR99"),
        (formula(struct.pack("<d", 3.0)), "number", "3"),
        (formula(special(1, 1)), "bool", "TRUE"),
        (formula(special(2, 0x07)), "error", "#DIV/0!"),
        (formula(special(3), flags=2), "uncalculated", ""),
        (formula(special(0)), "uncalculated", ""),
    ],
)
def test_a_record_gives_its_cell(record: Record, kind: str, shown: str) -> None:
    assert read_records(record) == {"A1": (kind, shown)}


def test_a_formula_with_an_empty_text_is_blank_where_a_program_that_calculates_saved_it() -> None:
    assert read_records(formula(special(3))) == {}
    assert read_records(formula(special(3)), before=()) == {"A1": ("uncalculated", "")}


def test_the_text_of_a_formula_comes_in_the_record_behind_it() -> None:
    shared = (0x04BC, b"\0" * 10)
    found = read_records(formula(special(0)), shared, (0x0207, text("ab")), formula(special(0), row=1))
    assert found == {"A1": ("text", "ab"), "A2": ("uncalculated", "")}


def test_dates_hidden_rows_and_merged_cells_of_an_old_workbook() -> None:
    styles = [
        ENGINE,
        (0x041E, struct.pack("<H", 164) + text("dd/mm/yyyy")),
        *((0x00E0, struct.pack("<2H16x", 0, n)) for n in (0, 164)),
    ]
    row = (0x0208, struct.pack("<8H", 0, 0, 1, 255, 0, 0, 0x0020, 0))
    records = [row, (0x0203, cell(0, 0, struct.pack("<d", 46156), 1)), (0x00E5, struct.pack("<5H", 1, 0, 1, 0, 2))]
    sheet = read_workbook(make_xls(records, before=styles)).sheets[0]
    assert show(sheet) == {"A1": ("date", "2026-05-14")}
    assert sheet.hidden_rows == {1}
    assert sheet.merged == ((1, 1, 2, 3),)


def test_days_of_an_old_workbook_may_count_from_1904() -> None:
    before = [(0x0022, b"\x01\x00"), *((0x00E0, struct.pack("<2H16x", 0, n)) for n in (0, 14))]
    record = (0x0203, cell(0, 0, struct.pack("<d", 44694), 1))
    assert read_records(record, before=tuple(before)) == {"A1": ("date", "2026-05-14")}


def test_a_chart_inside_a_sheet_does_not_end_it() -> None:
    number = (0x0203, cell(1, 0, struct.pack("<d", 2)))
    assert read_records(bof(0x0020), (0x0203, cell(9, 9, struct.pack("<d", 9))), EOF, number) == {"A2": ("number", "2")}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (make_xls([(0x00FD, cell(0, 0, struct.pack("<I", 5)))]), "file.bad_shared_text"),
        (make_xls([(0x0203, cell(0, 20_000, bytes(8)))]), "file.bad_reference"),
        (make_xls([(0x0203, b"\0\0")]), "file.damaged"),
        (make_xls([(0x0204, cell(0, 0, b"\xff\xff\x01a"))]), "file.damaged"),
        (make_xls([(0x0203, cell(0, 0, bytes(8))), (0x0203, cell(0, 0, b"\1" * 8))]), "file.duplicate_cell"),
        (make_xls([], kind=1), "file.macro"),
        (make_xls([], kind=6), "file.macro"),
        (make_compound({"Workbook": b"\0" * 5_000}), "file.damaged"),
        (make_compound({"Workbook": make_stream([bof(5), EOF])}), "file.no_sheets"),
        (make_compound({"Workbook": make_stream([bof(5, 0x0400), EOF])}), "file.old_excel"),
        (
            make_compound({"Workbook": make_stream([bof(5), (0x0085, b"\xff\xff\xff\x7f\0\0\1\0a"), EOF])}),
            "file.sheet_missing",
        ),
        (make_xls([bof(0x20)]), "file.truncated"),
    ],
)
def test_records_that_make_no_sense_are_refused(data: bytes, code: str) -> None:
    assert refusal(data).issue.code == code


def test_links_of_an_old_workbook_are_noted() -> None:
    before = ((0x01AE, struct.pack("<HH", 1, 9) + b"\0[a.xls]"), (0x0876, b""))
    assert read_workbook(make_xls([], before=before)).notes == ("file.connections", "file.external_links")


def test_an_embedded_workbook_is_not_the_workbook() -> None:
    data = make_compound({"Workbook": make_xls_stream([])}, ["MBD0001"])
    assert read_workbook(data).notes == ("file.embedded_objects",)


@pytest.mark.parametrize("width", ["a", "ổ", "aổ😀"])
def test_long_texts_that_run_over_several_records_are_whole(width: str) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("S1")
    expected = [f"{width * (length // len(width))}{length}" for length in (1, 8_000, 8_224, 9_000, 20_000, 5, 30_000)]
    for row, content in enumerate(expected):
        sheet.write(row, 0, content)
    buffer = io.BytesIO()
    book.save(buffer)
    assert [found.text for found in read_workbook(buffer.getvalue()).sheets[0].cells.values()] == expected


def test_an_old_workbook_whose_table_of_sectors_goes_on_elsewhere_is_whole() -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("S1")
    for row in range(130):
        sheet.write(row, 0, "ổ" * 30_000 + str(row))
    buffer = io.BytesIO()
    book.save(buffer)
    assert len(buffer.getvalue()) > 109 * 128 * 512
    cells = read_workbook(buffer.getvalue()).sheets[0].cells
    assert [cells[row + 1, 1].text[30_000:] for row in range(130)] == [str(row) for row in range(130)]


def test_formulas_that_xlwt_writes_are_uncalculated() -> None:
    book = xlwt.Workbook()
    book.add_sheet("S1").write(0, 0, xlwt.Formula("1+1"))
    buffer = io.BytesIO()
    book.save(buffer)
    assert show(read_workbook(buffer.getvalue()).sheets[0]) == {"A1": ("uncalculated", "")}


def test_letters_of_legacy_fonts_survive_the_code_page() -> None:
    assert decode_bytes("Đơn vị".encode("cp1258", "ignore"), 1258) == "Đơn v"
    assert decode_bytes(b"h\x81p \x8dt", 1252) == "h\x81p \x8dt"
    assert decode_bytes(b"\xe9", 99_999) == "é"


@pytest.mark.parametrize(
    ("packed", "number"), [(42 << 2 | 2, 42), (12345 << 2 | 3, 123.45), (0xFFFFFFFE, -1), (0x3FF00000, 1)]
)
def test_packed_numbers_unpack(packed: int, number: float) -> None:
    assert unpack_number(packed) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_shown_number_is_the_same_number(number: float) -> None:
    assert float(show_number(number)) == number


# .ods, element by element


def read_table(rows: str) -> Shown:
    return show(read_workbook(make_ods(f'<table:table table:name="S1">{rows}</table:table>')).sheets[0])


def read_ods_cell(attributes: str, content: str = "") -> Shown:
    return read_table(f"<table:table-row><table:table-cell {attributes}>{content}</table:table-cell></table:table-row>")


@pytest.mark.parametrize(
    ("attributes", "content", "kind", "shown"),
    [
        (
            'office:value-type="float" office:value="0.1000000000000000055"',
            "<text:p>0,1</text:p>",
            "number",
            "0.1000000000000000055",
        ),
        ('office:value-type="percentage" office:value="0.5"', "<text:p>50%</text:p>", "number", "0.5"),
        ('office:value-type="float" office:value="1,5"', "", "text", "1,5"),
        ('office:value-type="date" office:date-value="2026-05-14"', "", "date", "2026-05-14"),
        ('office:value-type="date" office:date-value="14/05/2026"', "", "text", "14/05/2026"),
        ('office:value-type="time" office:time-value="PT08H30M00S"', "", "date", "08:30:00"),
        ('office:value-type="time" office:time-value="PT44H30M00.5S"', "", "date", "PT44H30M0.500S"),
        ('office:value-type="boolean" office:boolean-value="true"', "", "bool", "TRUE"),
        ('office:value-type="string" office:string-value="a"', "<text:p>b</text:p>", "text", "a"),
        (
            'office:value-type="string"',
            "<text:p>a<text:s text:c='3'/>b<text:tab/><text:span>c</text:span></text:p>",
            "text",
            "a   b\tc",
        ),
        ('office:value-type="string"', "<text:p>a</text:p><text:p>b</text:p>", "text", "a\nb"),
        (
            'office:value-type="string"',
            "<office:annotation><text:p>x</text:p></office:annotation><text:p>a</text:p>",
            "text",
            "a",
        ),
        (
            'table:formula="of:=1/0" office:value-type="string" calcext:value-type="error"',
            "<text:p>#DIV/0!</text:p>",
            "error",
            "#DIV/0!",
        ),
        (
            'table:formula="of:=1/0" office:value-type="float" office:value="0"',
            "<text:p>Err:502</text:p>",
            "error",
            "Err:502",
        ),
        ('table:formula="of:=[.B1]"', "", "uncalculated", ""),
        ('table:formula="of:=1+1" office:value-type="float" office:value="2"', "", "number", "2"),
    ],
)
def test_a_cell_of_libreoffice_is_read_from_its_exact_value(
    attributes: str, content: str, kind: str, shown: str
) -> None:
    assert read_ods_cell(attributes, content) == {"A1": (kind, shown)}


def test_a_formula_of_libreoffice_with_an_empty_text_is_blank() -> None:
    assert read_ods_cell('table:formula="of:=&quot;&quot;"', "<text:p/>") == {}


def test_spans_and_notes_inside_a_line_lose_no_text() -> None:
    note = "<office:annotation>x<text:p>y</text:p>z</office:annotation>"
    line = f"<text:p>a <text:span>b</text:span> c{note} d<text:a>e</text:a></text:p>"
    assert read_ods_cell('office:value-type="string"', line * 2) == {"A1": ("text", "a b c de\na b c de")}


def test_a_pretty_printed_table_of_any_length_is_read() -> None:
    row = "\n<table:table-row>\n<table:table-cell>\n</table:table-cell>\n</table:table-row>"
    assert read_table(row * 999) == {}


def test_repeated_cells_and_rows_are_unrolled_where_they_hold_something() -> None:
    one = 'office:value-type="float" office:value="1"'
    rows = (
        '<table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row><table:table-header-rows><table:table-row table:number-rows-repeated='2'>"
        f'<table:table-cell/><table:table-cell {one} table:number-columns-repeated="2"/></table:table-row>'
        "</table:table-header-rows>"
    )
    assert read_table(rows).keys() == {"B1000001", "C1000001", "B1000002", "C1000002"}


@pytest.mark.parametrize("repeats", ["1048577", "99999999999", "-1", "0", "x"])
def test_repeats_beyond_the_sheet_are_refused(repeats: str) -> None:
    one = '<table:table-cell office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="{repeats}">{one}</table:table-row>'
    table = f'<table:table table:name="S1">{row}</table:table>'
    assert refusal(make_ods(table)).issue.code in ("file.bad_reference", "file.malformed")


def test_a_filled_cell_repeated_a_million_times_is_refused() -> None:
    one = '<table:table-cell office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{one}</table:table-row>'
    table = f'<table:table table:name="S1">{row}</table:table>'
    assert refusal(make_ods(table)).issue.code == "file.too_many_cells"


def test_hidden_tables_and_rows_of_libreoffice_are_known() -> None:
    styles = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    one = '<table:table-cell office:value-type="float" office:value="1"/>'
    tables = "".join(
        f'<table:table table:name="{name}" table:style-name="{style}"><table:table-row table:visibility="{seen}">{one}'
        "</table:table-row></table:table>"
        for name, style, seen in [("S1", "ta1", "visible"), ("S2", "ta2", "filter")]
    )
    found = read_workbook(make_ods(tables, styles)).sheets
    assert [(sheet.visibility, sheet.hidden_rows) for sheet in found] == [
        (Visibility.VISIBLE, frozenset()),
        (Visibility.HIDDEN, frozenset({1})),
    ]


def test_tables_that_are_not_of_the_document_are_passed_over() -> None:
    one = '<table:table-row><table:table-cell office:value-type="float" office:value="{}"/></table:table-row>'
    inner = f'<table:table table:name="x">{one.format(9)}</table:table>'
    tables = (
        f"<table:tracked-changes><table:deletion>{one.format(9)}</table:deletion></table:tracked-changes>"
        f'<table:table table:name="S1"><table:shapes>{inner}</table:shapes>{one.format(1)}</table:table>'
        f"<table:dde-links><table:dde-link>{inner}</table:dde-link></table:dde-links>"
    )
    book = read_workbook(make_ods(tables))
    assert [(sheet.name, show(sheet)) for sheet in book.sheets] == [("S1", {"A1": ("number", "1")})]
    assert book.notes == ("file.fetching_formulas",)


@pytest.mark.parametrize(
    "name", ["'file:///C:/A/nguon.ods'#$Thang1", "'file:///" + "a" * 400 + ".xlsx'#$Sheet1", "'https://a.vn/b.ods'#$C"]
)
def test_what_libreoffice_keeps_of_another_files_table_is_no_sheet(name: str) -> None:
    row = '<table:table-row><table:table-cell office:value-type="float" office:value="15"/></table:table-row>'
    cache = f'<table:table table:name="{name}"><table:table-source/>{row}</table:table>'
    linked = f'<table:table table:name="S2"><table:table-source/>{row}</table:table>'
    book = read_workbook(make_ods(f'<table:table table:name="S1">{row}</table:table>{cache}{linked}'))
    assert [sheet.name for sheet in book.sheets] == ["S1", "S2"]
    assert book.notes == ("file.external_links",)


@pytest.mark.parametrize("content", ["", "<a/>", "<!DOCTYPE a><a/>", f"<office:document-content {SPACES}/>"])
def test_an_ods_without_tables_is_refused(content: str) -> None:
    assert refusal(pack({"mimetype": ODS, "content.xml": content.encode()})).issue.code in (
        "file.malformed",
        "file.dtd",
        "file.no_sheets",
    )


# Whatever comes


def _outcome(data: bytes) -> None:
    try:
        assert isinstance(read_workbook(data), Book)
    except Refused as error:
        if error.issue.code == "file.unreadable":
            raise AssertionError("a fault of ours") from error.__cause__


_STREAM = make_xls_stream(
    [(0x0203, cell(0, 0, struct.pack("<d", 7.5))), (0x0204, cell(1, 0, text("chữ"))), formula(special(0), row=2)],
    before=[ENGINE, (0x00FC, struct.pack("<2I", 1, 1) + text("a")), (0x041E, struct.pack("<H", 164) + text("dd/mm"))],
)


@given(st.data())
def test_changed_records_end_in_a_book_or_a_refusal(data: st.DataObject) -> None:
    changed = bytearray(_STREAM)
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(_STREAM) - 1))] = data.draw(st.integers(0, 255))
    _outcome(make_compound({"Workbook": bytes(changed)}))


@given(st.data())
def test_changed_compound_files_end_in_a_book_or_a_refusal(data: st.DataObject) -> None:
    changed = bytearray((GOLDEN / "saved-by-libreoffice.xls").read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.sampled_from([0, 1, 0x7F, 0xFE, 0xFF]))
    _outcome(bytes(changed))


_TAGS = [
    "table:table-row",
    "table:table-cell",
    "text:p",
    "text:s",
    "table:table",
    "table:covered-table-cell",
    "office:annotation",
]


@given(st.lists(st.tuples(st.sampled_from(_TAGS), st.sampled_from(["open", "close", "empty", "text"])), max_size=25))
def test_any_elements_end_in_a_book_or_a_refusal(tags: list[tuple[str, str]]) -> None:
    shapes = {"open": "<{}>", "close": "</{}>", "empty": "<{}/>", "text": "<{0}>1</{0}>"}
    content = "".join(shapes[shape].format(tag) for tag, shape in tags)
    _outcome(make_ods(f'<table:table table:name="S1">{content}</table:table>'))
