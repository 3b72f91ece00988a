"""Text beside the cells is read from wherever programs put it, however it is written, and refuses nothing."""

from __future__ import annotations

import struct

import pytest

from chalicelib.domain.issues.issue import Refused
from chalicelib.workbook.reading import book
from chalicelib.workbook.reading.asides import read_margin
from chalicelib.workbook.reading.book import Beside
from chalicelib.workbook.reading.reader import read_workbook
from tests.workbook.compounds import make_xls, text
from tests.workbook.packages import ODS, SPACES, make_ods, make_xlsx, pack, worksheet

DRAWING = "xl/drawings/drawing1.xml"
RUNS = "<a:p><a:r><a:t>TỐI</a:t></a:r><a:r><a:t> MẬT</a:t></a:r></a:p><a:p><a:r><a:t>Số 1</a:t></a:r></a:p>"
SHAPE = f'<xdr:wsDr xmlns:xdr="x" xmlns:a="a"><xdr:sp><xdr:txBody>{RUNS}</xdr:txBody></xdr:sp></xdr:wsDr>'


def read_asides(data: bytes) -> list[tuple[Beside, str, str]]:
    return [(each.where, each.text, each.sheet) for each in read_workbook(data).asides]


@pytest.mark.parametrize(
    ("stored", "lines"),
    [
        ("MẬT", ["MẬT"]),
        ("&CMẬT", ["", "MẬT"]),
        ('&L&"Times New Roman,Bold"&14TỐI MẬT&RTrang &P/&N', ["", "TỐI MẬT", "Trang /"]),
        ('&C&"-,Đậm"&KFF0000&BMẬT', ["", "MẬT"]),
        ("&C&K01+023&UMẬT&U", ["", "MẬT"]),
        ("A&&B &A &F &D", ["A&B   "]),
        ('&C&"không đóng', ["", ""]),
        ("&", ["&"]),
    ],
)
def test_the_codes_of_a_page_header_are_taken_off(stored: str, lines: list[str]) -> None:
    assert read_margin(stored).split("\n") == lines


@pytest.mark.parametrize(
    "element", ["oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"]
)
def test_each_header_and_footer_of_a_sheet_is_read(element: str) -> None:
    margins = f"<headerFooter><{element}>&amp;C&amp;B&#7852; b</{element}></headerFooter>"
    data = make_xlsx(**{"xl/worksheets/sheet1.xml": worksheet("", after=margins)})
    assert read_asides(data) == [(Beside.MARGIN, "Ậ b", "S1")]


@pytest.mark.parametrize(
    ("part", "markup", "where", "found"),
    [
        (DRAWING, SHAPE, Beside.DRAWING, "TỐI MẬT\nSố 1"),
        ("xl/drawings/sub/a.xml", SHAPE, Beside.DRAWING, "TỐI MẬT\nSố 1"),
        ("XL/Drawings/Drawing1.XML", SHAPE, Beside.DRAWING, "TỐI MẬT\nSố 1"),
        (
            "xl/drawings/vmlDrawing1.vml",
            "<xml><v:textbox><div style='a'><font>M&#7852;T</font><br>Số 1</div></v:textbox></xml>",
            Beside.DRAWING,
            "MẬT\nSố 1",
        ),
        ("xl/drawings/vmlDrawing1.vml", '<v:textpath on="t" string="M&#7852;T"/>', Beside.DRAWING, "MẬT"),
        ("xl/diagrams/data1.xml", f"<dgm:t>{RUNS}</dgm:t>", Beside.DRAWING, "TỐI MẬT\nSố 1"),
        (
            "xl/comments1.xml",
            "<comment><text><r><t>A:</t></r><r><t>\nMẬT</t></r></text></comment>",
            Beside.NOTE,
            "A:\nMẬT",
        ),
        ("xl/comments/comment1.xml", "<comment><text><t>MẬT</t></text></comment>", Beside.NOTE, "MẬT"),
        ("xl/threadedComments/a.xml", "<threadedComment><text>MẬT</text></threadedComment>", Beside.NOTE, "MẬT"),
        ("xl/chartsheets/sheet1.xml", "<oddHeader>&amp;C&amp;12MẬT</oddHeader>", Beside.MARGIN, "\nMẬT"),
    ],
)
def test_text_in_parts_of_its_own_is_read(part: str, markup: str, where: Beside, found: str) -> None:
    assert read_asides(make_xlsx(**{part: markup})) == [(where, found, "")]


