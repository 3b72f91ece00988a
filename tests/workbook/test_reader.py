"""An .xlsx is read cell by cell: exactly as it stands, with its address, and without a guess."""

from __future__ import annotations

import random
import socket
import string
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.issues.issue import Refused
from chalicelib.workbook.reading.book import Book, CellKind, Sheet, Visibility
from chalicelib.workbook.reading.bounds import MOST_CELLS, MOST_SHEETS
from chalicelib.workbook.reading.cells import parse_range, parse_reference
from chalicelib.workbook.reading.dates import Calendar, Style, read_iso, show_serial, style_of, style_of_code
from chalicelib.workbook.reading.reader import read_workbook, read_xlsx
from tests.workbook.packages import (
    MAIN,
    OFFICE,
    make_parts,
    make_xlsx,
    pack,
    relations,
    shared_texts,
    workbook,
    worksheet,
)

SHEET, TEXTS, STYLES, WORKBOOK = (
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
)
Shown = dict[str, tuple[str, str]]


def show(sheet: Sheet) -> Shown:
    return {cell.reference: (cell.kind.value, cell.text) for cell in sheet.cells.values()}


def read_rows(rows: str, **changes: str | bytes | None) -> Shown:
    return show(read_xlsx(make_xlsx(rows, **changes)).sheets[0])


def read_cell(cell: str, **changes: str | bytes | None) -> Shown:
    return read_rows(f'<row r="1">{cell}</row>', **changes)


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_workbook(data)
    return caught.value


def refused_cell(cell: str, **changes: str | bytes | None) -> tuple[str, str, str]:
    issue = refusal(make_xlsx(f'<row r="1">{cell}</row>', **changes)).issue
    return issue.code, issue.sheet, issue.cell


# What stands in a cell


@pytest.mark.parametrize(
    ("cell", "kind", "text"),
    [
        ('<c r="A1"><v>42</v></c>', "number", "42"),
        ('<c r="A1" t="n"><v>0.1000000000000000055</v></c>', "number", "0.1000000000000000055"),
        ('<c r="A1"><v>1E-7</v></c>', "number", "1E-7"),
        ('<c r="A1"><v>+5</v></c>', "number", "+5"),
        ('<c r="A1"><v> 5 </v></c>', "number", "5"),
        ('<c r="A1"><v><![CDATA[12]]></v></c>', "number", "12"),
        ('<c r="A1"><v>1<!-- a comment -->2</v></c>', "number", "12"),
        ('<c r="A1"><v>1e999</v></c>', "number", "1e999"),
        ('<c r="A1"><v>1,5</v></c>', "text", "1,5"),
        ('<c r="A1"><v>0x1F</v></c>', "text", "0x1F"),
        ('<c r="A1"><v>1_000</v></c>', "text", "1_000"),
        ('<c r="A1"><v>１２</v></c>', "text", "１２"),
        ('<c r="A1"><v>٣</v></c>', "text", "٣"),
        ('<c r="A1"><v>INF</v></c>', "text", "INF"),
        ('<c r="A1"><v>NaN</v></c>', "text", "NaN"),
        ('<c r="A1"><v>1e99999</v></c>', "text", "1e99999"),
        ('<c r="A1"><v>abc</v></c>', "text", "abc"),
        ('<c r="A1" t="s"><v>1</v></c>', "text", "hai"),
        ('<c r="A1" t="s"><v> 0\n</v></c>', "text", "một"),
        ('<c r="A1" t="str"><f>B1&amp;"a"</f><v>a</v></c>', "text", "a"),
        ('<c r="A1" t="inlineStr"><is><t>a</t></is></c>', "text", "a"),
        ('<c r="A1" t="inlineStr"><is><t>  a  </t></is></c>', "text", "  a  "),
        ('<c r="A1" t="inlineStr"><is><t>   </t></is></c>', "text", "   "),
        ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "text", "ab"),
        ('<c r="A1" t="inlineStr"><is><t>a\r\nb</t></is></c>', "text", "a\nb"),
        ('<c r="A1" t="inlineStr"><is><t>a_x000D_b</t></is></c>', "text", "a\rb"),
        ('<c r="A1" t="inlineStr"><is><t>a_x005F_x000D_b</t></is></c>', "text", "a_x000D_b"),
        ('<c r="A1" t="inlineStr"><is><t>a_xD800_b</t></is></c>', "text", "a_xD800_b"),
        ('<c r="A1" t="inlineStr"><is><t>=1+1</t></is></c>', "text", "=1+1"),
        ('<c r="A1" t="inlineStr"><is><t>👩‍👧</t></is></c>', "text", "👩‍👧"),
        ('<c r="A1" t="b"><v>1</v></c>', "bool", "TRUE"),
        ('<c r="A1" t="b"><v>false</v></c>', "bool", "FALSE"),
        ('<c r="A1" t="b"><v>2</v></c>', "text", "2"),
        ('<c r="A1" t="e"><v>#REF!</v></c>', "error", "#REF!"),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "error", "#DIV/0!"),
        ('<c r="A1" t="e"><v>#CALC!</v></c>', "error", "#CALC!"),
        ('<c r="A1" t="d"><v>2026-05-14T00:00:00</v></c>', "date", "2026-05-14"),
        ('<c r="A1" t="d"><v>2026-05-14T08:30:00</v></c>', "date", "2026-05-14T08:30:00"),
        ('<c r="A1" t="d"><v>0000-01-01</v></c>', "text", "0000-01-01"),
        ('<c r="A1" t="d"><v>2026-05-14T08:30:00Z</v></c>', "text", "2026-05-14T08:30:00Z"),
        ('<c r="A1"><f>SUM(B1:B2)</f></c>', "uncalculated", ""),
        ('<c r="A1"><f>SUM(B1:B2)</f><v></v></c>', "uncalculated", ""),
        ('<c r="A1" t="str"><f>B1</f></c>', "uncalculated", ""),
        ('<c r="A1"><f t="shared" si="0"/><v>3</v></c>', "number", "3"),
    ],
)
def test_a_cell_is_read_as_it_stands(cell: str, kind: str, text: str) -> None:
    assert read_cell(cell) == {"A1": (kind, text)}


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"/>',
        '<c r="A1" s="1"/>',
        '<c r="A1" s="1"></c>',
        '<c r="A1"><v></v></c>',
        '<c r="A1"><v/></c>',
        '<c r="A1" t="s"/>',
        '<c r="A1" t="str"><v></v></c>',
        '<c r="A1" t="str"><f>IF(1,"","")</f><v></v></c>',
        '<c r="A1" t="inlineStr"><is><t></t></is></c>',
        '<c r="A1" t="inlineStr"/>',
    ],
)
def test_a_cell_that_holds_nothing_is_blank(cell: str) -> None:
    assert read_cell(cell) == {}


