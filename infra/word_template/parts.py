"""The parts of a consolidated report as an official document: letterhead, title, signature, appendices, tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from infra.word_template.paper import (
    CENTRE,
    JUSTIFY,
    LEFT,
    RIGHT,
    add_row,
    add_rule,
    add_table,
    add_tag,
    add_tag_row,
    add_text,
    repeat_head,
    set_page,
    set_widths,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section

UPRIGHT, LANDSCAPE = (1.0, 6.0, 2.0, 2.4, 2.4, 2.2), (1.2, 12.0, 2.6, 3.0, 3.0, 2.9)
"""The columns of the table of a supplement in cm, in the body and in an appendix."""

MOTTO_WIDTH = Cm(5.9)
"""The width of "Độc lập - Tự do - Hạnh phúc" in bold 13 pt: the line under the words has the same length."""


def add_letterhead(document: Document, number: str, *, subject: str = "") -> None:
    """Quốc hiệu and Tiêu ngữ beside the issuing body, number and symbol beside place and date.

    A list of the office's own has no number, because it is no kind of administrative document. A letter, which has no
    title, has its subject below the number. A ministry names nobody above it (NĐ 30/2020/NĐ-CP, Phụ lục I).
    """
    table = add_table(document, [6.2, 9.8], grid=False)
    left, right = table.rows[0].cells
    add_tag(left, "{%p if co_quan_chu_quan %}")
    add_text(left, "{{ co_quan_chu_quan }}", size=12)
    add_tag(left, "{%p endif %}")
    add_text(left, "{{ co_quan }}", size=12, bold=True)
    add_rule(left, Cm(1.5), Cm(6.2))
    if number:
        add_text(left, number, size=13)
    if subject:
        add_text(left, f"V/v {subject}", size=12, before=6)
    add_text(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True)
    add_text(right, "Độc lập - Tự do - Hạnh phúc", size=13, bold=True)
    add_rule(right, MOTTO_WIDTH, Cm(9.8))
    add_text(right, "{{ dia_danh }}, ngày       tháng       năm {{ nam }}", size=13, italic=True)


def add_draft_mark(document: Document) -> None:
    add_tag(document, "{%p if du_thao %}")
    add_text(document, "DỰ THẢO{% if so_lan %} LẦN {{ so_lan }}{% endif %}", size=12, bold=True, align=LEFT, before=4)
    add_tag(document, "{%p endif %}")


def add_title(document: Document, kind: str, subject: str) -> None:
    add_text(document, f"{kind}{{% if bo_sung %}} BỔ SUNG{{% endif %}}", bold=True, before=14)
    add_text(document, subject, bold=True)
    add_rule(document, Cm(5.5), Cm(16))


def add_addressees(document: Document, field: str = "kinh_gui") -> None:
    """ "Kính gửi:" and one addressee on one line; several on one line each; nothing without one."""
    only = f"{{% if {field}|length == 1 %}} {{{{ {field}[0] }}}}.{{% endif %}}"
    add_tag(document, f"{{%p if {field} %}}")
    lead = add_text(document, f"Kính gửi:{only}", align=LEFT, before=8, after=2)
    lead.paragraph_format.left_indent = Cm(3.5)
    add_tag(document, "{%p endif %}")
    add_tag(document, f"{{%p if {field}|length > 1 %}}")
    add_tag(document, f"{{%p for noi in {field} %}}")
    line = add_text(document, "- {{ noi }}{{ '.' if loop.last else ';' }}", align=LEFT, after=2)
    line.paragraph_format.left_indent = Cm(5.5)
    add_tag(document, "{%p endfor %}")
    add_tag(document, "{%p endif %}")
    add_text(document, "", size=6)


def add_signature(document: Document, *, addressees: str = "", recipients: Sequence[str] = ()) -> None:
    """The recipients beside the signer. Without `recipients` they are the office's; those in the field `addressees`,
    to whom the document goes, come first as "Như trên"."""
    table = add_table(document, [8.0, 8.0], grid=False)
    left, right = table.rows[0].cells
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    add_text(left, "Nơi nhận:", size=12, bold=True, italic=True, align=LEFT)
    if addressees:
        add_tag(left, f"{{%p if {addressees} %}}")
        add_text(left, "- Như trên;", size=11, align=LEFT)
        add_tag(left, "{%p endif %}")
    if recipients:
        for text in recipients:
            add_text(left, f"- {text}{'.' if text == recipients[-1] else ';'}", size=11, align=LEFT)
    else:
        add_tag(left, "{%p for noi in noi_nhan %}")
        add_text(left, "- {{ noi }}{{ '.' if loop.last else ';' }}", size=11, align=LEFT)
        add_tag(left, "{%p endfor %}")
    _add_signer(right)


def _add_signer(cell: Any) -> None:
    add_text(cell, "{{ quyen_han }}", bold=True)
    add_text(cell, "{{ chuc_vu }}", bold=True)
    add_tag(cell, "{%p if chuc_danh %}")
    add_text(cell, "{{ chuc_danh }}", bold=True)
    add_tag(cell, "{%p endif %}")
    for _ in range(4):
        add_text(cell, "")
    add_text(cell, "{{ nguoi_ky }}", bold=True)


def add_appendix(document: Document, number: str, *, title: str, enclosed_with: str) -> None:
    """A landscape section with its own page numbers, headed as the decree demands.

    `enclosed_with` is the document that it belongs to, with its number if it has one.
    """
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _flatten(document.paragraphs[-1])
    set_page(section, landscape=True)
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = True
    number_from_one(section)
    add_text(document, f"Phụ lục {number}", bold=True, keep=True)
    add_text(document, title.upper(), bold=True, keep=True)
    enclosed = f"(Kèm theo {enclosed_with} ngày       tháng       năm {{{{ nam }}}} của {{{{ co_quan_thuong }}}})"
    add_text(document, enclosed, italic=True, size=13, after=8, keep=True)


def end_page(document: Document) -> None:
    """The end of a letter or of its list: what follows begins a page, and its pages are counted from 1."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _flatten(document.paragraphs[-1])
    number_from_one(section)


