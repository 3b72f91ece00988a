"""The Word document: the decree's measures, true sentences, the sender's words, and templates told their mistakes."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from pydantic import ValidationError

from chalicelib import folders
from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.period.body import find_outline
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import Difference, EditionInfo
from chalicelib.domain.period.figure_words import FigureWords
from chalicelib.domain.programme.model import Outline
from chalicelib.domain.programme.outline import Passage
from chalicelib.report.console_pages import find_edition_page
from chalicelib.report.document import tables as tables_of_word
from chalicelib.report.document.package import MOST_UNPACKED
from chalicelib.report.document.render import render_document
from chalicelib.report.document.template import TemplateInvalid, check_template, find_template
from chalicelib.report.document.trial import check_documents
from chalicelib.report.document.wording import FIELDS, make_context, write_passages
from chalicelib.report.plain import clean_text
from chalicelib.report.rendering import make_files
from infra.word_template.__main__ import make_templates
from infra.word_template.text import SHARED, make_template, read_text
from tests.domain.builders import say_sentence
from tests.report.conftest import HOSTILE, convert
from tests.report.samples import FORMS, empty_state, make_states, read_programme

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture(scope="module")
def data(made: Consolidation, edition: EditionInfo, template: bytes) -> bytes:
    return render_document(made, edition, template)


@pytest.fixture(scope="module")
def document(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


def all_text(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def find(document: Any, start: str) -> Any:
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    places = [*document.paragraphs, *(paragraph for cell in cells for paragraph in cell.paragraphs)]
    return next(paragraph for paragraph in places if paragraph.text.startswith(start))


def say(made: Consolidation, written: str) -> str:
    return say_sentence(written, FigureWords(made))


# NĐ 30/2020/NĐ-CP


def test_pages_are_a4_with_the_decrees_margins(document: Any) -> None:
    portrait, *appendices = document.sections
    assert (round(portrait.page_width.mm), round(portrait.page_height.mm)) == (210, 297)
    assert len(appendices) == 5
    for section in document.sections:
        assert Mm(20) <= round(section.top_margin, -3) <= Mm(25)
        assert Mm(20) <= round(section.bottom_margin, -3) <= Mm(25)
        assert 29.9 <= section.left_margin.mm <= 35
        assert 15 <= section.right_margin.mm <= 20.1
    for section in appendices:
        assert section.orientation == WD_ORIENT.LANDSCAPE
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)


def test_pages_are_numbered_in_the_top_margin_but_for_the_first(document: Any) -> None:
    for section in document.sections:
        assert section.different_first_page_header_footer
    section = document.sections[0]
    assert "PAGE" in section.header._element.xml
    assert section.header.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert section.header.paragraphs[0].runs[0].font.size == Pt(14)
    assert "PAGE" not in section.first_page_header._element.xml
    assert all('w:pgNumType w:start="1"' in each._sectPr.xml for each in document.sections[1:])


@pytest.mark.parametrize(
    ("start", "sizes", "bold", "italic"),
    [
        ("CỘNG HÒA XÃ HỘI", (12, 13), True, False),
        ("Độc lập - Tự do", (13, 14), True, False),
        ("UBND TỈNH", (12, 13), False, False),
        ("BAN CHỈ ĐẠO 138", (12, 13), True, False),
        ("Số:", (13, 13), False, False),
        ("Lạng Sơn, ngày", (13, 14), False, True),
        ("BÁO CÁO", (13, 14), True, False),
        ("Kết quả xây dựng", (13, 14), True, False),
        ("I. CÔNG TÁC", (13, 14), True, False),
        ("Nơi nhận:", (12, 12), True, True),
        ("- Như trên", (11, 11), False, False),
        ("PHÓ TRƯỞNG BAN", (13, 14), True, False),
        ("Dương Xuân Huyên", (13, 14), True, False),
        ("Phụ lục I", (14, 14), True, False),
        ("(Kèm theo", (13, 14), False, True),
    ],
)
def test_fonts_are_the_decrees(document: Any, start: str, sizes: tuple[int, int], bold: bool, italic: bool) -> None:
    paragraph = find(document, start)
    run = next(run for run in paragraph.runs if run.text.strip())
    assert sizes[0] <= run.font.size.pt <= sizes[1]
    assert (bool(run.bold), bool(run.italic)) == (bold, italic)


def test_text_is_times_new_roman_justified_with_its_first_line_set_in(document: Any) -> None:
    assert document.styles["Normal"].font.name == "Times New Roman"
    fonts = set(re.findall(r'w:(?:ascii|hAnsi|eastAsia|cs)="([^"]+)"', document.element.xml))
    assert fonts <= {"Times New Roman"}
    body = [paragraph for paragraph in document.paragraphs if paragraph.text.startswith("- ")]
    body = [paragraph for paragraph in body if paragraph.paragraph_format.first_line_indent]
    assert len(body) > 20
    for paragraph in body:
        assert paragraph.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
        assert paragraph.paragraph_format.first_line_indent.cm == pytest.approx(1.27, abs=0.01)
        assert paragraph.paragraph_format.space_after >= Pt(6)
        assert 1 <= paragraph.paragraph_format.line_spacing <= 1.5
        assert {run.font.size for run in paragraph.runs if run.text} == {Pt(14)}


def test_the_parts_stand_in_the_programmes_own_order(
    made: Consolidation, edition: EditionInfo, template: bytes
) -> None:
    own = ("ket-qua-noi-bat", "kho-khan", "phuong-huong", "kien-nghi")
    texts_of_pv05 = dict.fromkeys(own, "Lời của PV05.")
    document = docx.Document(io.BytesIO(render_document(made, edition, template, texts_of_pv05)))
    wanted = (
        "I. CÔNG TÁC THAM MƯU", "II. KẾT QUẢ", "1. Công tác tuyên truyền", "1.1. Phong trào ở xã",
        "1.2. Phong trào trong cơ quan", "2. Công tác xây dựng, nhân rộng", "3. Công tác phối hợp",
        "4. Xây dựng lực lượng", "5. Tổ chức “Ngày hội", "III. TÌNH HÌNH", "1. Thực hiện chế độ báo cáo",
        "2. Thực hiện các chỉ tiêu", "3. Kết quả nổi bật", "4. Khó khăn", "5. Phương hướng", "6. Kiến nghị",
        "Phụ lục I", "Phụ lục II", "Phụ lục III", "Phụ lục IV", "Phụ lục V",
    )  # fmt: skip
    texts = [paragraph.text for paragraph in document.paragraphs]
    places = []
    for start in wanted:
        begin = places[-1] + 1 if places else 0
        places.append(next(place for place in range(begin, len(texts)) if texts[place].startswith(start)))
    assert places == sorted(places)


# What it says


def test_figures_are_written_as_officials_write_them(made: Consolidation, document: Any) -> None:
    sentence = find(document, "- Tổ chức").text
    assert find(document, f"- Tổ chức {say(made, '[A03]')} cuộc kiểm tra").text == sentence
    text = all_text(document)
    assert say(made, "[B06] lượt người tham gia[B06%]") in text
    assert re.search(r"\((tăng|giảm) [\d.]+(,\d)?%\)", text)
    assert f"{say(made, '[G74c]')} khu dân cư được công nhận" in text
    assert say(made, "[G74c]").startswith("ước ")
    assert say(made, "[D30]").startswith("ít nhất ")


def test_who_is_late_missing_or_returned_is_named_and_shares_add_up(document: Any) -> None:
    text = find(document, "- Huyện, thành phố: phải gửi 11").text
    assert "đúng hạn 08 (72,7%); gửi muộn 01 (9,1%): Hữu Lũng; chưa có 02 (18,2%): Chi Lăng, Đình Lập" in text
    assert "trả lại để bổ sung: Chi Lăng" in text


@pytest.fixture(scope="module")
def noughts(edition: EditionInfo) -> Consolidation:
    """Every unit has reported, and every figure is nought."""
    programme = read_programme()
    states = [empty_state(state) for state in make_states(programme, "nam")]
    return consolidate(programme, "nam", states, as_of=edition.made)


def test_no_sentence_of_nought_is_left_in_a_report_of_noughts(
    noughts: Consolidation, edition: EditionInfo, template: bytes
) -> None:
    document = docx.Document(io.BytesIO(render_document(noughts, edition, template)))
    texts = [paragraph.text for paragraph in document.paragraphs]
    body = texts[: next(place for place, text in enumerate(texts) if text.startswith("III."))]
    assert body.count("Trong kỳ không phát sinh.") == 8
    assert not [
        text
        for text in body[body.index("I. CÔNG TÁC THAM MƯU, CHỈ ĐẠO TRIỂN KHAI THỰC HIỆN") :]
        if text.startswith("- ")
    ]


def make_supplement(made: Consolidation, template: bytes, *changes: Difference) -> Any:
    edition = EditionInfo(4, made.as_of, is_frozen=True, reason="Bổ sung của Bắc Sơn.", differences=changes)
    return docx.Document(io.BytesIO(render_document(made, edition, template)))


def test_a_supplement_says_that_it_is_one_with_its_reason_and_what_changed(
    made: Consolidation, template: bytes
) -> None:
    total, now = made.tally.headline("B05"), made.tally.figures["B05"]["180"].number
    assert total is not None
    assert isinstance(total.value, int)
    assert isinstance(now, int)
    settled = str(made.tally.figures["F70"]["180"].value)
    document = make_supplement(
        made, template,
        Difference("180", "B05", "", now - 3, now, "Bổ sung 02 xã"),
        Difference("180", "F70", "", f"{settled} (ước)", settled),
        Difference("187", "", "bao-cao-nam", "Đúng hạn (bản nộp 1)", "Đúng hạn (bản nộp 2)"),
    )  # fmt: skip
    text = all_text(document)
    assert find(document, "BÁO CÁO").text == "BÁO CÁO BỔ SUNG"
    assert "đã gửi (Báo cáo số …/BC-BCĐ ngày … tháng … năm 2022 của Ban Chỉ đạo 138 tỉnh Lạng Sơn)" in text
    assert "Lý do: Bổ sung của Bắc Sơn." in text
    assert "- Điều chỉnh báo cáo năm của huyện Chi Lăng." in text
    table = next(table for table in document.tables if "Đã báo cáo" in [cell.text for cell in table.rows[0].cells])
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    shown = format_number(total.value - 3), format_number(total.value)
    assert rows[:2] == [
        ["1", "Cuộc, buổi tuyên truyền đã tổ chức", "cuộc", *shown, "+3"],
        ["", "- Huyện Tràng Định (Bổ sung 02 xã)", "", format_number(now - 3), format_number(now), ""],
    ]
    assert [row[:2] for row in rows[2:]] == [["2", "Thuốc nổ do Nhân dân giao nộp (số ước nay là số chính thức)"]]


def test_a_supplement_tells_a_first_report_once_and_long_lists_of_figures_in_an_appendix(
    made: Consolidation, template: bytes
) -> None:
    known = [code for code, own in made.tally.figures.items() if own.get("180") and own["180"].number]
    document = make_supplement(
        made, template, Difference("180", "", "bao-cao-nam", "Chưa có", "Muộn (bản nộp 1)"),
        *(Difference("180", code, "", None, made.tally.figures[code]["180"].number) for code in known),  # type: ignore[arg-type]
    )  # fmt: skip
    text = all_text(document)
    assert "- Bổ sung báo cáo năm của huyện Tràng Định, trước đây chưa có." in text
    assert "- Số liệu thay đổi so với báo cáo đã gửi: phụ lục kèm theo." in text
    table = next(table for table in document.tables if "Đã báo cáo" in [cell.text for cell in table.rows[0].cells])
    assert not [row for row in table.rows if "Tràng Định" in row.cells[1].text]
    heads = [paragraph.text for paragraph in document.paragraphs]
    assert heads[heads.index("Phụ lục I") + 1] == "SỐ LIỆU BỔ SUNG, ĐIỀU CHỈNH SO VỚI BÁO CÁO ĐÃ GỬI"


@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        (
            [
                ("180", "", "bao-cao-nam", "Chưa có", "Đúng hạn"),
                ("180", "B05", "", None, 5),
                ("180", "B06", "", None, 7),
            ],
            [["Chưa có", "Đúng hạn; 02 số liệu"]],
        ),
        (
            [("180", "", "bao-cao-nam", "Đúng hạn", "Đã rút"), ("180", "B05", "", 5, None)],
            [["Đúng hạn; 01 số liệu", "Đã rút"]],
        ),
        (
            [("180", "", "bao-cao-nam", "Chưa có", "Đúng hạn"), ("187", "B05", "", None, 5), ("180", "B05", "", 4, 5)],
            [["Chưa có", "Đúng hạn"], ["không có", "5"], ["4", "5"]],
        ),
    ],
)
def test_the_figures_of_a_unit_that_came_or_left_are_counted_not_listed(
    made: Consolidation, changes: list[tuple[Any, ...]], rows: list[list[str]]
) -> None:
    """They stand in the appendix; a hundred lines of each such unit would stand before the report's first word."""
    edition = EditionInfo(
        4, made.as_of, is_frozen=True, reason="Sửa", differences=tuple(Difference(*each) for each in changes)
    )
    context = make_context(made, edition)
    assert [[each["truoc"], each["sau"]] for each in context["thay_doi"]] == rows
    assert context["ly_do"] == "Sửa."


