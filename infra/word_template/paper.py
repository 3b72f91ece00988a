"""Pages, paragraphs and tables of an official document, by the measures of NĐ 30/2020/NĐ-CP, Phụ lục I."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Length, Mm, Pt, RGBColor

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
BODY = Pt(14)
MADE = datetime(2022, 1, 19)
"""The date in the file's properties, fixed so that equal templates have equal bytes."""


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
    for level in (1, 2, 3):
        _set_heading_style(document.styles[f"Heading {level}"])
    set_page(document.sections[0], landscape=False)
    number_pages(document.sections[0])
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "", "Mẫu báo cáo tổng hợp", ""
    properties.created = properties.modified = MADE
    return document


def _set_heading_style(style: Any) -> None:
    """A heading looks like bold text; its style is what Word's navigation, and a report without figures, go by."""
    style.font.size, style.font.bold, style.font.color.rgb = BODY, True, RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    style.font.name = FONT
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)


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
    """A paragraph of a heading or a table. A cell's first empty paragraph is used before a new one is added."""
    paragraph: Paragraph = _take_paragraph(parent)
    paragraph.alignment = align
    paragraph.paragraph_format.space_after, paragraph.paragraph_format.space_before = Pt(after), Pt(before)
    paragraph.paragraph_format.keep_with_next = keep
    _size_mark(paragraph, size)
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return paragraph


def _size_mark(paragraph: Paragraph, size: float) -> None:
    """The size of the paragraph's mark, which is the height of a paragraph that is filled with nothing."""
    fonts, number = OxmlElement("w:rPr"), OxmlElement("w:sz")
    number.set(qn("w:val"), str(int(size * 2)))
    fonts.append(number)
    paragraph._p.get_or_add_pPr().insert_element_before(fonts, "w:sectPr", "w:pPrChange")


def _take_paragraph(parent: Any) -> Any:
    paragraphs = parent.paragraphs
    is_cell = parent._element.tag == qn("w:tc")
    if is_cell and len(paragraphs) == 1 and not paragraphs[0].runs and paragraphs[0]._p.pPr is None:
        return paragraphs[0]
    return parent.add_paragraph()


def add_body(document: Document, text: str) -> Paragraph:
    """Running text: 14 pt, justified, first line 1.27 cm, 6 pt between paragraphs, 1.15 lines."""
    paragraph = add_text(document, text, align=JUSTIFY, after=6)
    paragraph.paragraph_format.first_line_indent = Cm(1.27)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.MULTIPLE
    paragraph.paragraph_format.line_spacing = 1.15
    return paragraph


def add_tag(parent: Any, text: str) -> None:
    """A paragraph that docxtpl removes ({%p …%})."""
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
    set_widths(table, widths)
    return table


def set_widths(table: Table, widths: Sequence[float]) -> None:
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
    """Repeats the row at the top of every page."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader"):
        properties.append(OxmlElement(name))


def add_row(table: Any, texts: Sequence[str], *, size: float = 11, bold: bool = False,
            aligns: Sequence[WD_ALIGN_PARAGRAPH] = ()) -> Any:  # fmt: skip
    """A row of a grid. The first row of a new table is used before a new one is added."""
    first = table.rows[0]
    row = first if not "".join(cell.text for cell in first.cells) else table.add_row()
    for column, text in enumerate(texts):
        align = aligns[column] if aligns else CENTRE
        add_text(row.cells[column], text, size=size, bold=bold, align=align)
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row


def add_tag_row(table: Any, text: str) -> None:
    """A row that docxtpl removes ({%tr …%})."""
    row = table.add_row()
    add_text(row.cells[0], text, size=8, align=LEFT)


def save(document: Document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return fix_dates(target.getvalue())