def number_from_one(section: Section) -> None:
    if section._sectPr.find(qn("w:pgNumType")) is None:  # a new section is a copy of the last
        numbering = OxmlElement("w:pgNumType")
        numbering.set(qn("w:start"), "1")
        section._sectPr.find(qn("w:cols")).addprevious(numbering)
    section.different_first_page_header_footer = True


def _flatten(end_of_section: Paragraph) -> None:
    """Behind a table that fills its page, the paragraph that ends a section would make a blank one."""
    spacing = end_of_section.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing = Pt(1)


def add_enclosed(document: Document) -> None:
    """The list behind a letter: whom it concerns, with which report, and what is said of it."""
    add_text(document, "{{ t.danh_sach.ten }}", bold=True)
    enclosed = (
        "(Kèm theo Công văn số         /{{ viet_tat }} ngày       tháng       năm {{ nam }} của {{ co_quan_thuong }})"
    )
    add_text(document, enclosed, italic=True, size=13, after=8)
    widths = [1.0, 5.0, 4.0, 6.0]
    table: Any = add_table(document, widths, grid=True)
    repeat_head(add_row(table, ["TT", "Đơn vị", "Báo cáo", "{{ t.danh_sach.cot }}"], bold=True, size=13))
    add_tag_row(table, "{%tr for d in t.danh_sach.dong %}")
    cells = ["{{ loop.index }}", "{{ d[0] }}", "{{ d[1] }}", "{{ d[2] }}"]
    add_row(table, cells, aligns=[CENTRE, LEFT, LEFT, LEFT], size=13)
    add_tag_row(table, "{%tr endfor %}")
    set_widths(table, widths)


def add_statuses(document: Document) -> None:
    widths = [1.0, 7.2, 4.4, 2.6, 3.6, 5.9]
    table = add_table(document, widths, grid=True)
    labels = ["TT", "Đơn vị", "Biểu", "Tình trạng", "Nhận lần đầu", "Ghi chú"]
    repeat_head(add_row(table, labels, bold=True))
    add_tag_row(table, "{%tr for d in tinh_hinh %}")
    fields = ("tt", "don_vi", "bieu", "tinh_trang", "nhan_luc", "ghi_chu")
    cells = [f"{{{{ d.{field} }}}}" for field in fields]
    add_row(table, cells, aligns=[CENTRE, LEFT, LEFT, CENTRE, CENTRE, LEFT])
    add_tag_row(table, "{%tr endfor %}")
    set_widths(table, widths)