def test_a_change_of_what_the_programme_no_longer_has_is_told_by_its_code(
    made: Consolidation, edition: EditionInfo, template: bytes
) -> None:
    gone = (
        Difference("180", "X99", "", 5, None, ""),
        Difference("181", "", "bieu-cu", "Đúng hạn", None, ""),
    )
    rendered = make_files(made, replace(edition, differences=gone, reason="Bổ sung.", previous_number=2), template)
    assert rendered.missing == {}
    assert "X99" in all_text(docx.Document(io.BytesIO(rendered.files["bao-cao-tong-hop.docx"])))


def test_a_report_that_is_no_supplement_names_none(document: Any) -> None:
    assert find(document, "BÁO CÁO").text == "BÁO CÁO"
    assert "Báo cáo này bổ sung" not in all_text(document)


def test_the_signer_has_the_lines_that_the_programme_names(document: Any) -> None:
    cell = next(
        cell for table in document.tables for row in table.rows for cell in row.cells if "KT. TRƯỞNG BAN" in cell.text
    )
    lines = [line for line in cell.text.split("\n") if line]
    assert lines == ["KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "PHÓ CHỦ TỊCH UBND TỈNH", "Dương Xuân Huyên"]


def test_a_number_and_a_day_that_are_not_given_are_dots(
    made: Consolidation, edition: EditionInfo, template: bytes
) -> None:
    open_yet = made.programme.model_copy(update={"number": "…/CTr-BCĐ", "signed": None})
    nobody = consolidate(open_yet, "nam", [], as_of=made.as_of)
    data = render_document(nobody, edition, template)
    text = all_text(docx.Document(io.BytesIO(data)))
    assert "Chương trình số …/CTr-BCĐ ngày … tháng … năm … của" in text
    assert "16/CTr-BCĐ" not in text


def test_what_nobody_has_reported_is_not_said(made: Consolidation, template: bytes) -> None:
    nobody = consolidate(made.programme, "nam", [], as_of=made.as_of)
    empty = docx.Document(io.BytesIO(render_document(nobody, EditionInfo(1, made.as_of, True), template)))
    text = all_text(empty)
    assert "Tổ chức" not in [paragraph.text[2:9] for paragraph in empty.paragraphs]
    assert "[" not in text
    assert "None" not in text
    assert "chưa có 11 (100%)" in text


@pytest.mark.promise("disarmed")
def test_the_senders_words_stand_as_written_and_hostile_text_does_nothing(document: Any, data: bytes) -> None:
    text = all_text(document)
    for hostile in HOSTILE:
        shown = clean_text(hostile).strip()
        assert shown in text, hostile
    assert "49" not in [paragraph.text for paragraph in document.paragraphs]
    assert "- Thành phố Lạng Sơn: “Thành phố Lạng Sơn đã chủ động" in text
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "vba" in name or "externalLink" in name]