@pytest.mark.parametrize(
    "drawing",
    [
        SHAPE[:-20],
        SHAPE.replace("</a:r>", ""),
        "<<<" + SHAPE,
        SHAPE.encode("utf-16"),
        SHAPE.encode() + b"\xff\xfe\x00",
        SHAPE.replace("TỐI", "<![CDATA[TỐI]]>"),
        SHAPE.replace("<xdr:sp>", f'<xdr:sp a="{"x" * 700_000}">'),
        SHAPE.replace("<xdr:sp>", f"<xdr:sp><!--{'x ' * 200_000}-->"),
    ],
    ids=["cut off", "unclosed", "stray", "UTF-16", "no UTF-8", "CDATA", "a long tag", "a long comment"],
)
def test_a_drawing_that_is_not_well_formed_is_searched_and_refuses_nothing(drawing: str | bytes) -> None:
    [(_, found, _)] = read_asides(make_xlsx(**{DRAWING: drawing}))
    assert "MẬT" in found
    assert "TỐI" in found


def test_reading_beside_the_cells_is_paid_from_the_workbooks_budget() -> None:
    for drawing, code in [("<a/>" * 900_000, "file.too_complex"), ("<p>" + "ậ" * 9_000_000, "file.too_much_text")]:
        with pytest.raises(Refused) as refused:
            read_workbook(make_xlsx(**{DRAWING: drawing}))
        assert refused.value.issue.code == code


def test_frames_comments_and_page_headers_of_an_ods_are_read() -> None:
    spaces = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:dc="d"'
    line = "<text:p>TỐI <text:span>MẬT</text:span></text:p>"
    frame = f"<draw:frame {spaces}><draw:text-box>{line}</draw:text-box></draw:frame>"
    note = f"<office:annotation {spaces}><dc:creator>A</dc:creator><text:p>MẬT</text:p></office:annotation>"
    cell = f'<table:table-cell office:value-type="string">{note}<text:p>a</text:p>{frame}</table:table-cell>'
    deleted = "<table:tracked-changes><table:deletion><text:p>MẬT</text:p></table:deletion></table:tracked-changes>"
    rows = f"<table:shapes>{frame}</table:shapes><table:table-row>{cell}</table:table-row>"
    data = make_ods(f'{deleted}<table:table table:name="S1">{rows}</table:table>')
    assert read_asides(data) == [
        (Beside.DRAWING, "TỐI MẬT", "S1"),
        (Beside.NOTE, "A\nMẬT", "S1"),
        (Beside.DRAWING, "TỐI MẬT", "S1"),
    ]
    assert [cell.text for cell in read_workbook(data).sheets[0].cells.values()] == ["a"]


@pytest.mark.parametrize("end", ["</style:header></office:document-styles>", "<<"])
def test_page_headers_of_an_ods_stand_among_its_styles(end: str) -> None:
    content = (
        f"<office:document-content {SPACES}><office:body><office:spreadsheet><table:table table:name='S1'/>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    styles = (
        f"<office:document-styles><style:header><style:region-center><text:p>MẬT</text:p></style:region-center>{end}"
    )
    data = pack({"mimetype": ODS, "content.xml": content.encode(), "styles.xml": styles.encode()})
    assert read_asides(data) == [(Beside.MARGIN, "MẬT", "")]


def _drawn(content: str, length: int | None = None) -> list[tuple[int, bytes]]:
    """A TXO record and the CONTINUE record with its text."""
    count = len(content) if length is None else length
    return [
        (0x01B6, struct.pack("<2H6x2H4x", 0x0212, 0, count, 16)),
        (0x003C, b"\x01" + content.encode("utf-16-le")),
        (0x003C, bytes(16)),
    ]


def test_text_boxes_comments_and_page_headers_of_an_xls_are_read() -> None:
    other = struct.pack("<2H8x16xH4H", 0x089C, 0, 1, 0, 0, 0, 3) + text("MẬT")
    records = [(0x0014, text("&CMẬT")), (0x0015, b""), *_drawn("TỐI MẬT"), (0x089C, other)]
    assert read_asides(make_xls(records)) == [
        (Beside.MARGIN, "\nMẬT", "S1"),
        (Beside.DRAWING, "TỐI MẬT", "S1"),
        (Beside.MARGIN, "MẬT", "S1"),
    ]


@pytest.mark.parametrize(
    "records",
    [_drawn("MẬT", 9_000), [(0x01B6, b"")], [(0x0014, b"\xff\xff")], [(0x089C, b"a")], [(0x001C, b"")]],
    ids=["a text too short", "an empty text box", "a header cut off", "headers cut off", "an empty comment"],
)
def test_a_broken_record_of_text_beside_the_cells_refuses_nothing(records: list[tuple[int, bytes]]) -> None:
    assert isinstance(read_workbook(make_xls(records)), book.Book)