def add_differences(document: Document, widths: Sequence[float]) -> None:
    """What a supplement changes: each figure of the province before and now, with those of units below it."""
    table: Any = add_table(document, widths, grid=True)
    labels = ["TT", "Nội dung", "Đơn vị tính", "Đã báo cáo", "Nay là", "Tăng, giảm"]
    repeat_head(add_row(table, labels, bold=True))
    add_tag_row(table, "{%tr for t in doi_chieu %}")
    cells = [f"{{{{ t.{field} }}}}" for field in ("tt", "noi_dung", "dvt", "truoc", "sau", "tang_giam")]
    add_row(table, cells, aligns=[CENTRE, LEFT, CENTRE, RIGHT, RIGHT, RIGHT])
    add_tag_row(table, "{%tr endfor %}")
    set_widths(table, widths)
    _flatten(add_text(document, "", size=8))


def add_opinions(document: Document) -> None:
    """The units' own words, field by field: who wrote them before the first paragraph, quotation marks around all."""
    add_tag(document, "{%p for f in muc_thuyet_minh %}")
    add_tag(document, "{%p if f.y_kien %}")
    add_text(document, "{{ f.ten }}", bold=True, size=13, align=LEFT, before=6, after=3, keep=True)
    add_tag(document, "{%p for y in f.y_kien %}")
    add_tag(document, "{%p for doan in y.doan %}")
    words = "{% if loop.first %}- {{ y.don_vi }}: “{% endif %}{{ doan }}{% if loop.last %}”{% endif %}"
    add_text(document, words, size=12, align=JUSTIFY, after=3)
    for tag in ("endfor", "endfor", "if f.khong"):
        add_tag(document, f"{{%p {tag} %}}")
    add_text(document, "- {{ f.khong }}: trả lời không có hoặc để trống.", size=12, align=JUSTIFY, after=3)
    for tag in ("endif", "endif", "endfor"):
        add_tag(document, f"{{%p {tag} %}}")


def add_rates(document: Document) -> None:
    widths = [7.2, 3.5, 4.0, 4.0, 4.0]
    table = add_table(document, widths, grid=True)
    labels = ["Loại đơn vị", "Phải gửi", "Đúng hạn", "Muộn", "Chưa có"]
    repeat_head(add_row(table, labels, bold=True))
    add_tag_row(table, "{%tr for l in bao_cao %}")
    add_tag_row(table, "{%tr if not l.la_tat_ca or bao_cao|length > 2 %}")
    cells = ["{{ l.loai }}", "{{ l.phai_gui }}", "{{ l.dung_han }} ({{ l.ty_le_dung_han }})",
             "{{ l.muon }} ({{ l.ty_le_muon }})", "{{ l.chua_co }} ({{ l.ty_le_chua_co }})"]  # fmt: skip
    add_row(table, cells, aligns=[LEFT, *[CENTRE] * 4])
    add_tag_row(table, "{%tr endif %}")
    add_tag_row(table, "{%tr endfor %}")
    set_widths(table, widths)
    _flatten(add_text(document, "", size=8))