@pytest.mark.parametrize(
    ("cell", "code", "address"),
    [
        ('<c r="A1" t="s"><v>2</v></c>', "file.bad_shared_text", "A1"),
        ('<c r="A1" t="s"><v>-1</v></c>', "file.bad_shared_text", "A1"),
        ('<c r="A1" t="s"><v>1.0</v></c>', "file.bad_shared_text", "A1"),
        ('<c r="A1" t="s"><v>abc</v></c>', "file.bad_shared_text", "A1"),
        ('<c r="A1" t="s"><v></v></c>', "file.bad_shared_text", "A1"),
        ('<c r="A1" t="s"><v>100000000000000000000</v></c>', "file.bad_shared_text", "A1"),
        ('<c r="A1" t="x"><v>1</v></c>', "file.bad_cell", "A1"),
        ('<c r="A1" t="e"><v> </v></c>', "file.bad_cell", "A1"),
        ('<c r="A1"><is><t>a</t></is></c>', "file.bad_cell", "A1"),
        ('<c r="A1" t="inlineStr"><is><t>a</t></is><v>b</v></c>', "file.bad_cell", "A1"),
        ('<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>', "file.duplicate_cell", "A1"),
        (f'<c r="A1" t="inlineStr"><is><t>{"a" * 32_768}</t></is></c>', "file.text_too_long", "A1"),
        ('<c r="A0"><v>1</v></c>', "file.bad_reference", "A0"),
        ('<c r="A-1"><v>1</v></c>', "file.bad_reference", "A-1"),
        ('<c r="XFE1"><v>1</v></c>', "file.bad_reference", "XFE1"),
        ('<c r="AAAA1"><v>1</v></c>', "file.bad_reference", "AAAA1"),
        ('<c r="Á1"><v>1</v></c>', "file.bad_reference", "Á1"),
        ('<c r="1"><v>1</v></c>', "file.bad_reference", "1"),
        ('<c r="A"><v>1</v></c>', "file.bad_reference", "A"),
        ('<c r="A5"><v>1</v></c>', "file.bad_reference", "A5"),
        ('<c r="A11"><v>1</v></c>', "file.bad_reference", "A11"),
        ('<c r="A01"><v>1</v></c>', "file.bad_reference", "A01"),
    ],
)
def test_a_cell_with_two_meanings_or_none_is_refused_by_name(cell: str, code: str, address: str) -> None:
    assert refused_cell(cell) == (code, "S1", address)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><v>1<b>2</b>3</v></c>',
        '<c r="A1"><v>1</v><v>2</v></c>',
        '<c r="A1"><c r="B1"><v>1</v></c></c>',
        '<x><c r="A1"><v>1</v></c></x>',
        '<row r="2"><c r="A2"><v>1</v></c></row>',
        '<c r="A1"><v>1</c>',
        '<c r="A1" r="B1"><v>1</v></c>',
        '<c r="A1" t="inlineStr"><is><t>a&#0;b</t></is></c>',
        '<c r="A1" t="inlineStr"><is><t>a&nbsp;b</t></is></c>',
    ],
)
def test_xml_that_is_not_built_as_a_sheet_is_refused(cell: str) -> None:
    assert refused_cell(cell)[0] == "file.malformed"


