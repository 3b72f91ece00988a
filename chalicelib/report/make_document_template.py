"""Makes the Word template of a programme's consolidated report: `python -m chalicelib.report.make_document_template`.

The measures are those of NĐ 30/2020/NĐ-CP, Phụ lục I. The file that comes out lies with the programme's
forms and belongs to PV05 from then on: it is changed in Word, not here.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx import Document as new_document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Mm, Pt, RGBColor

from chalicelib.report.archive import fix_dates

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
LEFT, CENTRE, RIGHT, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY,
)  # fmt: skip
MOTTO_WIDTH = Cm(6.45)
"""Of "Độc lập - Tự do - Hạnh phúc" in bold 13 pt: the line under it is as long as the words."""
BODY = Pt(14)
MADE = datetime(2022, 1, 19)

REPORT = "bao-cao-tong-hop.docx"
PLAN = "bao-cao-tong-hop-ke-hoach.docx"


# Pages and paragraphs


def start_document() -> Document:
    """An empty A4 page with the decree's margins, fonts and page numbers."""
    document = new_document()
    style = document.styles["Normal"]
    style.font.name, style.font.size, style.font.color.rgb = FONT, BODY, RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.rPr.append(language)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    set_page(document.sections[0], landscape=False)
    number_pages(document.sections[0])
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "", "Mẫu báo cáo tổng hợp", ""
    properties.created = properties.modified = MADE
    return document


def set_page(section: Section, *, landscape: bool) -> None:
    """A4; top and bottom 20 mm, left 30, right 20 (turned for a landscape page, so that the binding edge stays)."""
    short, long = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)


def number_pages(section: Section) -> None:
    """The page number at 14 pt in the middle of the top margin, not on the first page."""
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = CENTRE
    run = paragraph.add_run()
    run.font.size, run.font.name = Pt(14), FONT
    for kind in ("begin", None, "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = "PAGE"
        run._r.append(element)


def add_text(
    parent: Any,
    text: str,
    *,
    size: float = 14,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = CENTRE,
    after: float = 0,
    before: float = 0,
    keep: bool = False,
) -> Paragraph:
    """A paragraph of headings and tables; a cell's first empty paragraph is used up first."""
    paragraph: Paragraph = _take_paragraph(parent)
    paragraph.alignment = align
    paragraph.paragraph_format.space_after, paragraph.paragraph_format.space_before = Pt(after), Pt(before)
    paragraph.paragraph_format.keep_with_next = keep
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return paragraph


def _take_paragraph(parent: Any) -> Any:
    paragraphs = parent.paragraphs
    is_cell = parent._element.tag == qn("w:tc")
    if is_cell and len(paragraphs) == 1 and not paragraphs[0].runs and paragraphs[0]._p.pPr is None:
        return paragraphs[0]
    return parent.add_paragraph()


def add_body(document: Document, text: str, *, bold: bool = False, italic: bool = False) -> Paragraph:
    """Running text: 14 pt, justified, first line 1.27 cm, 6 pt between paragraphs, 1.15 lines."""
    paragraph = add_text(document, text, bold=bold, italic=italic, align=LEFT if bold else JUSTIFY, after=6, keep=bold)
    paragraph.paragraph_format.first_line_indent = Cm(1.27)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.MULTIPLE
    paragraph.paragraph_format.line_spacing = 1.15
    return paragraph


def add_tag(parent: Any, text: str) -> None:
    """A paragraph that docxtpl takes out again ({%p …%})."""
    add_text(parent, text, size=8, align=LEFT)


def add_rule(parent: Any, width: Emu, available: Emu) -> None:
    """A solid line of `width` in the middle of `available`."""
    paragraph = add_text(parent, "", size=2, after=4)
    paragraph.paragraph_format.line_spacing = Pt(3)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Emu(int((available - width) / 2))
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


# Tables


def add_table(document: Document, widths: Sequence[float], *, grid: bool) -> Table:
    """A table of one row and fixed widths in cm."""
    table = document.add_table(rows=1, cols=len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    if grid:
        table.style = "Table Grid"
    _set_cell_margins(table, 0.1 if grid else 0)
    _set_widths(table, widths)
    return table


def _set_widths(table: Table, widths: Sequence[float]) -> None:
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=False):
            cell.width = Cm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)


