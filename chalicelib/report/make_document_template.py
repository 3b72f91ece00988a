"""Makes the Word template of a programme's consolidated report: `python -m chalicelib.report.make_document_template`.

The measures are those of NĐ 30/2020/NĐ-CP, Phụ lục I. The file that comes out lies with the programme's
forms and belongs to PV05 from then on: it is changed in Word, not here.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Length, Mm, Pt, RGBColor

from chalicelib import folders
from chalicelib.domain.language.vietnamese import format_roman
from chalicelib.domain.programme.model import Programme
from chalicelib.report.archive import fix_dates

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.table import Table
    from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
LEFT, CENTRE, RIGHT, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY,
)  # fmt: skip
MOTTO_WIDTH = Cm(5.9)
"""Of "Độc lập - Tự do - Hạnh phúc" in bold 13 pt: the line under it is as long as the words."""
BODY = Pt(14)
MADE = datetime(2022, 1, 19)

REPORT = "bao-cao-tong-hop.docx"
PLAN = "bao-cao-tong-hop-ke-hoach.docx"


# Pages and paragraphs


def start_document() -> Document:
    """An empty A4 page with the decree's margins, fonts and page numbers."""
    document = docx.Document()
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


def add_rule(parent: Any, width: Length, available: Length) -> None:
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
    table: Table = document.add_table(rows=1, cols=len(widths))
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


def add_row(table: Any, texts: Sequence[str], *, size: float = 11, bold: bool = False,
            aligns: Sequence[WD_ALIGN_PARAGRAPH] = ()) -> Any:  # fmt: skip
    """A row of a grid; the first one of a new table is taken first."""
    first = table.rows[0]
    row = first if not "".join(cell.text for cell in first.cells) else table.add_row()
    for column, text in enumerate(texts):
        align = aligns[column] if aligns else CENTRE
        add_text(row.cells[column], text, size=size, bold=bold, align=align)
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row


def add_tag_row(table: Any, text: str) -> None:
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
    add_rule(left, Cm(1.5), Cm(6.2))
    add_text(left, f"Số:         /{kind}-{{{{ viet_tat }}}}", size=13)
    add_text(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True)
    add_text(right, "Độc lập - Tự do - Hạnh phúc", size=13, bold=True)
    add_rule(right, MOTTO_WIDTH, Cm(9.8))
    add_text(right, "{{ dia_danh }}, ngày       tháng       năm {{ nam }}", size=13, italic=True)
    add_tag(document, "{%p if du_thao %}")
    add_text(document, "DỰ THẢO{% if so_lan %} LẦN {{ so_lan }}{% endif %}", size=12, bold=True, align=LEFT, before=4)
    add_tag(document, "{%p endif %}")


def add_title(document: Document, kind: str, subject: str) -> None:
    add_text(document, kind, bold=True, before=14)
    add_text(document, subject, bold=True)
    add_rule(document, Cm(5.5), Cm(16))


def add_addressees(document: Document) -> None:
    """ "Kính gửi:" on one line for one superior, each on a line of its own for several."""
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
    number_and_date = "số         /BC-{{ viet_tat }} ngày       tháng       năm {{ nam }}"
    enclosed = f"(Kèm theo Báo cáo {number_and_date} của {{{{ co_quan_thuong }}}})"
    add_text(document, enclosed, italic=True, size=13, after=8, keep=True)


def add_statuses(document: Document) -> None:
    widths = [1.0, 6.2, 3.4, 2.3, 3.2, 1.5, 2.2, 4.9]
    table = add_table(document, widths, grid=True)
    labels = ["TT", "Đơn vị", "Biểu", "Tình trạng", "Nhận lần đầu", "Bản nộp", "Xử lý", "Ghi chú"]
    repeat_head(add_row(table, labels, bold=True))
    add_tag_row(table, "{%tr for d in tinh_hinh %}")
    fields = ("tt", "don_vi", "bieu", "tinh_trang", "nhan_luc", "ban_nop", "xu_ly", "ghi_chu")
    cells = [f"{{{{ d.{field} }}}}" for field in fields]
    add_row(table, cells, aligns=[CENTRE, LEFT, LEFT, CENTRE, CENTRE, CENTRE, CENTRE, LEFT])
    add_tag_row(table, "{%tr endfor %}")
    _set_widths(table, widths)


def add_rates(document: Document) -> None:
    widths = [5.2, 2.2, 3.2, 3.2, 3.2, 2.2, 2.2]
    table = add_table(document, widths, grid=True)
    labels = ["Loại đơn vị", "Phải gửi", "Đúng hạn", "Muộn", "Chưa có", "Trả lại", "Đã duyệt"]
    repeat_head(add_row(table, labels, bold=True))
    add_tag_row(table, "{%tr for l in bao_cao %}")
    add_tag_row(table, "{%tr if not l.la_tat_ca or bao_cao|length > 2 %}")
    cells = ["{{ l.loai }}", "{{ l.phai_gui }}", "{{ l.dung_han }} ({{ l.ty_le_dung_han }})",
             "{{ l.muon }} ({{ l.ty_le_muon }})", "{{ l.chua_co }} ({{ l.ty_le_chua_co }})", "{{ l.tra_lai }}",
             "{{ l.da_duyet }}"]  # fmt: skip
    add_row(table, cells, aligns=[LEFT, *[CENTRE] * 6])
    add_tag_row(table, "{%tr endif %}")
    add_tag_row(table, "{%tr endfor %}")
    _set_widths(table, widths)
    add_text(document, "", size=8)