def test_a_character_that_no_text_may_have_is_refused_with_its_cell() -> None:
    refused = refused_cell('<c r="B1" t="inlineStr"><is><t>a&#0;b</t></is></c>')
    assert refused == ("file.malformed", "S1", "B1")


def test_the_same_cell_twice_with_the_same_content_is_one_cell() -> None:
    assert read_cell('<c r="A1"><v>1</v></c><c r="A1"><v>1</v></c>') == {"A1": ("number", "1")}


def test_whether_a_formula_stands_in_a_cell_is_kept() -> None:
    sheet = read_xlsx(make_xlsx('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><v>2</v></c></row>')).sheets[0]
    assert [cell.formula for cell in sheet.cells.values()] == [True, False]


def test_phonetic_runs_are_dropped_and_rich_runs_joined() -> None:
    item = "<r><t>東</t></r><r><t>京</t></r><rPh sb='0' eb='2'><t>トウキョウ</t></rPh><phoneticPr fontId='1'/>"
    assert read_cell('<c r="A1" t="s"><v>0</v></c>', **{TEXTS: shared_texts([item])}) == {"A1": ("text", "東京")}


# Where it stands


def test_cells_and_rows_out_of_order_keep_their_places() -> None:
    rows = '<row r="2"><c r="C2"><v>3</v></c><c r="A2"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>'
    assert read_rows(rows) == {"C2": ("number", "3"), "A2": ("number", "1"), "B1": ("number", "2")}


def test_cells_and_rows_without_addresses_stand_by_their_positions() -> None:
    rows = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c><v>4</v></c></row>"
    assert read_rows(rows) == {"A1": ("number", "1"), "C1": ("number", "3"), "A3": ("number", "4")}


def test_positions_count_blank_cells_even_where_those_have_addresses() -> None:
    rows = '<row r="1"><c r="A1" s="1"/><c r="B1" s="1"/><c><v>3</v></c></row><row r="2"/><row><c><v>4</v></c></row>'
    assert read_rows(rows) == {"C1": ("number", "3"), "A3": ("number", "4")}


def test_addresses_in_lower_case_and_with_dollars_are_the_same_addresses() -> None:
    assert read_cell('<c r="a1"><v>1</v></c><c r="$B$1"><v>2</v></c>') == {"A1": ("number", "1"), "B1": ("number", "2")}


def test_blank_cells_with_impossible_addresses_hold_nothing_and_do_no_harm() -> None:
    assert read_rows('<row r="99999999999"><c r="A0"/></row><row r="1"><c r="A1"><v>1</v></c></row>') == {
        "A1": ("number", "1")
    }


@pytest.mark.parametrize("row", ["0", "-1", "1048577", "99999999999", "１", "x"])
@pytest.mark.parametrize("before", ["", '<row r="1"><c r="A1"><v>1</v></c></row>'])
def test_a_row_that_no_sheet_has_is_refused_when_it_holds_something(before: str, row: str) -> None:
    rows = f'{before}<row r="{row}"><c r="A{row}"><v>1</v></c></row>'
    assert refusal(make_xlsx(rows)).issue.code == "file.bad_reference"


def test_the_far_corner_is_a_cell_like_any_other() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    assert read_rows(rows) == {"A1": ("number", "1"), "XFD1048576": ("number", "2")}


@pytest.mark.parametrize("dimension", ["A1", "nonsense", "A1:XFD1048576"])
def test_what_the_sheet_says_of_its_size_is_not_believed(dimension: str) -> None:
    sheet = worksheet('<row r="9"><c r="I9"><v>1</v></c></row>', before=f'<dimension ref="{dimension}"/>')
    assert read_rows("", **{SHEET: sheet}) == {"I9": ("number", "1")}


def test_pretty_printed_xml_reads_the_same() -> None:
    rows = '\n  <row r="1">\n    <c r="A1">\n      <v>1</v>\n    </c>\n    <c r="B1"\n/>\n  </row>\n'
    assert read_rows(rows) == {"A1": ("number", "1")}