def _set_cell_margins(table: Table, cm: float) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), str(int(cm * 567)))
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    table._tbl.tblPr.append(margins)


def repeat_head(row: Any) -> None:
    """The row stands again on every page."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader"):
        properties.append(OxmlElement(name))


def add_row(table: Table, texts: Sequence[str], *, size: float = 11, bold: bool = False,
            aligns: Sequence[WD_ALIGN_PARAGRAPH] = ()) -> Any:  # fmt: skip
    """A row of a grid; the first one of a new table is taken first."""
    first = table.rows[0]
    row = first if not "".join(cell.text for cell in first.cells) else table.add_row()
    for column, text in enumerate(texts):
        align = aligns[column] if aligns else CENTRE
        add_text(row.cells[column], text, size=size, bold=bold, align=align)
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row


def add_tag_row(table: Table, text: str) -> None:
    """A row that docxtpl takes out again ({%tr …%})."""
    row = table.add_row()
    add_text(row.cells[0], text, size=8, align=LEFT)


# The parts of an official document


def add_letterhead(document: Document, kind: str) -> None:
    """Quốc hiệu and Tiêu ngữ beside the issuing body, number and symbol beside place and date."""
    table = add_table(document, [6.2, 9.8], grid=False)
    left, right = table.rows[0].cells
    add_text(left, "{{ co_quan_chu_quan }}", size=12)
    add_text(left, "{{ co_quan }}", size=12, bold=True)
    add_rule(left, Cm(2.0), Cm(6.2))
    add_text(left, f"Số:         /{kind}-{{{{ viet_tat }}}}", size=13)
    add_text(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True)
    add_text(right, "Độc lập - Tự do - Hạnh phúc", size=13, bold=True)
    add_rule(right, MOTTO_WIDTH, Cm(9.8))
    add_text(right, "{{ dia_danh }}, ngày       tháng       năm {{ nam }}", size=13, italic=True)
    add_tag(document, "{%p if du_thao %}")
    add_text(document, "(DỰ THẢO – {{ lan_phat_hanh }})", size=12, bold=True, align=LEFT, before=4)
    add_tag(document, "{%p endif %}")


def add_title(document: Document, kind: str, subject: str) -> None:
    add_text(document, kind, bold=True, before=14)
    add_text(document, subject, bold=True)
    add_rule(document, Cm(4.5), Cm(16))


def add_addressees(document: Document) -> None:
    """"Kính gửi:" on one line for one superior, each on a line of its own for several."""
    only = "{% if kinh_gui|length == 1 %} {{ kinh_gui[0] }}.{% endif %}"
    lead = add_text(document, f"Kính gửi:{only}", align=LEFT, before=8, after=2)
    lead.paragraph_format.left_indent = Cm(3.5)
    add_tag(document, "{%p if kinh_gui|length > 1 %}")
    add_tag(document, "{%p for noi in kinh_gui %}")
    line = add_text(document, "- {{ noi }}{{ '.' if loop.last else ';' }}", align=LEFT, after=2)
    line.paragraph_format.left_indent = Cm(5.5)
    add_tag(document, "{%p endfor %}")
    add_tag(document, "{%p endif %}")
    add_text(document, "", size=6)


def add_signature(document: Document) -> None:
    table = add_table(document, [8.0, 8.0], grid=False)
    left, right = table.rows[0].cells
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    add_text(left, "Nơi nhận:", size=12, bold=True, italic=True, align=LEFT)
    add_tag(left, "{%p for noi in noi_nhan %}")
    add_text(left, "- {{ noi }}{{ '.' if loop.last else ';' }}", size=11, align=LEFT)
    add_tag(left, "{%p endfor %}")
    add_text(right, "{{ quyen_han }}", bold=True)
    add_text(right, "{{ chuc_vu }}", bold=True)
    for _ in range(4):
        add_text(right, "")
    add_text(right, "{{ nguoi_ky }}", bold=True)


def add_appendix(document: Document, number: str, title: str) -> None:
    """A landscape section with its own page numbers, headed as the decree wants it."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    set_page(section, landscape=True)
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = True
    numbering = OxmlElement("w:pgNumType")
    numbering.set(qn("w:start"), "1")
    section._sectPr.append(numbering)
    section.different_first_page_header_footer = True
    add_text(document, f"Phụ lục {number}", bold=True, keep=True)
    add_text(document, title.upper(), bold=True, keep=True)
    enclosed = "(Kèm theo Báo cáo số         /BC-{{ viet_tat }} ngày       tháng       năm {{ nam }} của {{ co_quan }})"
    add_text(document, enclosed, italic=True, size=13, after=8, keep=True)


