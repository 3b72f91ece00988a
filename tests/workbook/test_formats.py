"""What a cell's format says beyond its number: kept with the cell in every format of workbooks."""

from __future__ import annotations

import struct
from decimal import Decimal

import pytest

from chalicelib.domain.issues.issue import Refused
from chalicelib.domain.language.legacy_text import Run
from chalicelib.workbook.reading.book import Sheet
from chalicelib.workbook.reading.bounds import Budget
from chalicelib.workbook.reading.formats import read_number_format, read_paid_format
from chalicelib.workbook.reading.reader import read_workbook
from tests.workbook.compounds import ENGINE, EOF, Record, bof, cell, make_compound, make_stream, make_xls, text
from tests.workbook.packages import MAIN, make_ods, make_xlsx, shared_texts

PLAIN = [
    "General", "0", "#,##0", "0.00", "0.00E+00", "# ?/?", "@", "000", "0;-0;;@", "#,##0;[Red]-#,##0", "[Red]0;(0)",
    "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)", "#,##0\\ [$-42A]", '0"."', ";;;", "", '"', "[", "\\", "0.0,0",
]  # fmt: skip
SHOWN = [
    ("0%", "0.5", "50%", "50%"),
    ("0%", "0.125", "13%", "12,5%"),
    ("0.0%", "1", "100,0%", "100%"),
    ("0%", "-0.5", "-50%", "-50%"),
    ('0" triệu"', "35", "35 triệu", "35 triệu"),
    ('0" tổ";-0" tổ"', "-5", "-5 tổ", "-5 tổ"),
    ('#,##0.0,," triệu"', "1400000", "1,4 triệu", "1,4 triệu"),
    ('#,##0.0,," triệu"', "1432000", "1,4 triệu", "1,432 triệu"),
    ("#,##0,", "1400000", "1.400", "1400"),
    ("0.0,,", "1400000", "1,4", "1,4"),
    ('[>=1000000]0.0,," triệu";[>=1000]0," nghìn";0', "1400000", "1,4 triệu", "1,4 triệu"),
    ('[>=1000000]0.0,," triệu";[>=1000]0," nghìn";0', "12000", "12 nghìn", "12 nghìn"),
    ('[>=1000000]0.0,," triệu";[>=1000]0," nghìn";0', "12", "12", "12"),
    ('_-* #,##0\\ "₫"_-;\\-* #,##0\\ "₫"_-;_-* "-"\\ "₫"_-;_-@_-', "1000000", "1.000.000 ₫", "1000000 ₫"),
    ('_-* #,##0\\ "₫"_-;\\-* #,##0\\ "₫"_-;_-* "-"\\ "₫"_-;_-@_-', "0", "0", "0"),
    ("[$₫-42A]#,##0", "1000", "₫1.000", "₫1000"),
    ("$#,##0", "12", "$12", "$12"),
    ('General" đội"', "0.5", "0,5 đội", "0,5 đội"),
    ("0\\ \\t\\ổ", "12", "12 tổ", "12 tổ"),
    ('0"h"00', "830", "830h", "830h"),
    ('"0"0', "5", "05", "05"),
]


@pytest.mark.parametrize("code", PLAIN)
def test_a_format_that_shows_the_digits_says_nothing(code: str) -> None:
    assert read_number_format(code) is None
    assert read_paid_format(code, Budget()) is None


@pytest.mark.parametrize(("code", "number", "shown", "exactly"), SHOWN)
def test_a_number_is_shown_as_on_the_screen(code: str, number: str, shown: str, exactly: str) -> None:
    found = read_number_format(code)
    assert found is not None
    assert (found.show(Decimal(number)), found.show_exactly(Decimal(number))) == (shown, exactly)
    assert read_paid_format(code, Budget()) == found


def test_codes_that_would_take_long_to_read_are_refused() -> None:
    codes = "".join(f'<numFmt numFmtId="{number}" formatCode="{"a0" * 250}"/>' for number in range(164, 2_164))
    formats = "".join(f'<xf numFmtId="{number}"/>' for number in range(164, 2_164))
    styles = f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs>{formats}</cellXfs></styleSheet>'
    with pytest.raises(Refused, match=r"file\.too_complex"):
        read_workbook(make_xlsx(**{"xl/styles.xml": styles}))


def show_formats(sheet: Sheet) -> dict[str, str]:
    return {
        sheet.cells[place].reference: number_format.show(Decimal(sheet.cells[place].text))
        for place, number_format in sheet.formats.items()
    }