def test_pretty_printed_parts_of_any_length_read_the_same() -> None:
    rows = '\n<row r="1">\n<c r="A1" s="500"><v>46156</v></c></row>' + '\n<row r="9">\n</row>' * 999
    styles = '\n<xf numFmtId="14"/>' * 999
    rels = relations("worksheets/sheet1.xml").replace("><", ">\n<") + "\n" * 999
    changes = {
        STYLES: f'<styleSheet xmlns="{MAIN}">\n<cellXfs>{styles}\n</cellXfs></styleSheet>',
        TEXTS: f'<sst xmlns="{MAIN}">' + "\n<si>\n<t>a</t>\n</si>" * 999 + "</sst>",
        "xl/_rels/workbook.xml.rels": rels,
        SHEET: worksheet(rows, after="\n<mergeCells>" + '\n<mergeCell ref="A1"/>' * 999 + "\n</mergeCells>"),
    }
    assert read_rows("", **changes) == {"A1": ("date", "2026-05-14")}


def test_hidden_rows_that_hold_something_are_known() -> None:
    cell = '<c r="A{0}"><v>1</v></c>'
    rows = "".join(
        f'<row r="{number}" {hidden}>{cell.format(number)}</row>'
        for number, hidden in enumerate(
            ['hidden="1"', 'hidden="true"', 'ht="0" customHeight="1"', 'hidden="0"'], start=1
        )
    )
    sheet = read_xlsx(make_xlsx(rows + '<row r="9" hidden="1"/>')).sheets[0]
    assert sheet.hidden_rows == {1, 2, 3}


def test_merged_ranges_are_known_and_the_values_under_them_kept() -> None:
    merged = '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    sheet = read_xlsx(make_xlsx(**{SHEET: worksheet(rows, after=merged)})).sheets[0]
    assert sheet.merged == ((1, 1, 2, 2), (1, 1, 1_048_576, 16_384))
    assert show(sheet)["B1"] == ("number", "2")


def test_a_merged_range_that_is_none_is_refused() -> None:
    merged = '<mergeCells><mergeCell ref="B2:A1"/></mergeCells>'
    assert refusal(make_xlsx(**{SHEET: worksheet("", after=merged)})).issue.code == "file.bad_reference"


# Blank cells are passed over before they are parsed


def _blank_rows(random_: random.Random) -> str:
    rows = []
    for row in range(1, 40):
        cells = []
        for letter in string.ascii_uppercase[:8]:
            place = random_.choice([f' r="{letter}{row}"', f' r="{letter}{row}"', ""])
            cells.append(
                random_.choice(
                    [
                        f'<c{place} s="1"/>',
                        f'<c{place} s="1"></c>',
                        f"<c{place}><v>{row}</v></c>",
                        f'<c{place} t="inlineStr"><is><t>&lt;c r="A1"/&gt;</t></is></c>',
                    ]
                )
            )
        rows.append(random_.choice([f'<row r="{row}" spans="1:8">{"".join(cells)}</row>', f'<row r="{row}"/>']))
    return "".join(rows)


@pytest.mark.parametrize("seed", range(20))
def test_blank_cells_make_no_difference_to_the_others(seed: int) -> None:
    rows = _blank_rows(random.Random(seed))  # noqa: S311 -- for the shape of a test
    try:
        quick = read_rows(rows)
    except Refused as error:
        quick = {"refused": (error.issue.code, error.issue.cell)}
    try:
        slow = read_rows(f"<!-- nothing is passed over behind this -->{rows}")
    except Refused as error:
        slow = {"refused": (error.issue.code, error.issue.cell)}
    assert quick == slow


@pytest.mark.parametrize(
    "blank",
    [
        '<c r="A1" s="1" s="1"/>', '<c r="A1" r="A1"/>', '<c r="A1" t="s" t="n"></c>', '<row r="2" ht="1" ht="1"/>',
        '<row r="2" r="2"/>', '<row r="2" x14ac:a="1" b="" x14ac:a="1"/>', '<row r="2" 2="1"/>', '<row r="2" y:a="1"/>',
        b'<row r="2" a="\xff"/>',
    ],
)  # fmt: skip
def test_blank_cells_and_rows_that_are_no_xml_are_refused(blank: str | bytes) -> None:
    markup = blank.encode() if isinstance(blank, str) else blank
    rows = b'<row r="1">' + markup + b"</row>" if markup.startswith(b"<c") else markup
    part = worksheet("").encode().replace(b"<worksheet ", b'<worksheet xmlns:x14ac="urn:x" ')
    refused = refusal(make_xlsx("", **{SHEET: part.replace(b"<sheetData>", b"<sheetData>" + rows)}))
    assert refused.issue.code == "file.malformed"


def test_text_that_looks_like_a_blank_cell_is_text() -> None:
    inline = '<c r="A1" t="inlineStr"><is><t><![CDATA[a<c r="B1"/>b<row r="2"/>]]></t></is></c>'
    assert read_cell(inline) == {"A1": ("text", 'a<c r="B1"/>b<row r="2"/>')}
    padding = " " * (256 * 1024)
    far = worksheet(f'{padding}<row r="1">{inline}</row>')
    assert read_rows("", **{SHEET: far}) == {"A1": ("text", 'a<c r="B1"/>b<row r="2"/>')}