def add_matrix(document: Document) -> None:
    """The unit × indicator tables: as many tables as the units need. A figure that is part of another is set in."""
    add_tag(document, "{%p if chu_giai %}")
    add_text(document, "{{ chu_giai }}", size=11, italic=True, align=JUSTIFY, after=4)
    add_tag(document, "{%p endif %}")
    add_tag(document, "{%p for b in bang_so_lieu %}")
    add_text(document, "{{ b.loai }}", bold=True, size=12, align=LEFT, before=6, after=3, keep=True)
    widths = [0.9, 5.9, 1.7, 0.2, 1.2, 0.2]
    table: Any = add_table(document, widths, grid=True)
    head = ["TT", "Chỉ tiêu", "Đơn vị tính", "{%tc for c in b.cot %}", "{{ c }}", "{%tc endfor %}"]
    repeat_head(add_row(table, head, bold=True, size=8.5))
    add_tag_row(table, "{%tr for d in b.dong %}")
    add_tag_row(table, "{%tr if d.la_muc %}")
    section = table.add_row()
    merged = section.cells[0].merge(section.cells[5])
    add_text(merged, "{% colspan b.so_cot %}{{ d.ten }}", size=9, bold=True, align=LEFT, keep=True)
    add_tag_row(table, "{%tr else %}")
    cells = ["{{ d.tt }}", "{{ d.ten }}", "{{ d.dvt }}", "{%tc for o in d.o %}", "{{ o }}", "{%tc endfor %}"]
    add_row(table, cells, size=8.5, aligns=[CENTRE, LEFT, CENTRE, CENTRE, RIGHT, CENTRE])
    add_tag_row(table, "{%tr endif %}")
    add_tag_row(table, "{%tr endfor %}")
    add_tag(document, "{%p endfor %}")


def add_targets(document: Document) -> None:
    table = add_table(document, [1.0, 4.4, 0.2, 3.2, 0.2], grid=True)
    head = ["TT", "Đơn vị", "{%tc for c in bang_chi_tieu.cot %}", "{{ c }}", "{%tc endfor %}"]
    repeat_head(add_row(table, head, bold=True, size=10))
    add_tag_row(table, "{%tr for d in bang_chi_tieu.dong %}")
    add_row(table, ["{{ d.tt }}", "{{ d.don_vi }}", "{%tc for o in d.o %}", "{{ o }}", "{%tc endfor %}"],
            aligns=[CENTRE, LEFT, CENTRE, CENTRE, CENTRE])  # fmt: skip
    add_tag_row(table, "{%tr endfor %}")


def add_lists(document: Document) -> None:
    """The lists that units have enclosed, such as models and places: one table each, with the unit of each row."""
    add_tag(document, "{%p for b in bang_ke %}")
    add_text(document, "{{ b.ten }}", bold=True, size=12, align=LEFT, before=6, after=3, keep=True)
    table: Any = add_table(document, [1.0, 3.2, 0.2, 3.0, 0.2], grid=True)
    head = ["TT", "Đơn vị", "{%tc for c in b.cot %}", "{{ c }}", "{%tc endfor %}"]
    repeat_head(add_row(table, head, bold=True, size=10))
    add_tag_row(table, "{%tr for d in b.dong %}")
    cells = ["{{ d.tt }}", "{{ d.don_vi }}", "{%tc for o in d.o %}", "{{ o }}", "{%tc endfor %}"]
    add_row(table, cells, size=10, aligns=[CENTRE, LEFT, LEFT, LEFT, LEFT])
    add_tag_row(table, "{%tr endfor %}")
    _flatten(add_text(document, "", size=6))
    add_tag(document, "{%p endfor %}")


def add_reports(document: Document, columns: Sequence[tuple[str, str]]) -> None:
    """The reports with sender and time, and the unit's own figures in columns: (heading, indicator)."""
    share = 6.3 / max(1, len(columns))
    widths = [1.0, 7.4, 2.4, 3.6, *[share] * len(columns), 4.0]
    table = add_table(document, widths, grid=True)
    labels = ["TT", "Đơn vị", "Tình trạng", "Nhận lúc", *(heading for heading, _ in columns), "Ghi chú"]
    repeat_head(add_row(table, labels, bold=True))
    add_tag_row(table, "{%tr for d in tinh_hinh %}")
    own = [f"{{% if d.da_co %}}{{{{ d.so_lieu['{code}'] }}}}{{% endif %}}" for _, code in columns]
    cells = ["{{ d.tt }}", "{{ d.don_vi }}", "{{ d.tinh_trang }}", "{{ d.nhan_luc }}", *own, "{{ d.ghi_chu }}"]
    add_row(table, cells, aligns=[CENTRE, LEFT, *[CENTRE] * (len(columns) + 2), LEFT])
    add_tag_row(table, "{%tr endfor %}")
    set_widths(table, widths)