def test_an_xlsx_keeps_formats_and_fonts_that_say_something() -> None:
    fonts = "".join(f'<font><sz val="12"/><name val="{name}"/></font>' for name in ("Times New Roman", ".VnTime"))
    formats = "".join(
        f'<xf numFmtId="{number_format}" fontId="{font}"/>'
        for number_format, font in ((3, 0), (9, 0), (164, 0), (0, 1))
    )
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0&quot; triệu&quot;"/></numFmts>'
        f"<fonts>{fonts}</fonts><cellXfs>{formats}</cellXfs>"
        '<dxfs><dxf><font><name val="VNI-Times"/></font></dxf></dxfs></styleSheet>'
    )
    texts = ["<t>x·</t>", '<r><t>· </t></r><r><rPr><rFont val="VNI-Times"/></rPr><t>xaõ</t></r>', "<t>a</t>"]
    cells = [
        ("A1", 's="0"', "12"), ("B1", 's="1"', "0.5"), ("C1", 's="2"', "35"), ("D1", 't="s" s="3"', "0"),
        ("E1", 't="s" s="0"', "1"), ("F1", 't="s" s="0"', "0"), ("G1", 't="str" s="3"', "®·"), ("H1", 's="3"', "7"),
    ]  # fmt: skip
    row = "".join(f'<c r="{place}" {stated}><v>{value}</v></c>' for place, stated, value in cells)
    changes = {"xl/styles.xml": styles, "xl/sharedStrings.xml": shared_texts(texts)}
    sheet = read_workbook(make_xlsx(f'<row r="1">{row}</row>', **changes)).sheets[0]
    assert show_formats(sheet) == {"B1": "50%", "C1": "35 triệu"}
    assert sheet.runs == {
        (1, 4): (Run("x·", ".VnTime"),),
        (1, 5): (Run("· ", ""), Run("xaõ", "VNI-Times")),
        (1, 7): (Run("®·", ".VnTime"),),
    }


def font(name: str, charset: int = 0, wide: bool = True) -> Record:
    letters = struct.pack("<BB", len(name), 0) if wide else struct.pack("<B", len(name))
    return 0x0031, bytes(12) + bytes([charset, 0]) + letters + name.encode("ascii")


def test_an_old_workbook_keeps_formats_and_fonts_that_say_something() -> None:
    names = ["Arial", "Arial", "Arial", "Arial", ".VnTime"]
    before = [
        ENGINE,
        *(font(name) for name in names),
        (0x041E, struct.pack("<H", 164) + text('0" triệu"')),
        *((0x00E0, struct.pack("<2H16x", *pair)) for pair in ((0, 0), (0, 9), (0, 164), (5, 0))),
        (0x00FC, struct.pack("<2IHBH", 1, 1, 4, 8, 1) + b"x x\xb7" + struct.pack("<2H", 2, 5)),
    ]
    records = [
        (0x0203, cell(0, 0, struct.pack("<d", 0.5), 1)),
        (0x0203, cell(0, 1, struct.pack("<d", 35), 2)),
        (0x0204, cell(0, 2, text("x·"), 3)),
        (0x00FD, cell(0, 3, struct.pack("<I", 0), 0)),
    ]
    sheet = read_workbook(make_xls(records, before=before)).sheets[0]
    assert show_formats(sheet) == {"A1": "50%", "B1": "35 triệu"}
    assert sheet.runs == {(1, 3): (Run("x·", ".VnTime"),), (1, 4): (Run("x ", "Arial"), Run("x·", ".VnTime"))}


@pytest.mark.parametrize(
    ("code_page", "charset", "shown"), [(None, 204, "Отчет"), (None, 0, "Îò÷åò"), (1251, 0, "Отчет")]
)
def test_texts_of_excel_95_without_a_code_page_are_in_that_of_their_font(
    code_page: int | None, charset: int, shown: str
) -> None:
    raw = "Отчет".encode("cp1251")
    before = [
        *([(0x0042, struct.pack("<H", code_page))] if code_page else []),
        font("Arial", wide=False),
        font("Arial Cyr", charset, wide=False),
        *((0x00E0, struct.pack("<2H12x", number, 0)) for number in (0, 1)),
    ]
    start = make_stream([bof(0x0005, 0x0500), *before])
    entry = (0x0085, struct.pack("<IBB", len(start) + 4 + 9 + 4, 0, 0) + b"\x02S1")
    label = (0x0204, cell(0, 0, struct.pack("<H", len(raw)) + raw, 1))
    stream = start + make_stream([entry, EOF, bof(version=0x0500), label, EOF])
    (sheet,) = read_workbook(make_compound({"Book": stream})).sheets
    assert [each.text for each in sheet.cells.values()] == [shown]