def test_a_million_formatted_rows_below_the_form_are_read() -> None:
    rows = "".join(f'<row r="{row}" spans="1:5"/>' for row in range(2, 1_000_000))
    assert read_rows(f'<row r="1"><c r="A1"><v>1</v></c></row>{rows}') == {"A1": ("number", "1")}


# Dates


@pytest.mark.parametrize(
    ("style", "stored", "kind", "text"),
    [
        ("1", "46156", "date", "2026-05-14"),
        ("1", "46156.354166666664", "date", "2026-05-14T08:30:00"),
        ("1", "2958465.99999", "date", "9999-12-31T23:59:59.136"),
        ("1", "1", "date", "1900-01-01"),
        ("1", "59", "date", "1900-02-28"),
        ("1", "60", "number", "60"),
        ("1", "61", "date", "1900-03-01"),
        ("1", "0", "number", "0"),
        ("1", "0.5", "number", "0.5"),
        ("1", "-5", "number", "-5"),
        ("1", "2958466", "number", "2958466"),
        ("1", "abc", "text", "abc"),
        ("2", "0.354166666666667", "date", "08:30:00"),
        ("3", "1.85416666666667", "date", "PT44H30M0S"),
        ("0", "46156", "number", "46156"),
        ("9", "46156", "number", "46156"),
        ("x", "46156", "number", "46156"),
    ],
)
def test_a_number_is_a_date_by_its_format(style: str, stored: str, kind: str, text: str) -> None:
    assert read_cell(f'<c r="A1" s="{style}"><v>{stored}</v></c>') == {"A1": (kind, text)}


def test_a_date_keeps_the_serial_it_was_stored_as() -> None:
    sheet = read_xlsx(make_xlsx('<row r="1"><c r="A1" s="1"><v>46156</v></c></row>')).sheets[0]
    assert sheet.cells[1, 1].raw == "46156"


@pytest.mark.parametrize("flag", ["1", "true"])
def test_days_may_count_from_1904(flag: str) -> None:
    book = workbook("S1", properties=f'<workbookPr date1904="{flag}"/>')
    rows = '<row r="1"><c r="A1" s="1"><v>0</v></c><c r="B1" s="1"><v>44694</v></c></row>'
    assert read_rows(rows, **{WORKBOOK: book}) == {"A1": ("date", "1904-01-01"), "B1": ("date", "2026-05-14")}


@pytest.mark.parametrize(
    ("code", "style"),
    [
        ("General", Style.NUMBER),
        ("0.00", Style.NUMBER),
        ("#,##0", Style.NUMBER),
        ("0.00E+00", Style.NUMBER),
        ("@", Style.NUMBER),
        ("[Red]0", Style.NUMBER),
        ("[Blue][>100]#,##0;[Red]-#,##0", Style.NUMBER),
        ('0" ngày"', Style.NUMBER),
        ('General" đội"', Style.NUMBER),
        (r"0\d", Style.NUMBER),
        ("#,##0_d", Style.NUMBER),
        ("* #,##0*y", Style.NUMBER),
        ("#,##0 [$đ-42A]", Style.NUMBER),
        ("", Style.NUMBER),
        ("dd/mm/yyyy", Style.DATE),
        ("[$-42A]dd mmmm yyyy;@", Style.DATE),
        ("[$-F800]dddd, mmmm dd, yyyy", Style.DATE),
        ("[Red]d/m/yy", Style.DATE),
        ('"ngày" dd "tháng" mm "năm" yyyy', Style.DATE),
        ("DD/MM/YYYY", Style.DATE),
        ("mmm", Style.DATE),
        ("d/m/yyyy h:mm AM/PM", Style.DATE),
        ("yyyy-mm-dd hh:mm:ss.000", Style.DATE),
        ("h:mm", Style.TIME),
        ("hh:mm:ss AM/PM", Style.TIME),
        ("mm:ss.0", Style.TIME),
        ("[h]:mm:ss", Style.DURATION),
        ("[mm]:ss", Style.DURATION),
        ("[hh]", Style.DURATION),
        ('"' * 100_000, Style.NUMBER),
        ("[" * 100_000, Style.NUMBER),
    ],
)
def test_a_format_code_tells_dates_from_numbers(code: str, style: Style) -> None:
    assert style_of_code(code) is style


def test_formats_that_excel_has_built_in_are_known() -> None:
    assert [style_of(number, None) for number in (0, 2, 14, 17, 21, 22, 45, 46, 49)] == [
        *(Style.NUMBER, Style.NUMBER, Style.DATE, Style.DATE, Style.TIME, Style.DATE, Style.TIME, Style.DURATION),
        Style.NUMBER,
    ]


@given(st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from(Style), st.sampled_from(Calendar))
def test_no_serial_is_too_odd(number: Decimal, style: Style, calendar: Calendar) -> None:
    assert isinstance(show_serial(number, style, calendar), str)