def test_appendices_have_every_unit_that_has_reported_and_fit_their_page(made: Consolidation, document: Any) -> None:
    section = document.sections[1]
    available = section.page_width - section.left_margin - section.right_margin
    matrix = next(table for table in document.tables if table.cell(0, 1).text == "Chỉ tiêu")
    head = [cell.text for cell in matrix.rows[0].cells]
    silent = ("Chi Lăng", "Đình Lập")
    names = [unit.name for unit in made.tally.units if unit.name not in silent]
    assert head == ["TT", "Chỉ tiêu", "Đơn vị tính", *names, "Cộng"]
    assert "chưa có báo cáo, không có cột trong bảng: Chi Lăng, Đình Lập" in all_text(document)
    widths = [column.width for column in matrix.columns]
    assert 0.97 * available <= sum(widths) <= available
    assert "w:tblHeader" in matrix.rows[0]._tr.xml


def test_many_units_are_spread_over_several_tables() -> None:
    communes = read_programme("ct138-2026")
    period = communes.period_by_code["6-thang"]
    made = consolidate(communes, "6-thang", make_states(communes, "6-thang"), as_of=period.lock)
    data = render_document(made, EditionInfo(1, made.as_of, True), find_template({}, "6-thang"))
    document = docx.Document(io.BytesIO(data))
    tables = [table for table in document.tables if table.cell(0, 1).text == "Chỉ tiêu"]
    heads = [[cell.text for cell in table.rows[0].cells][3:] for table in tables]
    columns = [name for head in heads for name in head]
    names = [unit.name for unit in made.tally.units]
    assert list(dict.fromkeys(name for name in columns if name != "Cộng")) == names
    assert max(map(len, heads)) <= tables_of_word.UNITS_PER_TABLE + 1


