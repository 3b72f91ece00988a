"""How a right workbook is spoilt, and how its sender mends it as told: one pair for each code of an issue.

The workbook is that of `tests/data/programme-moi-loai`, a form with every kind of cell. `CASES` has every code that a
sender can mend in the workbook, `ELSEWHERE` the others with the reason why none is mended there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from chalicelib import folders
from chalicelib.domain.issues.catalogue import CATALOGUE
from chalicelib.domain.submission.earlier import Earlier
from chalicelib.domain.submission.records import Figure
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template
from tests.workbook.packages import pack, unpack

HOME = Path(__file__).parents[1] / "data" / "programme-moi-loai"
PROGRAMME = folders.load_folder(HOME)
FIGURES, TABLE, PROSE = "Số liệu", "Bảng 1", "Thuyết minh"
MARK = "vu-viec"
"""The section that is marked “Không phát sinh”."""
ROWS = [
    {"ten": "Tổ 1", "loai": "Hòa giải", "ngay": date(2022, 3, 2), "nguoi": 5, "tien": Decimal("2.5")},
    {"ten": "Tổ 2", "loai": "Tuần tra", "ngay": date(2022, 5, 12), "nguoi": 6, "tien": 3},
]
VALUES: dict[str, Any] = {
    "A01": 120, "A02": 40, "A03": 2, "A04": Decimal("1.5"), "B01": True, "B02": "04/KH-BCĐ", "B03": date(2022, 2, 9),
    "B04": 35_000_000, "B05": Decimal("12.25"), "ket-qua": "Phong trào có chuyển biến.", "kho-khan": "Không.",
    MARK: "x",
}  # fmt: skip
LAST = "D02"
"""The last row of figures."""
NOTHING_BEFORE = Earlier({}, {})


def make_right() -> bytes:
    """The workbook as the unit would have sent it, with nothing wrong."""
    form, unit, period = PROGRAMME.form_by_code["bieu"], PROGRAMME.unit_by_code["001"], PROGRAMME.period_by_code["nam"]
    return fill_in(make_template(PROGRAMME, form, unit, period), Contents(VALUES, {"to": ROWS}))


class Desk:
    """A workbook that is open before its sender: cells by code, and by row and column of the table."""

    def __init__(self, data: bytes) -> None:
        self.book = load_workbook(io.BytesIO(data))

    def figure(self, code: str, token: str = marks.VALUE) -> Cell:
        sheet, row, columns = next(self._find_codes(code))
        return sheet.cell(row, columns[token])  # type: ignore[return-value]

    def entry(self, row: int, column: str) -> Cell:
        sheet, first, columns = next(each for each in self._find_tokens() if f"@{column}" in each[2])
        return sheet.cell(first + row, columns[f"@{column}"])  # type: ignore[return-value]

    def cells(self) -> dict[tuple[str, str], object]:
        """What stands in every cell that is not blank."""
        return {
            (sheet.title, cell.coordinate): cell.value
            for sheet in self.book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }

    def save(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()

    def _find_codes(self, code: str) -> Iterator[tuple[Worksheet, int, dict[str, int]]]:
        for sheet, first, columns in self._find_tokens():
            for row in range(first + 1, sheet.max_row + 1):
                if marks.CODE in columns and sheet.cell(row, columns[marks.CODE]).value == code:
                    yield sheet, row, columns

    def _find_tokens(self) -> Iterator[tuple[Worksheet, int, dict[str, int]]]:
        for sheet in self.book.worksheets:
            for cells in sheet.iter_rows():
                tokens = {
                    cell.value: cell.column for cell in cells if isinstance(cell.value, str) and cell.value[:1] == "@"
                }
                if tokens:
                    yield sheet, cells[0].row, tokens


Named = Sequence[Cell]
"""The cells that the summary of the marked copy names, line by line."""
Edit = Callable[[Desk], None]
Mend = Callable[[Desk, Named], None]


class Case(NamedTuple):
    """`spoil` makes the issue, and `mend` does what its remedy says in the marked copy, to the cells that it names.

    `freely`: the remedy asks for more than typing into these, such as a sheet to be taken away. `mend_fresh` takes the
    place of `mend` where the copy is a fresh form. `also` are codes that cannot but come along. `lost_in` are the
    formats that do not carry what is wrong. `said` are answers that the mended form rightly gives otherwise, None for
    one that it does not give.
    """

    spoil: Callable[[bytes], bytes]
    mend: Mend
    mend_fresh: Mend | None = None
    freely: bool = False
    earlier: Earlier = NOTHING_BEFORE
    also: frozenset[str] = frozenset()
    lost_in: tuple[str, ...] = ()
    said: Mapping[str, Any] = MappingProxyType({})

    def expect(self, right: dict[str, Any]) -> dict[str, Any]:
        """The contents of the mended form, by those of the one that was right before it was spoilt."""
        values = {code: each for code, each in right["values"].items() if code not in self.said}
        return right | {
            "values": values | {code: (each, False) for code, each in self.said.items() if each is not None}
        }


# Ways of spoiling


def on_desk(change: Edit) -> Callable[[bytes], bytes]:
    def spoil(data: bytes) -> bytes:
        desk = Desk(data)
        change(desk)
        return desk.save()

    return spoil


def put(cell: Cell, value: object, number_format: str = "") -> None:
    cell.value = value  # type: ignore[assignment]
    if isinstance(value, str) and not value.startswith("=") and not value.startswith("#"):
        cell.data_type = "s"
    if number_format:
        cell.number_format = number_format


def typed(code: str, value: object, number_format: str = "", *, token: str = marks.VALUE) -> Callable[[bytes], bytes]:
    return on_desk(lambda desk: put(desk.figure(code, token), value, number_format))


def entered(row: int, column: str, value: object) -> Callable[[bytes], bytes]:
    return on_desk(lambda desk: put(desk.entry(row, column), value))


def stored(code: str, value: str) -> Callable[[bytes], bytes]:
    """What a program wrote as the stored value of the cell, beside its formula if it has one."""

    def spoil(data: bytes) -> bytes:
        desk = Desk(data)
        cell = desk.figure(code)
        if not isinstance(cell.value, str):
            put(cell, 0)
        tag = re.compile(rf'(<c r="{cell.coordinate}"[^>]*?)(?: t="\w+")?>((?:<f>[^<]*</f>)?)<v ?(?:/>|>[^<]*</v>)')
        parts = unpack(desk.save())
        part = "xl/worksheets/sheet1.xml"
        kind = ' t="e"' if value.startswith("#") else ""
        text, count = tag.subn(rf"\1{kind}>\2<v>{value}</v>", parts[part].decode())
        assert count == 1
        return pack(parts | {part: text.encode()})

    return spoil


def swap_labels(desk: Desk) -> None:
    first, second = (desk.figure(code, marks.LABEL) for code in ("A01", "A03"))
    first.value, second.value = second.value, first.value


def merge_figures(desk: Desk) -> None:
    first, second = desk.figure("A01"), desk.figure("A02")
    first.parent.merge_cells(f"{first.coordinate}:{second.coordinate}")


def copy_figures(desk: Desk) -> None:
    desk.book.copy_worksheet(desk.book[FIGURES])
    desk.figure("A01").value = 119


def copy_table(desk: Desk) -> None:
    desk.book.copy_worksheet(desk.book[TABLE])
    desk.entry(2, "nguoi").value = 7


def delete_row(desk: Desk) -> None:
    for cell in desk.figure("A04").parent[desk.figure("A04").row]:
        cell.value = None


def delete_tokens(desk: Desk) -> None:
    row = next(row for row in desk.book[FIGURES].iter_rows() if row[0].value == marks.CODE)
    for cell in row:
        cell.value = None


def add_row(desk: Desk) -> None:
    cell = desk.figure(LAST)
    put(cell.parent.cell(cell.row + 1, cell.column - 2), "Kinh phí khác")
    put(cell.parent.cell(cell.row + 1, cell.column), 700)


def add_unasked_row(desk: Desk) -> None:
    cell = desk.figure(LAST)
    put(cell.parent.cell(cell.row + 1, 1), "C01")
    put(cell.parent.cell(cell.row + 1, cell.column), 7)


def add_total(number: int) -> Callable[[bytes], bytes]:
    def change(desk: Desk) -> None:
        put(desk.entry(3, "ten"), "Tổng cộng")
        put(desk.entry(3, "nguoi"), number)

    return on_desk(change)


def repeat_row(desk: Desk) -> None:
    for column in ROWS[0]:
        put(desk.entry(3, column), desk.entry(2, column).value)


def hide(desk: Desk) -> None:
    desk.book[FIGURES].sheet_state = "hidden"


def add_foreign_sheet(desk: Desk) -> None:
    line = f"{marks.render_line(marks.Identity(PROGRAMME.code, 'bieu', 1, '002', 'nam'))}"
    put(desk.book.create_sheet("Xã Hai").cell(1, 1), line)


# Ways of mending


def nothing(desk: Desk, named: Named) -> None:
    """The remedy says that nothing need be done if all is right."""


def retype(value: object, number_format: str = "") -> Mend:
    """Type it into the cell that is named first."""

    def mend(_: Desk, named: Named) -> None:
        put(named[0], value, number_format)

    return mend


def clear(desk: Desk, named: Named) -> None:
    for cell in named:
        cell.value = None


def clear_row(desk: Desk, named: Named) -> None:
    for cell in named[0].parent[named[0].row][1:]:
        cell.value = None


def take_away(sheet: str) -> Mend:
    def mend(desk: Desk, _: Named) -> None:
        desk.book.remove(desk.book[sheet])

    return mend


def fill_in_anew(desk: Desk, named: Named) -> None:
    """Fill in a new blank form, and send that."""
    desk.book = Desk(make_right()).book


def show_sheet(desk: Desk, named: Named) -> None:
    desk.book[FIGURES].sheet_state = "visible"


def enter_rows(desk: Desk, named: Named) -> None:
    for number, row in enumerate(ROWS, start=1):
        for column, value in row.items():
            put(desk.entry(number, column), value)


def enter_people(desk: Desk, named: Named) -> None:
    for number, row in enumerate(ROWS, start=1):
        put(desk.entry(number, "nguoi"), row["nguoi"])


def earlier(place: str, **values: int) -> Earlier:
    figures = {code: Figure(value=value, sheet=FIGURES, cell="E1") for code, value in values.items()}
    return replace(NOTHING_BEFORE, **{place: figures})


CASES: dict[str, Case] = {
    "cell.missing": Case(typed("A01", None), retype(120)),
    "cell.not_asked": Case(typed("B01", False), clear, said={"B01": False, "B04": None}),
    "cell.implausible": Case(typed("B04", 3_500_000_000), retype(35_000_000)),
    "cell.error_value": Case(stored("A01", "#REF!"), retype(120)),
    "cell.uncalculated": Case(typed("A01", "=60*2"), retype(120), lost_in=("xls", "ods")),
    "cell.not_a_number": Case(typed("A01", "chưa rõ"), retype(120)),
    "cell.number_damaged": Case(stored("A01", "1e1000"), retype(120), lost_in=("xls", "ods")),
    "cell.number_too_large": Case(typed("A01", 10**16), retype(120)),
    "cell.not_whole": Case(typed("A01", 120.5), retype(120)),
    "cell.too_precise": Case(typed("B05", 12.2512345), retype(12.25)),
    "cell.ambiguous": Case(typed("A01", "1,200"), retype(120)),
    "cell.placeholder": Case(typed("A01", "…"), retype(120)),
    "cell.approximate": Case(typed("A01", "hơn 100"), retype(120)),
    "cell.scientific": Case(typed("B04", "3,5E+07"), retype(35_000_000)),
    "cell.cut_off": Case(typed("A01", "12…"), retype(120)),
    "cell.letter_in_number": Case(typed("A01", "12O"), retype(120)),
    "cell.words_differ": Case(typed("A01", "120 (một trăm)"), retype(120)),
    "cell.shown_otherwise": Case(typed("B04", 35, '0" triệu"'), retype("35.000.000 đồng")),
    "cell.maybe_date": Case(typed("B04", 44693), retype(35_000_000)),
    "cell.two_figures": Case(typed("A01", "120/40"), retype(120)),
    "cell.other_unit": Case(typed("A01", "120 kg"), retype(120)),
    "cell.negative": Case(typed("A01", -120), retype(120)),
    "cell.date_for_number": Case(typed("A01", date(2022, 5, 12), "dd/mm/yyyy"), retype("120 buổi")),
    "cell.not_a_date": Case(typed("B03", "30/02/2022"), retype("09/02/2022")),
    "cell.date_year_only": Case(typed("B03", "2022"), retype("09/02/2022")),
    "cell.date_ambiguous": Case(typed("B03", "09/02/22"), retype(date(2022, 2, 9))),
    "cell.date_swapped": Case(typed("B03", date(2022, 12, 9)), retype(date(2022, 2, 9))),
    "cell.date_outside": Case(entered(1, "ngay", date(2012, 3, 22)), retype(date(2022, 3, 2))),
    "cell.not_a_choice": Case(entered(1, "loai", "Hòa"), retype("Hòa giải")),
    "cell.not_a_flag": Case(typed("B01", "đang làm"), retype("Có")),
    "cell.estimate_mark": Case(typed("A01", "?", token=marks.ESTIMATE), retype(None)),
    "mark.unclear": Case(
        typed(MARK, "?"), lambda desk, _: put(desk.figure(MARK), "x"), also=frozenset({"cell.missing"})
    ),
    "mark.contradicted": Case(typed("D01", 3), lambda desk, _: put(desk.figure("D01"), None)),
    "cell.merged": Case(on_desk(merge_figures), fill_in_anew, mend_fresh=retype(40), freely=True),
    "table.missing": Case(on_desk(lambda desk: desk.book.remove(desk.book[TABLE])), enter_rows, freely=True),
    "table.twice": Case(on_desk(copy_table), take_away(TABLE), mend_fresh=enter_rows, freely=True),
    "table.column_missing": Case(on_desk(lambda desk: desk.book[TABLE].delete_cols(5)), enter_people, freely=True),
    "table.cell_missing": Case(entered(1, "ten", None), retype("Tổ 1")),
    "table.nothing_above": Case(entered(1, "ten", "nt"), retype("Tổ 1")),
    "table.row_twice": Case(on_desk(repeat_row), clear_row, freely=True, also=frozenset({"rule.broken"})),
    "table.signature": Case(entered(4, "ten", "Người lập biểu"), nothing),
    "table.total_differs": Case(add_total(12), retype(11)),
    "table.total_row": Case(add_total(11), nothing),
    "text.missing": Case(typed("ket-qua", None), retype(VALUES["ket-qua"])),
    "text.too_long": Case(typed("ket-qua", "a" * 101), retype(VALUES["ket-qua"])),
    "text.legacy_font": Case(typed("ket-qua", "Straße für Müller"), retype(VALUES["ket-qua"])),
    "text.citizen_number": Case(typed("ket-qua", "Số CCCD 020087001234"), retype(VALUES["ket-qua"])),
    "text.phone_number": Case(typed("ket-qua", "Liên hệ 0912345678"), retype(VALUES["ket-qua"])),
    "text.maybe_phone_number": Case(typed("ket-qua", "Số 0912345678"), retype(VALUES["ket-qua"])),
    "rule.broken": Case(typed("A02", 121), retype(40)),
    "rule.announced": Case(typed("A04", 400), retype(1.5)),
    "rule.less_than_before": Case(typed("A01", 110), retype(120), earlier=earlier("included", A01=115)),
    "rule.unusual": Case(typed("A01", 600), retype(120), earlier=earlier("last_year", A01=100)),
    "total.stale": Case(stored("A05", "121"), nothing),
    "total.broken": Case(stored("A05", "#REF!"), nothing, lost_in=("xls", "ods")),
    "total.differs": Case(typed("A05", 121), fill_in_anew, mend_fresh=nothing, freely=True),
    "form.row_missing": Case(on_desk(delete_row), retype(1.5)),
    "form.code_twice": Case(on_desk(copy_figures), take_away(FIGURES), mend_fresh=retype(120), freely=True),
    "form.matched_by_label": Case(on_desk(delete_tokens), nothing),
    "form.row_not_asked": Case(on_desk(add_unasked_row), clear),
    "form.label_differs": Case(on_desk(swap_labels), fill_in_anew, mend_fresh=nothing, freely=True),
    "form.unit_differs": Case(
        typed("A01", "nghìn buổi", token=marks.MEASURE_UNIT), fill_in_anew,
        mend_fresh=lambda desk, _: put(desk.figure("A01"), 120), freely=True,
    ),
    "table.unit_differs": Case(
        on_desk(lambda desk: put(desk.book[TABLE]["F4"], "Kinh phí (đồng)")), fill_in_anew,
        mend_fresh=lambda desk, _: [put(desk.entry(number, "tien"), row["tien"]) for number, row in enumerate(ROWS, 1)],
        freely=True,
    ),
    "form.mixed": Case(on_desk(add_foreign_sheet), take_away("Xã Hai"), freely=True, lost_in=("xls", "ods", "strict")),
    "row.unused": Case(on_desk(add_row), clear),
    "sheet.hidden": Case(on_desk(hide), show_sheet, mend_fresh=nothing, freely=True),
}  # fmt: skip

ELSEWHERE: dict[str, tuple[str, ...]] = {
    "nothing of the file was read: it is saved anew, or another one is sent": (
        "file.empty", "file.too_large", "file.not_opened", "file.not_a_workbook", "file.password", "file.macro",
        "file.lock_file", "file.pdf", "file.image", "file.word", "file.presentation", "file.mail", "file.numbers",
        "file.html", "file.spreadsheet_2003", "file.flat_opendocument", "file.xml", "file.csv", "file.text", "file.rtf",
        "file.opendocument", "file.xlsb", "file.old_excel", "file.program", "file.packed", "file.zip_with_workbook",
        "file.zip_with_several", "file.zip_without_workbook", "file.zip_password", "file.truncated", "file.damaged",
        "file.unreadable", "file.malformed", "file.dtd", "file.compression", "file.too_many_parts",
        "file.unpacks_too_large", "file.overlapping_parts", "file.duplicate_part", "file.unsafe_name",
        "file.link_part", "file.no_workbook", "file.no_sheets", "file.sheet_missing", "file.sheet_shared",
        "file.too_many_sheets", "file.too_many_cells", "file.too_much_text", "file.too_many_merged",
        "file.too_complex", "file.blank_cells", "file.long_tag", "file.bad_reference", "file.duplicate_cell",
        "file.bad_shared_text", "file.bad_cell", "file.text_too_long",
    ),
    "a note beside the issues, which rejects nothing": (
        "file.external_links", "file.connections", "file.embedded_objects", "file.fetching_formulas",
        "file.recalculates", "file.no_styles",
    ),
    "it is of a sổ chương trình, which no unit sends": tuple(
        code for code in CATALOGUE if code.startswith("programme.")
    ),
    "a person says which of thousands of rows are the unit's own": ("table.too_many_rows",),
    "nothing of the file is kept": ("file.classified",),
    "another form is to be filled in": (
        "form.unmarked", "form.other_programme", "form.unknown", "form.older_version", "form.version_ended",
        "form.newer_version",
        "form.unknown_unit", "form.other_unit", "form.unknown_period", "form.other_period", "form.mangled",
    ),
    "the workbook is right, and goes elsewhere or at another time": (
        "form.other_form", "form.not_owed", "upload.not_owed", "upload.not_open", "upload.locked",
        "upload.not_confirmed", "upload.missing",
    ),
    "it says how many more there are, and goes with them": ("form.more_issues",),
    "no workbook was sent: the page's button was refused": ("upload.counts_already", "upload.needs_figures"),
}  # fmt: skip
"""Codes that no sender mends in the marked copy, by the reason."""