@given(st.datetimes().map(lambda moment: moment.replace(microsecond=0)))
def test_iso_dates_come_back_as_they_were(moment: object) -> None:
    text = moment.isoformat()  # type: ignore[attr-defined]
    assert read_iso(text) == text.removesuffix("T00:00:00")


# Sheets and parts


def test_sheets_keep_their_names_their_order_and_whether_they_are_hidden() -> None:
    listed = (
        '<sheets><sheet name=" Số liệu " r:id="rId2"/><sheet name="B" r:id="rId1" state="hidden"/>'
        '<sheet name="C" r:id="rId3" state="veryHidden"/><sheet name="D" r:id="rId4" state="x"/></sheets>'
    )
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{listed}</workbook>'
    parts = {f"xl/worksheets/sheet{number}.xml": worksheet(f'<row r="{number}"/>') for number in range(1, 5)}
    rels = relations(*[f"worksheets/sheet{number}.xml" for number in range(1, 5)])
    read = read_xlsx(make_xlsx(**{WORKBOOK: book, "xl/_rels/workbook.xml.rels": rels, **parts}))
    assert [(sheet.name, sheet.visibility) for sheet in read.sheets] == [
        (" Số liệu ", Visibility.VISIBLE),
        ("B", Visibility.HIDDEN),
        ("C", Visibility.VERY_HIDDEN),
        ("D", Visibility.HIDDEN),
    ]


def _strict(text: str) -> str:
    return text.replace(
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
    ).replace(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )


def _prefixed(text: str) -> str:
    bare = text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    head, _, body = bare.rpartition("?>")
    return f"{head}{'?>' if head else ''}" + body.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")


@pytest.mark.parametrize("change", [_strict, _prefixed], ids=["strict", "prefixed"])
def test_strict_files_and_prefixed_names_read_the_same(change: object) -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" s="1"><v>46156</v></c><c r="C1"/></row>'
    parts = make_parts(rows)
    changed = {
        name: change(part.decode()).encode() if name.startswith("xl/") and "rels" not in name else part  # type: ignore[operator]
        for name, part in parts.items()
    }
    assert show(read_xlsx(pack(changed)).sheets[0]) == {"A1": ("text", "hai"), "B1": ("date", "2026-05-14")}