def add_statuses(document: Document) -> None:
    widths = [1.0, 6.2, 3.4, 2.3, 3.2, 1.5, 2.2, 4.9]
    table = add_table(document, widths, grid=True)
    labels = ["TT", "Đơn vị", "Biểu", "Tình trạng", "Nhận lần đầu", "Bản nộp", "Xử lý", "Ghi chú"]
    repeat_head(add_row(table, labels, bold=True))
    add_tag_row(table, "{%tr for d in tinh_hinh %}")
    cells = ["{{ d.tt }}", "{{ d.don_vi }}", "{{ d.bieu }}", "{{ d.tinh_trang }}", "{{ d.nhan_luc }}", "{{ d.ban_nop }}",
             "{{ d.xu_ly }}", "{{ d.ghi_chu }}"]  # fmt: skip
    add_row(table, cells, aligns=[CENTRE, LEFT, LEFT, CENTRE, CENTRE, CENTRE, CENTRE, LEFT])
    add_tag_row(table, "{%tr endfor %}")
    _set_widths(table, widths)


def add_rates(document: Document) -> None:
    widths = [5.2, 2.2, 3.2, 3.2, 3.2, 2.2, 2.2]
    table = add_table(document, widths, grid=True)
    labels = ["Loại đơn vị", "Phải gửi", "Đúng hạn", "Muộn", "Chưa có", "Trả lại", "Đã duyệt"]
    repeat_head(add_row(table, labels, bold=True))
    add_tag_row(table, "{%tr for l in bao_cao %}")
    cells = ["{{ l.loai }}", "{{ l.phai_gui }}", "{{ l.dung_han }} ({{ l.ty_le_dung_han }})",
             "{{ l.muon }} ({{ l.ty_le_muon }})", "{{ l.chua_co }} ({{ l.ty_le_chua_co }})", "{{ l.tra_lai }}",
             "{{ l.da_duyet }}"]  # fmt: skip
    add_row(table, cells, aligns=[LEFT, *[CENTRE] * 6])
    add_tag_row(table, "{%tr endfor %}")
    _set_widths(table, widths)
    add_text(document, "", size=8)


def add_matrix(document: Document) -> None:
    """The unit × indicator tables: as many as the units need, each with its own columns."""
    add_tag(document, "{%p for b in bang_so_lieu %}")
    add_text(document, "{{ b.loai }}", bold=True, size=12, align=LEFT, before=6, after=3, keep=True)
    widths = [1.2, 6.6, 2.0, 0.2, 1.2, 0.2]
    table = add_table(document, widths, grid=True)
    head = ["Mã", "Chỉ tiêu", "Đơn vị tính", "{%tc for c in b.cot %}", "{{ c }}", "{%tc endfor %}"]
    repeat_head(add_row(table, head, bold=True, size=9))
    add_tag_row(table, "{%tr for d in b.dong %}")
    add_tag_row(table, "{%tr if d.la_muc %}")
    section = table.add_row()
    merged = section.cells[0].merge(section.cells[5])
    add_text(merged, "{% colspan b.so_cot %}{{ d.ten }}", size=9, bold=True, align=LEFT)
    add_tag_row(table, "{%tr else %}")
    cells = ["{{ d.ma }}", "{{ d.ten }}", "{{ d.dvt }}", "{%tc for o in d.o %}", "{{ o }}", "{%tc endfor %}"]
    add_row(table, cells, size=9, aligns=[CENTRE, LEFT, CENTRE, CENTRE, RIGHT, CENTRE])
    add_tag_row(table, "{%tr endif %}")
    add_tag_row(table, "{%tr endfor %}")
    add_tag(document, "{%p endfor %}")


