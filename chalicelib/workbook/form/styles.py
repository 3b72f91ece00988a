"""How a blank form looks: its formats, its colours, its pages in print."""

from __future__ import annotations

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chalicelib.domain.programme.kinds import Kind, Shape
from chalicelib.domain.programme.scales import Scale
from chalicelib.workbook.form.guidance import Look

FONT = "Times New Roman"
INPUT_COLOUR = "#FFF9E5"
MISSING_COLOUR = "#FFEFAF"
ODD_COLOUR = "#FAC898"
UNASKED_COLOUR = "#D0D0D0"
HEADING_COLOUR = "#E8EEF4"


_POINTS, _SHARE = "General", "0.0%"


_BOXED = {"border": 1, "border_color": "#808080"}
_ENTRY = {**_BOXED, "bg_color": INPUT_COLOUR, "locked": False}


class FormStyles:
    """The few cell formats of a form, made once per workbook."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        def style(**options: object) -> Format:
            base = {"font_name": FONT, "font_size": 12, "valign": "vcenter", "text_wrap": True}
            return workbook.add_format({**base, **options})

        self.plain = style()
        self.motto = style(bold=True, align="center", font_size=12)
        self.body = style(align="center")
        self.heading = style(bold=True, align="center", font_size=14)
        self.subject = style(bold=True, align="center", font_size=13)
        self.italic = style(italic=True, align="center")
        self.mark = style(font_size=8, font_color="#808080", text_wrap=False)
        self.token = style(font_size=8, font_color="#808080", text_wrap=False)
        self.column = style(bold=True, align="center", bg_color=HEADING_COLOUR, **_BOXED)
        self.section = style(bold=True, bg_color="#F5F5F5", **_BOXED)
        self.unseen = style(font_size=8, font_color="#F5F5F5", bg_color="#F5F5F5", text_wrap=False, **_BOXED)
        self.beside_mark = style(font_size=10, italic=True, align="center", bg_color="#F5F5F5", **_BOXED)
        self.code = style(font_size=9, font_color="#606060", align="center", **_BOXED)
        self.label = style(**_BOXED)
        self.part = style(indent=1, italic=True, **_BOXED)
        self.centre = style(align="center", **_BOXED)
        self.total = style(bold=True, align="right", num_format="#,##0", bg_color="#EFEFEF", **_BOXED)
        self.points = style(bold=True, align="right", num_format=_POINTS, bg_color="#EFEFEF", **_BOXED)
        self.ratio = style(bold=True, align="right", num_format=_SHARE, bg_color="#EFEFEF", **_BOXED)
        self.previous = style(align="right", num_format="#,##0.###", font_color="#606060", **_BOXED)
        self.whole = style(align="right", num_format="#,##0", **_ENTRY)
        self.measure = style(align="right", num_format="#,##0.###", **_ENTRY)
        self.percent = style(align="right", num_format="0.00%", **_ENTRY)
        self.choice = style(align="center", **_ENTRY)
        self.date = style(align="center", num_format="dd/mm/yyyy", **_ENTRY)
        self.text = style(num_format="@", **_ENTRY)
        line = style(bold=True, align="center", font_color="#1F3864")
        colours = (workbook.add_format({"bg_color": each}) for each in (MISSING_COLOUR, ODD_COLOUR, UNASKED_COLOUR))
        self.look = Look(line, *colours)
        self.prose = style(num_format="@", valign="top", **{k: v for k, v in _ENTRY.items() if k != "valign"})
        shown = {"align": "right", "num_format": _POINTS}
        self.scaled_entry = style(**shown, **_ENTRY)
        self.scaled_previous = style(**shown, font_color="#606060", **_BOXED)
        self._workbook = workbook

    def band(self, word: str, *, is_share: bool) -> Format:
        """Shows the word of a band behind the figure, which stays a number."""
        return self._workbook.add_format({"num_format": f'{_SHARE if is_share else _POINTS}" ({word})"'})

    def entry(self, kind: Kind, scale: Scale | None = None) -> Format:
        """The format of a cell to fill in; in a larger unit a figure is shown with all its decimals."""
        if scale:
            return self.scaled_entry
        by_shape = {Shape.FLAG: self.choice, Shape.CHOICE: self.choice, Shape.DATE: self.date, Shape.TEXT: self.text}
        number = self.percent if kind.is_percent else self.whole if kind.is_whole else self.measure
        return by_shape.get(kind.shape, number)


def find_height(text: str, width: int) -> float:
    """The height in points of wrapped text in a column of `width` characters: no program fits rows on opening."""
    lines = sum(-(-len(line) * 5 // (width * 6)) for line in text.split("\n"))
    return 17.0 * max(lines, 1)


def set_up_page(sheet: Worksheet) -> None:
    """A4, one page wide, page number in the footer; protected without a password; rows may be inserted."""
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer('&C&"Times New Roman,Regular"&10Trang &P/&N')
    sheet.protect("", {"format_columns": True, "format_rows": True, "insert_rows": True, "autofilter": True})