@pytest.mark.parametrize("encoding", ["UTF-16", "windows-1258", "windows-1252"])
def test_parts_in_other_encodings_give_the_right_text(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><sst xmlns="{MAIN}"><si><t>Đó là é</t></si></sst>'
    if encoding == "windows-1252":
        text = text.replace("Đ", "Ð")
    part = text.encode(encoding.replace("windows-", "cp"))
    found = read_cell('<c r="A1" t="s"><v>0</v></c>', **{TEXTS: part})
    assert found == {"A1": ("text", "Ðó là é" if encoding == "windows-1252" else "Đó là é")}


@pytest.mark.parametrize(
    "part",
    [
        b"<sst><si><t>Tr\xc6</t></si></sst>",
        b"\xff\xfe<\x00s\x00",
        b"",
        b"<html><body>404</body></html>",
        b'<?xml version="1.0" encoding="x-unknown"?><sst/>',
        b'<?xml version="1.0" encoding="shift_jis"?><sst/>',
        b'<?xml version="1.0" encoding="utf-7"?><sst/>',
        f'<sst xmlns="{MAIN}"><si><t>'.encode(),
        f'<sst xmlns="{MAIN}"><si><t>\xed\xa0\x80</t></si></sst>'.encode("latin-1"),
        f'<sst xmlns="{MAIN}"><si><t>\x01</t></si></sst>'.encode(),
        f'<sst xmlns="{MAIN}"/><sst/>'.encode(),
        b'<sst xmlns="urn:other"/>',
    ],
)
def test_a_part_that_cannot_be_read_with_certainty_is_refused(part: bytes) -> None:
    issue = refusal(make_xlsx('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', **{TEXTS: part})).issue
    assert (issue.code, TEXTS in issue.message) == ("file.malformed", True)


@pytest.mark.parametrize(
    "sheet", ["<html/>", f'<worksheet xmlns="{MAIN}"/>', worksheet("")[:-20], '<worksheet xmlns="urn:other"/>', ""]
)
def test_a_sheet_that_is_none_is_refused_and_not_taken_for_an_empty_one(sheet: str) -> None:
    assert refusal(make_xlsx(**{SHEET: sheet})).issue.code == "file.malformed"


def test_a_sheet_without_its_part_is_refused_by_name() -> None:
    for changes in (
        {SHEET: None},
        {"xl/_rels/workbook.xml.rels": relations()},
        {WORKBOOK: workbook("S1").replace(' r:id="rId1"', "")},
    ):
        issue = refusal(make_xlsx(**changes)).issue  # type: ignore[arg-type]
        assert (issue.code, issue.sheet) == ("file.sheet_missing", "S1")


def test_two_sheets_of_one_part_are_refused() -> None:
    rels = relations("worksheets/sheet1.xml", "worksheets/SHEET1.xml")
    issue = refusal(make_xlsx(**{WORKBOOK: workbook("S1", "S2"), "xl/_rels/workbook.xml.rels": rels})).issue
    assert (issue.code, issue.sheet) == ("file.sheet_shared", "S2")


@pytest.mark.parametrize("missing", ["[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", STYLES, TEXTS])
def test_parts_that_can_be_done_without_may_be_missing(missing: str) -> None:
    assert read_cell('<c r="A1"><v>1</v></c>', **{missing: None}) == {"A1": ("number", "1")}


def test_without_relationships_one_sheet_and_one_part_belong_together_and_two_do_not() -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>1</v></c></row>'
    assert read_rows(rows, **{"xl/_rels/workbook.xml.rels": None}) == {"A1": ("text", "hai")}
    more = {WORKBOOK: workbook("S1", "S2"), "xl/worksheets/sheet2.xml": worksheet("")}
    assert refusal(make_xlsx(rows, **{"xl/_rels/workbook.xml.rels": None, **more})).issue.code == "file.sheet_missing"


def test_texts_whose_table_is_missing_are_not_blank() -> None:
    assert refused_cell('<c r="A1" t="s"><v>0</v></c>', **{TEXTS: None})[0] == "file.bad_shared_text"


@pytest.mark.parametrize(
    "target",
    [
        "/xl/worksheets/sheet1.xml",
        "./worksheets/sheet1.xml",
        "worksheets\\sheet1.xml",
        "Worksheets/Sheet1.xml",
        "worksheets/sheet%31.xml",
    ],
)
def test_a_relationship_may_name_its_part_in_several_ways(target: str) -> None:
    assert read_cell('<c r="A1"><v>1</v></c>', **{"xl/_rels/workbook.xml.rels": relations(target)})


@pytest.mark.parametrize("target", ["../../../../etc/passwd", "/../etc/passwd", "..\\..\\a.xml"])
def test_a_relationship_that_leads_out_of_the_file_is_refused(target: str) -> None:
    assert refusal(make_xlsx(**{"xl/_rels/workbook.xml.rels": relations(target)})).issue.code == "file.unsafe_name"


@pytest.mark.parametrize("target", ["../customXml/item1.xml", "/../../a", "..\\..\\a.xml"])
@pytest.mark.parametrize("source", ["_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/worksheets/_rels/sheet1.xml.rels"])
def test_a_relationship_that_nothing_follows_may_lead_anywhere(source: str, target: str) -> None:
    astray = f'<Relationship Id="rId9" Type="{OFFICE}/customXml" Target="../../{target}"/>'
    own = make_parts().get(source, relations().encode()).decode()
    assert read_workbook(make_xlsx(**{source: own.replace("</Relationships>", f"{astray}</Relationships>")})).sheets


def test_a_chart_sheet_is_passed_over_and_a_macro_sheet_refused() -> None:
    rels = relations("worksheets/sheet1.xml", "chartsheets/sheet1.xml")
    chart = rels.replace('Id="rId2" Type="' + OFFICE + '/worksheet"', 'Id="rId2" Type="' + OFFICE + '/chartsheet"')
    changes = {
        WORKBOOK: workbook("S1", "Biểu đồ"),
        "xl/_rels/workbook.xml.rels": chart,
        "xl/chartsheets/sheet1.xml": "<a/>",
    }
    assert [sheet.name for sheet in read_xlsx(make_xlsx(**changes)).sheets] == ["S1"]
    macro = {**changes, "xl/_rels/workbook.xml.rels": chart.replace("/chartsheet", "/xlMacrosheet")}
    assert refusal(make_xlsx(**macro)).issue.code == "file.macro"


def test_what_reaches_out_of_the_workbook_is_noted_and_never_followed() -> None:
    rows = '<row r="1"><c r="A1"><f>WEBSERVICE("http://127.0.0.1:9")</f><v>1</v></c></row>'
    book = workbook("S1").replace("</workbook>", '<calcPr fullCalcOnLoad="1"/></workbook>')
    read = read_xlsx(
        make_xlsx(
            rows,
            **{
                WORKBOOK: book,
                "xl/externalLinks/externalLink1.xml": "<a/>",
                "xl/connections.xml": "<a/>",
                "xl/embeddings/oleObject1.bin": b"a",
            },
        )
    )
    assert read.notes == (
        "file.connections",
        "file.embedded_objects",
        "file.external_links",
        "file.fetching_formulas",
        "file.recalculates",
    )
    assert show(read.sheets[0]) == {"A1": ("number", "1")}


def test_a_bar_in_a_text_of_a_formula_is_no_dde() -> None:
    rows = '<row r="1"><c r="A1" t="str"><f>CONCATENATE("a|b","WEBSERVICE(")</f><v>a</v></c></row>'
    assert read_xlsx(make_xlsx(rows)).notes == ()


def test_an_entity_that_is_an_address_is_never_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/a.dtd"
        for document in (
            f'<!DOCTYPE a SYSTEM "{address}"><a/>',
            f'<!DOCTYPE a [<!ENTITY b SYSTEM "{address}">]><a>&b;</a>',
        ):
            assert refusal(make_xlsx(**{SHEET: document})).issue.code == "file.dtd"
        with pytest.raises(BlockingIOError):
            listener.accept()


# How much of it


def test_more_cells_than_the_limit_are_refused() -> None:
    letters = string.ascii_uppercase
    rows = "".join(
        f'<row r="{row}">{"".join(f"<c><v>{row}</v></c>" for _ in letters)}</row>'
        for row in range(1, MOST_CELLS // 26 + 3)
    )
    assert refusal(make_xlsx(rows)).issue.code == "file.too_many_cells"


def test_one_text_shown_in_very_many_cells_is_refused() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 400))
    texts = shared_texts([f"<t>{'a' * 32_767}</t>"])
    assert refusal(make_xlsx(rows, **{TEXTS: texts})).issue.code == "file.too_much_text"