def test_no_number_of_the_appendices_is_broken(document: Any) -> None:
    """A digit of 8.5 pt is 0.15 cm wide, a point 0.075, and a cell has 0.1 cm on both sides."""
    for table in (table for table in document.tables if table.cell(0, 1).text == "Chỉ tiêu"):
        for cell in (cell for row in table.rows[1:] for cell in row.cells[3:]):
            for word in cell.text.split():
                if word.replace(".", "").isdigit():
                    assert len(word.replace(".", "")) * 0.15 + word.count(".") * 0.075 + 0.2 <= cell.width.cm, word


def test_a_part_is_set_in_below_its_whole_and_rows_have_numbers_in_place_of_codes(document: Any) -> None:
    matrix = next(table for table in document.tables if table.cell(0, 1).text == "Chỉ tiêu")
    rows = [(row.cells[0].text, row.cells[1].text.replace("\N{NO-BREAK SPACE}", " ")) for row in matrix.rows]
    place = next(place for place, row in enumerate(rows) if row[1].startswith("  - Trong đó: "))
    assert rows[place][0] == ""
    assert rows[place - 1][0].isdigit()
    assert not [name for _, name in rows if name.lower().count("trong đó") > 1]
    assert not [number for number, _ in rows[1:] if re.fullmatch(r"[A-I]\d\d\w?", number)]


def test_an_appendix_without_contents_is_left_out_and_the_others_are_numbered(
    made: Consolidation, edition: EditionInfo, template: bytes
) -> None:
    programme = made.programme.model_copy(update={"targets": ()})
    other = replace(made, tally=replace(made.tally, programme=programme), targets=(), texts=())
    document = docx.Document(io.BytesIO(render_document(other, edition, template)))
    texts = [paragraph.text for paragraph in document.paragraphs]
    titles = [texts[place + 1] for place, text in enumerate(texts) if text.startswith("Phụ lục ")]
    assert titles == ["SỐ LIỆU THEO ĐƠN VỊ", "DANH SÁCH KÈM THEO", "TÌNH HÌNH GỬI BÁO CÁO"]
    assert [text for text in texts if text.startswith("Phụ lục ")] == ["Phụ lục I", "Phụ lục II", "Phụ lục III"]
    assert [section.orientation for section in document.sections] == [WD_ORIENT.PORTRAIT, *[WD_ORIENT.LANDSCAPE] * 3]


def test_lists_that_units_enclose_stand_in_an_appendix(made: Consolidation, document: Any) -> None:
    heads = [[cell.text for cell in table.rows[0].cells] for table in document.tables]
    filled = [table for table in made.tables if made.rows[table.code]]
    for table in filled:
        assert next(head[:2] for head in heads if table.columns[0].label in head) == ["TT", "Đơn vị"]
    assert filled


def test_the_plan_period_lists_who_sent_the_plan_with_number_and_date() -> None:
    programme = read_programme()
    period = programme.period_by_code["ke-hoach"]
    made = consolidate(programme, "ke-hoach", make_states(programme, "ke-hoach", missing=["SYT"]), as_of=period.lock)
    template = (FORMS / "ct138-2022" / "bao-cao-tong-hop-ke-hoach.docx").read_bytes()
    document = docx.Document(io.BytesIO(render_document(made, EditionInfo(1, made.as_of, True), template)))
    table = next(table for table in document.tables if table.cell(0, 1).text == "Đơn vị")
    rows = {row.cells[1].text: [cell.text for cell in row.cells] for row in table.rows}
    sent = rows["Sở Công Thương"]
    assert sent[2] == "Đúng hạn"
    assert re.fullmatch(r"\d\d/KH-\w+", sent[4])
    assert re.fullmatch(r"\d\d/0\d/2022", sent[5])
    assert rows["Sở Y tế"][2:6] == ["Chưa có", "", "", ""]


def test_the_same_inputs_give_the_same_bytes(
    made: Consolidation, edition: EditionInfo, template: bytes, data: bytes
) -> None:
    assert render_document(made, edition, template) == data


# Templates and their mistakes