def number_style(name: str, inside: str, kind: str = "number") -> str:
    return f'<number:{kind}-style style:name="{name}">{inside}</number:{kind}-style>'


def style(name: str, stated: str = "", inside: str = "", family: str = "table-cell") -> str:
    return f'<style:style style:name="{name}" style:family="{family}" {stated}>{inside}</style:style>'


ODS_STYLES = "".join(
    (
        """<style:font-face style:name="Old" svg:font-family="'.VnTime'"/>""",
        number_style("N1", '<number:number number:decimal-places="0"/><number:text> triệu</number:text>'),
        number_style("N2", '<number:number number:decimal-places="1" number:display-factor="1000000"/>'),
        number_style("N3", '<number:number number:decimal-places="1"/><number:text>%</number:text>', "percentage"),
        number_style("N4", "<number:day/><number:text>/</number:text><number:month/>", "date"),
        number_style("N5P0", "<number:number/><number:text> tổ</number:text>"),
        number_style(
            "N5",
            "<number:text>-</number:text><number:number/>"
            '<style:map style:condition="value()&gt;=0" style:apply-style-name="N5P0"/>',
        ),
        *(style(f"c{each}", f'style:data-style-name="N{each}"') for each in (1, 2, 3, 5)),
        style("old", inside='<style:text-properties style:font-name="Old"/>'),
        style("child", 'style:parent-style-name="old"'),
        style("T1", inside='<style:text-properties fo:font-family="VNI-Times"/>', family="text"),
    )
)


def read_ods(*cells: str, columns: str = "") -> Sheet:
    row = f"{columns}<table:table-row>{''.join(cells)}</table:table-row>"
    return read_workbook(make_ods(f'<table:table table:name="S1">{row}</table:table>', ODS_STYLES)).sheets[0]


def number(value: str, style: str = "", kind: str = "float") -> str:
    stated = f'table:style-name="{style}"' if style else ""
    return f'<table:table-cell {stated} office:value-type="{kind}" office:value="{value}"/>'


def words(content: str, style: str = "") -> str:
    stated = f'table:style-name="{style}"' if style else ""
    return f'<table:table-cell {stated} office:value-type="string"><text:p>{content}</text:p></table:table-cell>'


def test_an_ods_keeps_formats_that_say_something() -> None:
    column = "<table:table-column table:"
    columns = f'{column}number-columns-repeated="5"/>{column}default-cell-style-name="c1"/>'
    sheet = read_ods(
        number("12"), number("35", "c1"), number("1400000", "c2"), number("0.5", "c3", "percentage"),
        number("12", "c5"), number("7"), number("0.5", "", "percentage"),
        columns=columns,
    )  # fmt: skip
    assert show_formats(sheet) == {
        "B1": "35 triệu", "C1": "1,4", "D1": "50,0%", "E1": "12 tổ", "F1": "7 triệu", "G1": "50%",
    }  # fmt: skip


def test_an_ods_keeps_fonts_of_old_letters() -> None:
    span = 'a <text:span text:style-name="T1">xaõ</text:span>'
    sheet = read_ods(words("x·", "old"), words("x·", "child"), words("x·"), words(span))
    assert sheet.runs[1, 1] == sheet.runs[1, 2] == (Run("x·", ".VnTime"),)
    assert (1, 3) not in sheet.runs
    assert [(run.text, run.font) for run in sheet.runs[1, 4] if run.text] == [("a ", ""), ("xaõ", "VNI-Times")]


@pytest.mark.parametrize("field", ["sheet-name", "date", "time", "title", "file-name", "page-number", "a"])
def test_the_text_of_a_field_is_text(field: str) -> None:
    assert read_ods(words(f"Kỳ <text:{field}>I</text:{field}>/2022")).cells[1, 1].text == "Kỳ I/2022"


def test_one_text_of_very_many_runs_in_very_many_cells_is_refused() -> None:
    runs = '<r><rPr><rFont val=".VnTime"/></rPr><t>a</t></r>' * 2_000
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 2_000))
    with pytest.raises(Refused, match=r"file\.too_complex"):
        read_workbook(make_xlsx(cells, **{"xl/sharedStrings.xml": shared_texts([runs])}))