def add_matrix(document: Document) -> None:
    """The unit × indicator tables: as many as the units need, each with its own columns."""
    add_tag(document, "{%p for b in bang_so_lieu %}")
    add_text(document, "{{ b.loai }}", bold=True, size=12, align=LEFT, before=6, after=3, keep=True)
    widths = [1.2, 6.6, 2.0, 0.2, 1.2, 0.2]
    table: Any = add_table(document, widths, grid=True)
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


# What the documents say: plain text in template_text/, one paragraph a line

TEXTS = Path(__file__).parent / "template_text"
Part = tuple[str, str]
"""("heading" | "sub" | "text" | "tag", what stands there)."""

QUOTED = "{% if loop.first %}- {{ y.don_vi }}: “{% endif %}{{ doan }}{% if loop.last %}”{% endif %}"
"""One paragraph of a unit's own words: its name before the first, quotation marks around the whole."""


def read_parts(name: str) -> Iterator[Part]:
    """ "# " heads a part, "## " a smaller one, "% " is a tag; "@y_kien field | title" and "@include name" are more."""
    for line in (TEXTS / f"{name}.txt").read_text("utf-8").splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "@include":
            yield from read_parts(rest)
        elif mark == "@y_kien":
            field, _, title = rest.partition(" | ")
            yield from quote_units(field, title)
        elif line:
            kind = {"#": "heading", "##": "sub", "%": "tag"}.get(mark, "text")
            yield kind, f"{{%p {rest} %}}" if kind == "tag" else line if kind == "text" else rest


def quote_units(field: str, title: str) -> Iterator[Part]:
    """The units' own words under a heading, each with its sender; nothing where nobody wrote anything."""
    yield "tag", f"{{%p if y_kien['{field}'] %}}"
    yield "sub", title
    for loop in (f"for y in y_kien['{field}']", "for doan in y.doan"):
        yield "tag", f"{{%p {loop} %}}"
    yield "text", QUOTED
    for end in ("endfor", "endfor", "endif"):
        yield "tag", f"{{%p {end} %}}"


def make_report_template(parts: Iterable[Part], subject: str) -> bytes:
    """The template of a report with figures and its three appendices."""
    document = start_document()
    add_letterhead(document, "BC")
    add_title(document, "BÁO CÁO", subject)
    add_addressees(document)
    add_parts(document, parts)
    add_text(document, "", size=6, keep=True)
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


def add_parts(document: Document, parts: Iterable[Part]) -> None:
    """The last paragraph stays with the signature, which never stands alone on a page."""
    for kind, text in parts:
        if kind == "tag":
            add_tag(document, text)
        else:
            paragraph = add_body(document, text, bold=kind in ("heading", "sub"))
    paragraph.paragraph_format.keep_with_next = paragraph.paragraph_format.keep_together = True


# The plan period: who sent the programme or plan of the year


def make_plan_template() -> bytes:
    """The template of the plan period: a list of who sent the plan, when, with number and date."""
    document = start_document()
    add_letterhead(document, "BC")
    add_title(document, "BÁO CÁO", "Tổng hợp việc ban hành, gửi chương trình, kế hoạch năm {{ nam }} của các đơn vị")
    add_addressees(document)
    add_parts(document, read_parts("ke-hoach"))
    add_text(document, "", size=6, keep=True)
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


# Any other programme: its own sections, one sentence per figure


def make_generic_template(programme: Programme) -> bytes:
    """A template from the forms alone, for a programme whose office has not written one yet."""
    lead = "Thực hiện Chương trình số {{ so_chuong_trinh }} ({{ chuong_trinh }}), {{ co_quan_thuong }} tổng hợp kết quả"
    parts: list[Part] = [
        ("text", f"{lead} {{{{ ky_thuong }}}} như sau:"),
        *read_parts("so-lieu"),
        *_list_sections(programme),
        ("heading", "TÌNH HÌNH TỔ CHỨC THỰC HIỆN"),
        *read_parts("tinh-hinh"),
    ]
    narratives = {each.code: each.label for form in programme.forms for each in form.narratives}
    for code, label in narratives.items():
        parts += quote_units(code, f"{label} (theo báo cáo của các đơn vị)")
    parts.append(("text", "Trên đây là kết quả {{ ky_thuong }}./."))
    return make_report_template(parts, "{{ chuong_trinh }} – {{ ky_thuong }}")


def _list_sections(programme: Programme) -> Iterator[Part]:
    titles: dict[str, list[str]] = {}
    for form in programme.forms:
        for section in form.sections:
            titles.setdefault(section.title, []).extend(section.indicators)
    for number, (title, codes) in enumerate(titles.items(), start=1):
        yield "heading", f"{format_roman(number)}. {title.upper()}"
        for code in dict.fromkeys(codes):
            indicator = programme.indicator_by_code[code]
            unit = "" if indicator.quotient else f" {indicator.measure_unit}"
            yield "text", f"- {indicator.label}: [{code}]{unit}[{code}%]."


def main() -> None:
    """Writes the templates into the folders that are named, forms/ct138-2022 and forms/xa-2025 by default."""
    shipped = [folders.SHIPPED / "ct138-2022", folders.SHIPPED / "xa-2025"]
    for folder in [Path(each) for each in sys.argv[1:]] or shipped:
        if folder.name == "ct138-2022":
            subject = "Kết quả xây dựng phong trào toàn dân bảo vệ an ninh Tổ quốc {{ ky_thuong }}"
            (folder / REPORT).write_bytes(make_report_template(read_parts("bao-cao"), subject))
            (folder / PLAN).write_bytes(make_plan_template())
        else:
            (folder / REPORT).write_bytes(make_generic_template(folders.load_folder(folder)))


if __name__ == "__main__":
    main()