def test_a_section_counts_its_pages_once_and_its_end_takes_no_line(document: Any) -> None:
    """A line behind a table that fills its page would be a blank page; Word wants a section's parts in their order."""
    body = document.element.body
    ends = body.findall(f"{qn('w:p')}/{qn('w:pPr')}/{qn('w:sectPr')}")
    assert ends
    for end in ends:
        assert len(end.findall(qn("w:pgNumType"))) <= 1
        assert end.getparent().find(qn("w:spacing")).get(qn("w:line")) == "20"
    last = [child.tag for child in body.find(qn("w:sectPr"))]
    assert last.index(qn("w:pgNumType")) < last.index(qn("w:cols"))


@pytest.mark.parametrize("code", ["ct138-2022", "ct138-2026"])
def test_the_shipped_templates_are_those_that_the_script_makes(code: str) -> None:
    made = dict(make_templates(FORMS / code))
    assert made == {path.name: path.read_bytes() for path in (FORMS / code).glob("*.docx")}
    for data in made.values():
        assert check_template(data, read_programme(code)) == []


def test_the_template_of_programmes_without_one_is_the_one_that_the_script_makes() -> None:
    shared = (FORMS / "bao-cao-tong-hop.docx").read_bytes()
    assert make_template(read_text(SHARED)) == shared
    assert find_template({}, "nam") == shared


def test_the_list_of_fields_is_whole(made: Consolidation, edition: EditionInfo) -> None:
    assert set(make_context(made, edition)) == set(FIELDS)
    page = (Path(__file__).parents[2] / "docs" / "word-template.md").read_text("utf-8")
    assert {name for name in FIELDS if f"`{name}`" not in page} == set()


def write(*paragraphs: str, cell: str = "") -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if cell:
        document.add_table(rows=2, cols=2).cell(1, 1).text = cell
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("paragraphs", "cell", "place", "what"),
    [
        (["Có [B99] cuộc."], "", "đoạn 1", "không có chỉ tiêu mang mã B99"),
        (["Đúng.", "Của {{ co_quam }}"], "", "đoạn 2", "không có trường “co_quam”"),
        (["{{ co_quan"], "", "đoạn 1", "dấu “{{” không thành cặp"),
        (["{%p if du_thao %}", "abc"], "", "đoạn 1", "“if” không có “endif”"),
        (["{%p endfor %}"], "", "đoạn 1", "“endfor” đóng một khối chưa mở"),
        (["{{ ky + }}"], "", "đoạn 1", "sai cú pháp"),
        ([], "{{ nham }}", "bảng 1, dòng 2, cột 2", "không có trường “nham”"),
        (["{%p for l in bao_cao %}", "{{ l.nham }}", "{%p endfor %}"], "", "đoạn 2", "không điền được"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    made: Consolidation, edition: EditionInfo, paragraphs: list[str], cell: str, place: str, what: str
) -> None:
    with pytest.raises(TemplateInvalid) as caught:
        render_document(made, edition, write(*paragraphs, cell=cell))
    assert [(each.place, what in str(each)) for each in caught.value.mistakes] == [(place, True)], str(caught.value)


def test_curly_quotes_that_word_makes_are_taken_for_straight_ones(made: Consolidation, edition: EditionInfo) -> None:
    data = render_document(made, edition, write("{{ y_kien[‘kho-khan’]|length }} đơn vị"))
    assert docx.Document(io.BytesIO(data)).paragraphs[0].text == "9 đơn vị"


def test_a_template_reaches_nothing_but_its_fields(made: Consolidation, edition: EditionInfo) -> None:
    with pytest.raises(TemplateInvalid):
        render_document(made, edition, write("{{ ky.__class__.__mro__[1].__subclasses__() }}"))


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(999) %}{% for b in range(999) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 1000000000 }}",
        "{{ 10 ** 10 ** 8 }}",
        "{{ lipsum(n=100000) }}",
    ],
)
def test_a_template_cannot_take_all_the_time_and_memory_there_is(
    made: Consolidation, edition: EditionInfo, text: str
) -> None:
    with pytest.raises(TemplateInvalid):
        render_document(made, edition, write(text))


def relate(kind: str, target: str) -> bytes:
    """A template with a relation that leads out of it."""
    document = docx.Document()
    document.part.relate_to(target, f"{RELATIONS}/{kind}", is_external=True)
    target_file = io.BytesIO()
    document.save(target_file)
    return target_file.getvalue()