def add_targets(document: Document) -> None:
    add_tag(document, "{%p for t in chi_tieu %}")
    add_text(document, "{{ t.ma }}. {{ t.noi_dung }}.", size=12, align=JUSTIFY, after=2)
    add_tag(document, "{%p endfor %}")
    add_text(document, "", size=6)
    table = add_table(document, [5.0, 0.2, 3.2, 0.2], grid=True)
    head = ["Đơn vị", "{%tc for c in bang_chi_tieu.cot %}", "{{ c }}", "{%tc endfor %}"]
    repeat_head(add_row(table, head, bold=True))
    add_tag_row(table, "{%tr for d in bang_chi_tieu.dong %}")
    add_row(table, ["{{ d.don_vi }}", "{%tc for o in d.o %}", "{{ o }}", "{%tc endfor %}"],
            aligns=[LEFT, CENTRE, CENTRE, CENTRE])  # fmt: skip
    add_tag_row(table, "{%tr endfor %}")


def save(document: Document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return fix_dates(target.getvalue())


# The report of 6 months and of the year, in the programme's own order

HEADED = {"heading", "sub", "text", "tag"}
Part = tuple[str, str]


def _opinions(field: str, title: str) -> list[Part]:
    """The units' own words under a heading, each with its sender; nothing where nobody wrote anything."""
    return [
        ("tag", f"{{%p if y_kien['{field}'] %}}"),
        ("sub", title),
        ("tag", f"{{%p for y in y_kien['{field}'] %}}"),
        ("tag", "{%p for doan in y.doan %}"),
        ("text", "{% if loop.first %}- {{ y.don_vi }}: {% endif %}{% if loop.first %}“{% endif %}{{ doan }}"
                 "{% if loop.last %}”{% endif %}"),
        ("tag", "{%p endfor %}"),
        ("tag", "{%p endfor %}"),
        ("tag", "{%p endif %}"),
    ]  # fmt: skip


REPORT_PARTS: list[Part] = [
    ("text", "Thực hiện Chương trình số {{ so_chuong_trinh }} ngày {{ ngay_chuong_trinh }} của Ban Chỉ đạo 138 tỉnh Lạng "
             "Sơn về công tác trọng tâm xây dựng phong trào toàn dân bảo vệ an ninh Tổ quốc năm {{ nam }}, Ban Chỉ đạo "
             "138 tỉnh tổng hợp kết quả thực hiện {{ ky_thuong }} như sau:"),
    ("text", "Số liệu tính từ ngày {{ tu_ngay }} đến ngày {{ den_ngay }}, tổng hợp từ {{ bao_cao[-1].da_co }}/"
             "{{ bao_cao[-1].phai_gui }} báo cáo phải gửi{% if bao_cao[-1].ds_chua_co %}; chưa có số liệu của: "
             "{{ bao_cao[-1].ds_chua_co }}{% endif %}. Số liệu của đơn vị chưa báo cáo không được tính vào các số dưới "
             "đây.{% if so_sanh.co %} Mức tăng, giảm ghi trong ngoặc là so với {{ so_sanh.ky }}, tính ở những đơn vị có số "
             "liệu của cả hai kỳ{% if so_sanh.da_chia %} (gộp cả vùng đối với đơn vị đã chia tách: {{ so_sanh.da_chia }})"
             "{% endif %}.{% endif %}"),
    ("heading", "I. CÔNG TÁC THAM MƯU, CHỈ ĐẠO TRIỂN KHAI THỰC HIỆN"),
    ("text", "- Ban hành [A01] văn bản lãnh đạo, chỉ đạo về bảo đảm an ninh, trật tự và xây dựng phong trào toàn dân bảo "
             "vệ an ninh Tổ quốc[A01%]."),
    ("text", "- Tổ chức [A03] cuộc kiểm tra, đôn đốc, hướng dẫn[A03%]; [A04] hội nghị sơ kết, tổng kết[A04%]."),
    ("heading", "II. KẾT QUẢ THỰC HIỆN CÁC NỘI DUNG CÔNG TÁC TRỌNG TÂM"),
    ("sub", "1. Công tác tuyên truyền, phổ biến, giáo dục pháp luật, vận động Nhân dân tham gia bảo đảm an ninh, trật tự"),
    ("text", "- Tổ chức [B05] cuộc, buổi tuyên truyền[B05%] với [B06] lượt người tham gia[B06%]; trong đó có [B07] buổi "
             "tuyên truyền về tín ngưỡng, tôn giáo với [B08] lượt người tham gia."),
    ("text", "- Phát [B11] cuốn tài liệu[B11%]; [B12] tờ rơi[B12%]; làm [B13] pa-nô, áp phích, khẩu hiệu, băng rôn[B13%]; "
             "tuyên truyền lưu động bằng xe loa [B14] lượt[B14%]; đăng, phát [B15] tin, bài, phóng sự trên báo, đài, "
             "mạng xã hội[B15%]; phát hành [B16] số bản tin chuyên đề[B16%]."),
    ("sub", "1.1. Phong trào ở xã, phường, thị trấn"),
    ("text", "- Vận động [B17] hộ gia đình[B17%]; [B19] thôn, tổ dân phố[B19%] ký cam kết, đăng ký bảo đảm an ninh, trật "
             "tự."),
    ("text", "- Tổ chức [C20] cuộc, đợt phát động phong trào[C20%] với [C21] lượt người dự[C21%]; phát động tập trung tại "
             "[C22] địa bàn[C22%]."),
    ("text", "- Đưa [C23a] địa bàn phức tạp về trật tự xã hội vào diện chuyển hóa[C23a%]; đã chuyển hóa thành công [C23b] "
             "địa bàn[C23b%]."),
    ("text", "- Quần chúng cung cấp [F54] tin về an ninh, trật tự[F54%]; trong đó [F55] tin có giá trị; [F56a] tin đã "
             "được xác minh, giải quyết, đạt tỷ lệ [F56b]; giúp cơ quan chức năng giải quyết, khám phá [F57] vụ "
             "việc, vụ án[F57%]; bắt giữ, xử lý [F58] đối tượng[F58%]; quần chúng trực tiếp bắt [F59] đối tượng phạm "
             "pháp quả tang[F59%]; bắt, vận động ra đầu thú [F60] đối tượng truy nã[F60%]."),
    ("text", "- Cảm hóa, giáo dục, giúp đỡ [F61] người lầm lỗi, vi phạm pháp luật[F61%]; giúp đỡ [F62a] người chấp hành "
             "xong án phạt tù tái hòa nhập cộng đồng[F62a%]; giới thiệu, tạo việc làm cho [F62b] người; cho [F62c] "
             "người vay vốn; số tiền hỗ trợ, cho vay là [F63] đồng[F63%]; vận động [F64] người nghiện ma túy cai "
             "nghiện[F64%]; lập hồ sơ đưa vào cơ sở giáo dục bắt buộc, trường giáo dưỡng, giáo dục tại xã, phường, thị "
             "trấn [F65] đối tượng[F65%]."),
    ("text", "- Hòa giải [F66a] vụ mâu thuẫn, tranh chấp[F66a%]; hòa giải thành [F66b] vụ[F66b%]."),
    ("text", "- Vận động Nhân dân giao nộp: [?F67] [F67] khẩu súng các loại[F67%]; [?F68] [F68] quả lựu đạn, bom, mìn, "
             "đầu đạn[F68%]; [?F69] [F69] viên đạn[F69%]; [?F70] [F70] kg thuốc nổ[F70%]; [?F71] [F71] kg pháo các "
             "loại[F71%]; [?F72] [F72] vũ khí thô sơ, công cụ hỗ trợ[F72%]."),
    ("text", "- Tổ chức [F73] buổi tuần tra, kiểm soát có quần chúng tham gia[F73%]."),
    ("text", "- Thực hiện Thông tư số 124/2021/TT-BCA: có [G74b] khu dân cư đăng ký, [G74c] khu dân cư được công nhận đạt "
             "tiêu chuẩn “An toàn về an ninh, trật tự” (tỷ lệ [G79a] trên tổng số); có [G75b] xã, phường, thị trấn đăng "
             "ký, [G75c] xã, phường, thị trấn được công nhận (tỷ lệ [G79b] trên tổng số)."),
    ("sub", "1.2. Phong trào trong cơ quan, doanh nghiệp, nhà trường"),
    ("text", "- Tổ chức [B09] đợt, buổi tuyên truyền tại cơ quan, doanh nghiệp, nhà trường[B09%] với [B10] lượt người tham "
             "gia[B10%]; có [B18] cơ quan, doanh nghiệp, nhà trường, đơn vị ký cam kết, đăng ký[B18%]."),
    ("text", "- Xây dựng mới [D36a] mô hình[D36a%]; nhân rộng [D36b] mô hình trong cơ quan, doanh nghiệp, nhà "
             "trường[D36b%]."),
    ("text", "- Thực hiện Thông tư số 124/2021/TT-BCA: có [G76b] cơ quan đăng ký, [G76c] cơ quan được công nhận đạt tiêu "
             "chuẩn (tỷ lệ [G79c]); [G77b] doanh nghiệp đăng ký, [G77c] doanh nghiệp được công nhận (tỷ lệ [G79d]); "
             "[G78b] cơ sở giáo dục đăng ký, [G78c] cơ sở giáo dục được công nhận (tỷ lệ [G79e])."),
    ("sub", "2. Công tác xây dựng, nhân rộng mô hình tự quản về an ninh, trật tự, điển hình tiên tiến"),
    ("text", "- Toàn tỉnh hiện có [D30] loại mô hình tự quản về an ninh, trật tự; [D31] điểm mô hình[D31%]; [D32] tổ[D32%]; "
             "[D33] thành viên tham gia[D33%]."),
    ("text", "- Trong kỳ xây dựng mới [D34] mô hình[D34%]; nhân rộng [D35] mô hình[D35%]; trong [D37a] xã được chọn về đích "
             "nông thôn mới có [D37b] xã đã xây dựng ít nhất 01 mô hình."),
    ("text", "- Có [D41] điển hình tiên tiến được công nhận[D41%]; hiện có [D42a] mắt camera an ninh[D42a%]; [D42b] đèn an "
             "ninh[D42b%]."),
    ("text", "- [?D41a] Đã tổ chức sơ kết 01 năm thí điểm “Công an phường điển hình, kiểu mẫu về an ninh, trật tự và văn "
             "minh đô thị” tại phường Hoàng Văn Thụ, thành phố Lạng Sơn; [?D41b] đã triển khai xây dựng “Xã điển hình về "
             "phong trào toàn dân bảo vệ an ninh Tổ quốc” tại xã Nhất Tiến, huyện Bắc Sơn."),
    ("sub", "3. Công tác phối hợp giữa lực lượng Công an với Quân đội, Mặt trận Tổ quốc, các ban, ngành, đoàn thể"),
    ("text", "- Duy trì [E50] cụm an ninh giáp ranh, cụm liên kết[E50%]; phát huy vai trò của [E51] người có uy tín trong "
             "đồng bào dân tộc thiểu số[E51%]."),
    ("text", "- Ở khu vực biên giới, tổ chức [H89a] lần tuần tra có Nhân dân, dân quân tham gia[H89a%] với [H89b] lượt "
             "người[H89b%]."),
    ("text", "- Vận động [H82] tập thể, [H83] hộ gia đình, [H84] cá nhân đăng ký tự quản đường biên, mốc giới; tự quản [H85] "
             "km đường biên[H85%]; [H86] mốc quốc giới[H86%]."),
    ("sub", "4. Xây dựng lực lượng Công an xã bán chuyên trách, Bảo vệ dân phố, Bảo vệ cơ quan, doanh nghiệp và các tổ chức "
            "quần chúng tự quản về an ninh, trật tự ở cơ sở"),
    ("text", "- Hiện có [E43] Công an xã bán chuyên trách[E43%]; [E44a] ban, [E44b] tổ Bảo vệ dân phố với [E44c] thành "
             "viên[E44c%]; [E53a] Tổ bảo vệ an ninh, trật tự ở cơ sở với [E53b] thành viên[E53b%]; [E45] bảo vệ cơ quan, "
             "doanh nghiệp, nhà trường[E45%]."),
    ("text", "- Hiện có [E46a] đội dân phòng, [E46b] tổ, đội phòng cháy và chữa cháy cơ sở với [E46c] thành viên; [E47] tổ "
             "an ninh nhân dân, tổ tự quản về an ninh, trật tự[E47%]; [E48] tổ hòa giải[E48%]; [E49] tổ tuần tra nhân "
             "dân[E49%]."),
    ("text", "- Mở [E52a] lớp tập huấn, bồi dưỡng nghiệp vụ[E52a%] cho [E52b] lượt người[E52b%]."),
    ("sub", "5. Tổ chức “Ngày hội toàn dân bảo vệ an ninh Tổ quốc”; sơ kết, tổng kết, thi đua, khen thưởng"),
    ("text", "- Tổ chức Ngày hội toàn dân bảo vệ an ninh Tổ quốc tại [C24] điểm cấp xã[C24%]; [C25] thôn, tổ dân "
             "phố[C25%]; [C26] cơ quan, doanh nghiệp, cơ sở giáo dục[C26%]."),
    ("text", "- Thăm hỏi, tặng [C27] suất quà[C27%]; trị giá quà tặng và hoạt động tình nghĩa [C28] đồng[C28%]; xây dựng, "
             "bàn giao [C29] công trình[C29%]."),
    ("text", "- Khen thưởng [I91] tập thể[I91%]; [I92] cá nhân[I92%]; đề nghị tặng Kỷ niệm chương “Bảo vệ an ninh Tổ quốc” "
             "cho [I93a] trường hợp; đã được tặng [I93b] trường hợp."),
    ("heading", "III. TÌNH HÌNH TỔ CHỨC THỰC HIỆN, ĐÁNH GIÁ, PHƯƠNG HƯỚNG"),
    ("sub", "1. Thực hiện chế độ báo cáo"),
    ("tag", "{%p for l in bao_cao %}"),
    ("tag", "{%p if not l.la_tat_ca or bao_cao|length > 2 %}"),
    ("text", "- {{ l.loai }}: phải gửi {{ l.phai_gui }} báo cáo; đúng hạn {{ l.dung_han }} ({{ l.ty_le_dung_han }}); gửi muộn "
             "{{ l.muon }} ({{ l.ty_le_muon }}){% if l.ds_muon %}: {{ l.ds_muon }}{% endif %}; "
             "{% if l.het_han %}chưa có{% else %}chưa gửi (chưa hết hạn){% endif %} {{ l.chua_co }} "
             "({{ l.ty_le_chua_co }}){% if l.ds_chua_co %}: {{ l.ds_chua_co }}{% endif %}{% if l.ds_tra_lai %}, trong đó đã "
             "trả lại để bổ sung: {{ l.ds_tra_lai }}{% endif %}."),
    ("tag", "{%p endif %}"),
    ("tag", "{%p endfor %}"),
    ("tag", "{%p if chi_tieu %}"),
    ("sub", "2. Thực hiện các chỉ tiêu của Chương trình"),
    ("tag", "{%p for t in chi_tieu %}"),
    ("text", "- {{ t.noi_dung }}: {{ t.ket_qua }}."),
    ("tag", "{%p endfor %}"),
    ("tag", "{%p endif %}"),
    *_opinions("ket-qua-noi-bat", "3. Đánh giá: kết quả nổi bật (theo báo cáo của các đơn vị)"),
    *_opinions("kho-khan", "4. Đánh giá: khó khăn, vướng mắc và nguyên nhân (theo báo cáo của các đơn vị)"),
    *_opinions("phuong-huong", "5. Phương hướng, nhiệm vụ (theo báo cáo của các đơn vị)"),
    *_opinions("kien-nghi", "6. Kiến nghị, đề xuất (theo báo cáo của các đơn vị)"),
    ("text", "Trên đây là kết quả thực hiện Chương trình công tác {{ ky_thuong }} của Ban Chỉ đạo 138 tỉnh Lạng Sơn./."),
]  # fmt: skip


def make_report_template(parts: Sequence[Part], subject: str) -> bytes:
    """The template of a report with figures and its three appendices."""
    document = start_document()
    add_letterhead(document, "BC")
    add_title(document, "BÁO CÁO", subject)
    add_addressees(document)
    add_parts(document, parts)
    add_text(document, "", size=6)
    add_signature(document)
    add_appendix(document, "I", "Số liệu theo đơn vị")
    note = "“thiếu”: đơn vị chưa có báo cáo được tính; “(ước)”: số ước; ô trống: đơn vị không phải báo cáo."
    add_text(document, note, size=11, italic=True, align=LEFT, after=4)
    add_matrix(document)
    add_appendix(document, "II", "Kết quả thực hiện chỉ tiêu của Chương trình")
    add_targets(document)
    add_appendix(document, "III", "Tình hình gửi báo cáo")
    add_rates(document)
    add_statuses(document)
    return save(document)


def add_parts(document: Document, parts: Sequence[Part]) -> None:
    for kind, text in parts:
        if kind == "tag":
            add_tag(document, text)
        else:
            add_body(document, text, bold=kind in ("heading", "sub"))


# The plan period: who sent the programme or plan of the year

PLAN_PARTS: list[Part] = [
    ("text", "Thực hiện Chương trình số {{ so_chuong_trinh }} ngày {{ ngay_chuong_trinh }} của Ban Chỉ đạo 138 tỉnh Lạng "
             "Sơn, tính đến {{ lap_luc }}, đã nhận {{ bao_cao[-1].da_co }}/{{ bao_cao[-1].phai_gui }} chương trình, kế "
             "hoạch năm {{ nam }} của các đơn vị; đúng hạn {{ bao_cao[-1].dung_han }} ({{ bao_cao[-1].ty_le_dung_han }}), "
             "muộn {{ bao_cao[-1].muon }} ({{ bao_cao[-1].ty_le_muon }}), chưa có {{ bao_cao[-1].chua_co }} "
             "({{ bao_cao[-1].ty_le_chua_co }}){% if bao_cao[-1].ds_chua_co %}: {{ bao_cao[-1].ds_chua_co }}{% endif %}."),
    ("text", "- Các đơn vị đăng ký xây dựng mới [D34k] mô hình; nhân rộng [D35k] mô hình; phát động tập trung tại [C22k] "
             "địa bàn."),
    *_opinions("noi-dung-trong-tam", "Nội dung trọng tâm của các chương trình, kế hoạch"),
    *_opinions("kien-nghi", "Kiến nghị, đề xuất"),
    ("text", "Danh sách kèm theo./."),
]  # fmt: skip


def make_plan_template() -> bytes:
    """The template of the plan period: a list of who sent the plan, when, with number and date."""
    document = start_document()
    add_letterhead(document, "BC")
    add_title(document, "BÁO CÁO", "Tổng hợp việc ban hành, gửi chương trình, kế hoạch năm {{ nam }} của các đơn vị")
    add_addressees(document)
    add_parts(document, PLAN_PARTS)
    add_text(document, "", size=6)
    add_signature(document)
    add_appendix(document, "I", "Danh sách đơn vị gửi chương trình, kế hoạch năm")
    widths = [1.0, 7.4, 2.4, 3.6, 3.4, 2.9, 4.0]
    table = add_table(document, widths, grid=True)
    labels = ["TT", "Đơn vị", "Tình trạng", "Nhận lúc", "Số, ký hiệu", "Ngày ban hành", "Ghi chú"]
    repeat_head(add_row(table, labels, bold=True))
    add_tag_row(table, "{%tr for d in tinh_hinh %}")
    cells = ["{{ d.tt }}", "{{ d.don_vi }}", "{{ d.tinh_trang }}", "{{ d.nhan_luc }}",
             "{% if d.da_co %}{{ d.so_lieu['A02a'] }}{% endif %}",
             "{% if d.da_co %}{{ d.so_lieu['A02b'] }}{% endif %}", "{{ d.ghi_chu }}"]  # fmt: skip
    add_row(table, cells, aligns=[CENTRE, LEFT, CENTRE, CENTRE, CENTRE, CENTRE, LEFT])
    add_tag_row(table, "{%tr endfor %}")
    _set_widths(table, widths)
    add_appendix(document, "II", "Tỷ lệ gửi chương trình, kế hoạch")
    add_rates(document)
    return save(document)


def main() -> None:
    """Writes both templates into the folder that is named, forms/ct138-2022 by default."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("forms/ct138-2022")
    subject = "Kết quả xây dựng phong trào toàn dân bảo vệ an ninh Tổ quốc {{ ky_thuong }}"
    (folder / REPORT).write_bytes(make_report_template(REPORT_PARTS, subject))
    (folder / PLAN).write_bytes(make_plan_template())


if __name__ == "__main__":
    main()