def test_a_name_of_a_sheet_that_is_a_book_is_refused() -> None:
    assert refusal(make_xlsx(**{WORKBOOK: workbook("S" * 300)})).issue.code == "file.malformed"


def test_too_many_sheets_are_refused() -> None:
    book = workbook(*[f"S{number}" for number in range(MOST_SHEETS + 1)])
    assert refusal(make_xlsx(**{WORKBOOK: book})).issue.code == "file.too_many_sheets"


# Addresses


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A1", (1, 1)),
        ("$AB$12", (12, 28)),
        ("xfd1048576", (1_048_576, 16_384)),
        ("XFE1", None),
        ("A1048577", None),
        ("A0", None),
        ("", None),
        ("A1:B2", None),
        ("A1\n", None),
        ("A１", None),
    ],
)
def test_an_address_is_one_of_a_sheet_or_none(text: str, place: tuple[int, int] | None) -> None:
    assert parse_reference(text) == place


def test_a_range_has_two_corners_in_order() -> None:
    assert parse_range("B2:C3") == (2, 2, 3, 3)
    assert parse_range("B2") == (2, 2, 2, 2)
    assert parse_range("C3:B2") is None
    assert parse_range("B2:") == (2, 2, 2, 2)


# Whatever comes


GOOD = make_xlsx(
    '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" s="1"><v>46156</v></c><c r="C1"><f>1+1</f><v>2</v></c></row>'
)
STORED = pack(make_parts(), zipfile.ZIP_STORED)


def _outcome(data: bytes) -> str:
    try:
        read = read_workbook(data)
    except Refused as error:
        if error.issue.code == "file.unreadable":
            raise AssertionError("a fault of ours") from error.__cause__
        return error.issue.code
    assert isinstance(read, Book)
    assert all(
        isinstance(cell.kind, CellKind) and cell.text.encode() is not None for cell in read.sheets[0].cells.values()
    )
    return "read"


@given(st.data(), st.sampled_from([GOOD, STORED]))
def test_changed_bytes_end_in_a_book_or_a_refusal(data: st.DataObject, good: bytes) -> None:
    changed = bytearray(good)
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    _outcome(bytes(changed[: data.draw(st.integers(0, len(good)))] if data.draw(st.booleans()) else changed))


_FRAGMENTS = [
    "<c",
    " r=",
    '"A1"',
    ' t="s"',
    ">",
    "/>",
    "<v>",
    "</v>",
    "</c>",
    "<row",
    "</row>",
    "1",
    "<f>",
    "</f>",
    "<is>",
]
_FRAGMENTS += [
    "<t>",
    "</t>",
    "</is>",
    "&amp;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    '<c r="B1"/>',
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
]


@given(st.lists(st.sampled_from(_FRAGMENTS), max_size=30))
def test_any_markup_ends_in_a_book_or_a_refusal(fragments: list[str]) -> None:
    _outcome(make_xlsx(f'<row r="1">{"".join(fragments)}</row>'))


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", bytes.fromhex("D0CF11E0A1B11AE1"), b"<html", b"\xff\xfe"]),
)
def test_any_bytes_end_in_a_book_or_a_refusal(tail: bytes, head: bytes) -> None:
    _outcome(head + tail)


@given(st.binary(max_size=200), st.sampled_from([SHEET, TEXTS, STYLES, WORKBOOK, "_rels/.rels", "[Content_Types].xml"]))
def test_any_part_ends_in_a_book_or_a_refusal(part: bytes, name: str) -> None:
    _outcome(make_xlsx(**{name: part}))