def instruct(*instructions: str) -> bytes:
    """A template with a field of Word, whose instruction stands in several runs."""
    document = docx.Document()
    paragraph = document.add_paragraph("Lời.")
    for kind in ("begin", *instructions, "end"):
        run = paragraph.add_run()._r
        if kind in ("begin", "end"):
            run.append(parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'))
        else:
            run.append(parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve">{kind}</w:instrText>'))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("template", "what"),
    [
        (relate("image", "http://a.example/b.png"), "có liên kết ra ngoài tài liệu (http://a.example/b.png)"),
        (relate("hyperlink", "javascript:alert(1)"), "có liên kết ra ngoài tài liệu (javascript:alert(1))"),
        (relate("hyperlink", "file:///C:/a.xlsx"), "có liên kết ra ngoài tài liệu (file:///C:/a.xlsx)"),
        (relate("aFChunk", "http://a.example/b.html"), "có tệp nhúng"),
        (relate("vbaProject", "vbaProject.bin"), "có macro"),
        (instruct("DDEAUTO cmd.exe"), "có trường DDEAUTO của Word"),
        (instruct(" dde", "auto cmd.exe"), "có trường DDEAUTO của Word"),
        (instruct("INCLUDETEXT http://a.example/b"), "có trường INCLUDETEXT của Word"),
        (relate("hyperlink", "https://langson.gov.vn"), ""),
        (relate("hyperlink", "mailto:pv05@langson.gov.vn"), ""),
        (instruct("PAGE \\* MERGEFORMAT"), ""),
    ],
)
def test_nothing_in_a_template_leads_out_of_the_report_or_runs_in_it(template: bytes, what: str) -> None:
    told = [str(each) for each in check_template(template, read_programme())]
    assert told == ([f"tệp mẫu Word (“”): {what}, cần bỏ khỏi mẫu"] if what else [])


def test_the_report_does_not_tell_in_which_template_its_own_was_written(
    made: Consolidation, edition: EditionInfo
) -> None:
    data = render_document(made, edition, relate("attachedTemplate", "file:///C:/Users/hoa/mau.dotx"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [name for name in archive.namelist() if b"mau.dotx" in archive.read(name)] == []


def test_a_template_that_swells_is_not_opened() -> None:
    swollen = io.BytesIO(write("{{ ky }}"))
    with zipfile.ZipFile(swollen, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/a.png", bytes(MOST_UNPACKED))
    (mistake,) = check_template(swollen.getvalue(), read_programme())
    assert "khi giải nén, nhiều nhất 64 MB" in str(mistake)


def test_a_template_that_lacks_a_part_is_told_as_no_word_file(template: bytes) -> None:
    left = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as whole, zipfile.ZipFile(left, "w") as archive:
        for name in whole.namelist():
            if name != "word/_rels/document.xml.rels":
                archive.writestr(name, whole.read(name))
    assert [each.what for each in check_template(left.getvalue(), read_programme())] == ["không mở được, cần tệp .docx"]


@pytest.mark.parametrize(("paragraphs", "cell"), [(["Nội dung: {{ noi_dung }}"], ""), ([], "{{ noi_dung }}")])
def test_where_the_body_would_get_lost_is_told(paragraphs: list[str], cell: str) -> None:
    (mistake,) = check_template(write(*paragraphs, cell=cell), read_programme())
    assert "noi_dung phải đứng một mình" in mistake.what


def test_no_word_file_is_told_as_one() -> None:
    assert [each.place for each in check_template(b"PK", read_programme())] == ["tệp mẫu Word"]


def test_the_templates_of_a_folder_are_told_their_mistakes_by_file() -> None:
    documents = {
        "bao-cao-tong-hop.docx": write("Đúng: {{ ky }}.", "Có [B99] cuộc của {{ co_quam }}."),
        "bao-cao-tong-hop-nam.docx": write("Có [B05] cuộc."),
        "bao-cao-tong-hop-quy-9.docx": write("{%p endfor %}"),
        "thu-moi.docx": b"another office's letter",
    }
    assert [str(each) for each in check_documents(documents, read_programme())] == [
        "bao-cao-tong-hop.docx: đoạn 2 (“Có [B99] cuộc của {{ co_quam }}.”): không có chỉ tiêu mang mã B99",
        "bao-cao-tong-hop.docx: đoạn 2 (“Có [B99] cuộc của {{ co_quam }}.”): không có trường “co_quam”",
        "bao-cao-tong-hop-quy-9.docx: không có kỳ “quy-9”",
        "bao-cao-tong-hop-quy-9.docx: đoạn 1 (“{%p endfor %}”): “endfor” đóng một khối chưa mở",
    ]


@pytest.mark.parametrize(
    ("paragraphs", "place"),
    [
        (["{{ ky }}", "{{ tinh_hinh[0].nham }}"], "đoạn 2"),
        (["{%p for y in y_kien['kho-khan'] %}", "{{ y.nham }}", "{%p endfor %}"], "đoạn 2"),
        (["{%p for t in thay_doi %}", "{{ t.nham }}", "{%p endfor %}"], "đoạn 2"),
        (["{{ 1 / 0 }}"], "mẫu Word"),
    ],
)
def test_what_only_shows_when_a_template_is_filled_is_told_when_it_comes_in(paragraphs: list[str], place: str) -> None:
    template = write(*paragraphs)
    assert check_template(template, read_programme()) == []
    (problem,) = check_documents({"bao-cao-tong-hop.docx": template}, read_programme())
    assert re.match(rf"bao-cao-tong-hop\.docx: {place} .*không điền được", str(problem))


@pytest.mark.parametrize(
    "name",
    ["Bao-cao-tong-hop.docx", "bao-cao-tong-hop (1).docx", "bao-cao-tong-hop - Copy.docx", "bao-cao-tong-hop.doc"],
)
def test_a_template_that_would_not_be_found_by_its_name_is_told(name: str) -> None:
    (problem,) = check_documents({name: write("{{ ky }}")}, read_programme())
    assert "tên không phải tên của mẫu Word" in str(problem)


def test_the_shipped_templates_can_be_filled() -> None:
    for path in folders.SHIPPED.glob("*/programme.toml"):
        assert check_documents(folders.read_documents(path.parent), folders.load_folder(path.parent)) == []


def test_the_lock_file_of_a_template_that_is_open_in_word_is_no_template(tmp_path: Path) -> None:
    (tmp_path / "bao-cao-tong-hop.docx").write_bytes(b"a template")
    (tmp_path / "Bao-cao-tong-hop.DOCX").write_bytes(b"a template that nobody would find")
    (tmp_path / "~$o-cao-tong-hop.docx").write_bytes(b"a lock")
    assert folders.read_documents(tmp_path).keys() == {"bao-cao-tong-hop.docx", "Bao-cao-tong-hop.DOCX"}


def test_a_cell_whose_sentence_falls_is_empty_and_word_still_opens_the_table(
    made: Consolidation, edition: EditionInfo
) -> None:
    said, fallen = (
        docx.Document(io.BytesIO(render_document(made, edition, write(cell=f"Có [{code}] cuộc.")))).tables[0].cell(1, 1)
        for code in ("B05", "C22k")
    )
    assert (said.text, fallen.text) == (say(made, "Có [B05] cuộc."), "")
    assert len(fallen.paragraphs) == 1


def test_a_bold_piece_of_a_sentence_stays_bold(made: Consolidation, edition: EditionInfo) -> None:
    template = docx.Document()
    paragraph = template.add_paragraph("- Tổ chức ")
    paragraph.add_run("[B05]").bold = True
    paragraph.add_run(" cuộc; phát [B12] tờ rơi.")
    target = io.BytesIO()
    template.save(target)
    runs = docx.Document(io.BytesIO(render_document(made, edition, target.getvalue()))).paragraphs[0].runs
    assert [run.text for run in runs if run.bold] == [say(made, "[B05]")]


@pytest.mark.office
def test_libreoffice_opens_it_and_shows_every_part(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bao-cao.docx"
    path.write_bytes(data)
    text = convert(path, "txt:Text", tmp_path).read_text("utf-8-sig")
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Phụ lục III" in text
    assert convert(path, "pdf", tmp_path).read_bytes().startswith(b"%PDF")


def test_beyond_what_can_be_leafed_through_the_document_has_the_sums(
    made: Consolidation, edition: EditionInfo, template: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables_of_word, "MOST_UNITS", 3)
    whole = make_context(made, edition)["bang_so_lieu"]
    assert [table["cot"] for table in whole] == [["Cộng"]]
    assert whole[0]["loai"].endswith("(số liệu từng đơn vị ở sổ tổng hợp Excel kèm theo)")
    total = made.tally.headline("B05")
    assert total
    row = next(row for row in whole[0]["dong"] if row.get("ma") == "B05")
    assert row["o"] == [format_number(total.value)]
    document = docx.Document(io.BytesIO(render_document(made, edition, template)))
    assert any("sổ tổng hợp Excel kèm theo" in paragraph.text for paragraph in document.paragraphs)


def test_the_offices_own_words_are_no_fields_and_no_mark_of_xml(made: Consolidation, edition: EditionInfo) -> None:
    texts = {"tham-muu": "{{ ky }} {% if %} <w:p/> & **[A01]** văn bản."}
    data = render_document(made, edition, write("{{ noi_dung }}"), texts)
    paragraph = docx.Document(io.BytesIO(data)).paragraphs[1]
    assert paragraph.text == f"{{{{ ky }}}} {{% if %}} <w:p/> & {say(made, '[A01]')} văn bản."
    assert [run.text for run in paragraph.runs if run.bold] == [say(made, "[A01]")]


def test_the_body_has_words_own_headings(document: Any) -> None:
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}
    assert styles["II. KẾT QUẢ THỰC HIỆN CÁC NỘI DUNG CÔNG TÁC TRỌNG TÂM"] == "Heading 1"
    assert styles["1.1. Phong trào ở xã, phường, thị trấn"] == "Heading 3"


def test_what_several_units_wrote_alike_is_printed_once_with_their_names(document: Any) -> None:
    printed = [paragraph.text for paragraph in document.paragraphs]
    asked = "“Đề nghị cấp thêm kinh phí cho mô hình tự quản ở các xã biên giới.”"
    merged = [text for text in printed if text.endswith(asked)]
    assert merged == [f"- 05 đơn vị (TP. Lạng Sơn, Văn Lãng, Văn Quan, Hữu Lũng, Lộc Bình): {asked}"]
    assert sum("trả lời không có hoặc để trống" in text for text in printed) == 1


def test_units_words_stand_in_an_appendix_that_the_outline_may_switch_off(
    made: Consolidation, edition: EditionInfo, template: bytes
) -> None:
    def render(*, opinions: bool) -> list[str]:
        outlines = tuple(each.model_copy(update={"opinions": opinions}) for each in made.programme.outlines)
        programme = made.programme.model_copy(update={"outlines": outlines})
        other = replace(made, tally=replace(made.tally, programme=programme))
        data = render_document(other, edition, template)
        return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]

    quoted = "- Thành phố Lạng Sơn: “Thành phố Lạng Sơn đã chủ động"
    texts = render(opinions=True)
    place = next(place for place, text in enumerate(texts) if text.startswith(quoted))
    assert place > texts.index("Phụ lục V")
    assert not [text for text in render(opinions=False) if text.startswith(quoted)]


def test_the_last_appendix_has_a_qr_code_of_the_editions_page_only_where_the_outline_asks_for_it(
    made: Consolidation, edition: EditionInfo, template: bytes, document: Any
) -> None:
    assert not document.inline_shapes
    outlines = tuple(
        Outline.model_validate(each.model_dump() | {"qr_address": "https://bao-cao.vn/api/"})
        for each in made.programme.outlines
    )
    programme = made.programme.model_copy(update={"outlines": outlines})
    other = replace(made, tally=replace(made.tally, programme=programme))
    data = render_document(other, edition, template)
    own = docx.Document(io.BytesIO(data))
    assert len(own.inline_shapes) == 1
    assert own.paragraphs[-1].text.startswith("Quét mã để mở trang của lần phát hành này")
    address = find_edition_page(other, edition)
    assert address == f"https://bao-cao.vn/api/pv05/lan-phat-hanh/{programme.code}/{other.period.code}/{edition.number}"
    assert data == render_document(other, edition, template)
    assert find_edition_page(other, replace(edition, number=0)) == ""
    with pytest.raises(ValidationError):
        Outline.model_validate(outlines[0].model_dump() | {"qr_address": "javascript:alert(1)"})


def test_the_consoles_address_that_the_workbook_has_is_not_in_the_document(
    made: Consolidation, edition: EditionInfo, template: bytes
) -> None:
    outlines = tuple(
        each.model_copy(update={"console_address": "https://bao-cao.vn"}) for each in made.programme.outlines
    )
    programme = made.programme.model_copy(update={"outlines": outlines})
    data = render_document(replace(made, tally=replace(made.tally, programme=programme)), edition, template)
    parts = zipfile.ZipFile(io.BytesIO(data))
    assert not [name for name in parts.namelist() if b"bao-cao.vn" in parts.read(name)]
    assert data == render_document(made, edition, template)


def test_each_figure_of_the_body_is_marked_with_its_indicator_and_no_address_of_ours(
    made: Consolidation, edition: EditionInfo, template: bytes
) -> None:
    texts = {find_outline(made.tally).headings[0].code: "Có [B05] buổi; **[B05] buổi** như trên."}
    data = render_document(made, edition, template, texts)
    document = docx.Document(io.BytesIO(data))
    starts = document.element.xpath("//w:bookmarkStart[starts-with(@w:name, '_so_')]")
    total = format_number(made.tally.headline("B05").value)  # type: ignore[union-attr, arg-type]
    marked = [
        (start.get(qn("w:name")), start.getnext().text, start.getnext().getnext().get(qn("w:id"))) for start in starts
    ]
    assert marked[:2] == [("_so_B05_1", total, "1"), ("_so_B05_2", total, "2")]
    assert len(marked) > 50
    assert len({name for name, _, _ in marked}) == len(marked)
    codes = {name.split("_")[2] for name, _, _ in marked}
    assert codes <= {each.code for each in made.tally.indicators}
    parts = zipfile.ZipFile(io.BytesIO(data))
    assert not [
        name for name in parts.namelist() if name.endswith(".rels") and b'TargetMode="External"' in parts.read(name)
    ]


@pytest.mark.office
def test_the_body_of_sixty_five_communes_with_long_texts_has_under_twelve_pages(tmp_path: Path) -> None:
    programme = read_programme("ct138-2026")
    period = programme.period_by_code["nam"]
    long = "Tình hình an ninh, trật tự trên địa bàn cơ bản ổn định. " * 40
    states = make_states(programme, "nam", texts={unit.code: long[:2000] for unit in programme.units})
    made = consolidate(programme, "nam", states, as_of=period.lock)
    assert sum(len(each.text) for each in made.texts) >= 65 * 2000
    body = make_template("@title Báo cáo\n\n{{ noi_dung }}\n\nHết./.")
    path = tmp_path / "bao-cao.docx"
    path.write_bytes(render_document(made, EditionInfo(1, made.as_of, True), body))
    pages = len(re.findall(rb"/Type\s*/Page\b", convert(path, "pdf", tmp_path).read_bytes()))
    assert 0 < pages < 12


def test_of_very_many_units_that_miss_a_target_the_sentence_gives_the_number(made: Consolidation) -> None:
    targets = write_passages(made)[Passage.TARGETS]
    assert any("Lạng Sơn (" in text or "Hữu Lũng (" in text for text in targets)
    communes = read_programme("ct138-2026")
    period = communes.period_by_code["nam"]
    many = consolidate(communes, "nam", make_states(communes, "nam"), as_of=period.lock)
    long = [text for text in write_passages(many)[Passage.TARGETS] if "(phụ lục kèm theo)" in text]
    assert long
    assert all(len(text) < 1200 for text in write_passages(many)[Passage.TARGETS])


def test_a_figure_is_held_against_the_programmes_target(made: Consolidation) -> None:
    """T1: each of the eleven districts has to reach two; of all of them the share is said, of some nothing."""
    assert say(made, "Phát động [C22:so chỉ tiêu].") == ""
    programme = read_programme()
    whole = consolidate(programme, "nam", make_states(programme, "nam"), as_of=made.as_of)
    total = whole.tally.headline("C22")
    assert total
    assert total.value
    share = (Decimal(total.value) / 22 - 1) * 100
    said = say(whole, "Phát động tại [C22] địa bàn, [C22:so chỉ tiêu].")
    assert said.endswith(f"vượt {format_number(round(share, 1).normalize())}% so với chỉ tiêu."), said


def test_units_of_which_a_target_asks_nothing_do_not_silence_it(made: Consolidation) -> None:
    """T4: a district without communes that finish nông thôn mới has to reach nought."""
    programme = read_programme()
    states = []
    for number, state in enumerate(make_states(programme, "nam")):
        assert state.submission
        asked = {"D37a": 0, "D37b": 0} if number == 0 else {"D37a": 2, "D37b": 1}
        values = dict(state.submission.values)
        values |= {code: values[code].model_copy(update={"value": value}) for code, value in asked.items()}
        states.append(state.model_copy(update={"submission": state.submission.model_copy(update={"values": values})}))
    whole = consolidate(programme, "nam", states, as_of=made.as_of)
    assert say(whole, "Có [D37b] xã, [D37b:so chỉ tiêu].") == "Có 10 xã, đạt 50% chỉ tiêu."


def test_a_view_that_there_is_not_is_told(made: Consolidation) -> None:
    (mistake,) = check_template(write("Có [B05:to nhất]."), made.programme)
    assert "không có cách nêu “to nhất”" in str(mistake)
