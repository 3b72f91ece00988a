"""Whatever the gate passes: the marked copy has the cells of the original for every reader, and marks come and go.

The workbooks are drawn at random, always the same ones; `--hypothesis-profile many` draws many more, and new ones.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.workbook.form.marks import SUMMARY_SHEET
from chalicelib.workbook.marking.conditions import SIGNATURE
from chalicelib.workbook.marking.copy import mark_workbook
from chalicelib.workbook.marking.notes import AUTHOR
from chalicelib.workbook.reading.book import reference
from chalicelib.workbook.reading.reader import read_workbook
from tests.workbook.packages import pack, unpack

IS_MANY = settings().max_examples > 100
FEW = settings(
    max_examples=settings().max_examples if IS_MANY else 50,
    derandomize=not IS_MANY,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CODES = ("cell.missing", "cell.not_a_number", "row.unused", "total.differs", "text.too_long")
NAMES = st.sampled_from(
    ["Số liệu", "Bảng 1", "Ông 'Ba' ", "it's", "A & B <c>", " cách ", "😀", "Sheet1", "2022",
     SUMMARY_SHEET, "A1", "đơn-vị.x", "R1C1"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20),
    st.sampled_from(
        ["=1+1", "'12", "hơn 500", "dòng 1\ndòng 2", " a ", "_x0041_", "<b>&amp;", "😀" * 3, "@x", "x" * 300]
    ),
)
VALUES = st.one_of(
    TEXTS, st.integers(-(10**9), 10**12), st.floats(allow_nan=False, allow_infinity=False), st.booleans(),
    st.dates(date(1901, 1, 1), date(2099, 1, 1)), st.sampled_from(["#REF!", "#N/A"]), st.none(),
)  # fmt: skip
PLACES = st.one_of(
    st.tuples(st.integers(1, 30), st.integers(1, 9)),
    st.sampled_from([(1_048_576, 16_384), (1, 16_384), (1_048_576, 1), (40, 27)]),
)
ADORNMENTS = st.sets(st.sampled_from(["fill", "comment", "rule", "validation", "link", "protect", "hidden", "frozen",
                                      "printed", "filter", "name", "local name", "formula"]), max_size=6)  # fmt: skip


@st.composite
def draw_sheet(draw: st.DrawFn) -> tuple[dict[tuple[int, int], Any], list[tuple[int, int, int, int]], set[str]]:
    cells = draw(st.dictionaries(PLACES, VALUES, max_size=15))
    corners = draw(st.lists(st.tuples(st.integers(1, 8), st.integers(1, 3)), unique=True, max_size=3))
    merged = [(4 * row - 3, 3 * column - 2, 4 * row - draw(st.integers(0, 2)), 3 * column) for row, column in corners]
    return cells, merged, draw(ADORNMENTS)


@st.composite
def draw_workbook(draw: st.DrawFn) -> tuple[bytes, list[Issue]]:
    """A workbook and issues in it: in its cells, in blank ones, under merged ranges, and in no cell at all."""
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=str.casefold))
    workbook, issues = Workbook(), []
    workbook.remove(workbook.worksheets[0])
    for number, name in enumerate(names):
        cells, merged, adornments = draw(draw_sheet())
        sheet = workbook.create_sheet(f"zz{number}zz")
        fill(sheet, cells, merged)
        adorn(sheet, adornments - ({"hidden"} if number == 0 else set()))
        places = draw(st.lists(st.one_of(st.sampled_from([*cells, (1, 1)]), PLACES), max_size=6))
        for place, code in zip(places, draw(st.lists(st.sampled_from(CODES), min_size=6, max_size=6)), strict=False):
            related = [reference(*each) for each in draw(st.lists(PLACES, max_size=2))]
            issues.append(make(code, name, reference(*place), related))
    issues.append(make_issue("form.mixed", found="x"))
    workbook.active = draw(st.integers(0, len(names) - 1))
    out = io.BytesIO()
    workbook.save(out)
    return rename(out.getvalue(), names), issues


def make(code: str, sheet: str, cell: str, related: Sequence[str]) -> Issue:
    return make_issue(code, sheet=sheet, cell=cell, found="<&\"'", expected="12", row=1, reason="…", related=related)


def fill(sheet: Worksheet, cells: dict[tuple[int, int], Any], merged: list[tuple[int, int, int, int]]) -> None:
    for (row, column), value in cells.items():
        cell = sheet.cell(row, column, value)
        if isinstance(value, str) and value[:1] == "=":
            cell.data_type = "s"
    for first_row, first_column, last_row, last_column in merged:
        sheet.merge_cells(start_row=first_row, start_column=first_column, end_row=last_row, end_column=last_column)


def adorn(sheet: Worksheet, adornments: set[str]) -> None:
    book, cell = sheet.parent, sheet["B40"]
    colour = PatternFill("solid", fgColor="FFFFC7CE")
    acts = {
        "fill": lambda: (setattr(cell, "fill", colour), setattr(cell, "font", Font(name=".VnTime")),
                         setattr(cell, "border", Border(left=Side("thin")))),
        "comment": lambda: (setattr(cell, "comment", Comment("của đơn vị", "Chị Lan")),
                            setattr(sheet["A1"], "comment", Comment("ở A1 & <b>", "tonghop khác"))),
        "rule": lambda: (sheet.conditional_formatting.add("A1:C9", CellIsRule("greaterThan", ["5"], fill=colour)),
                         sheet.conditional_formatting.add("D1", FormulaRule(["ISBLANK(D1)"], fill=colour))),
        "validation": lambda: sheet.add_data_validation(DataValidation("list", formula1='"x,y"', sqref="C1:C9")),
        "link": lambda: setattr(cell, "hyperlink", f"#'{sheet.title}'!A1"),
        "protect": lambda: setattr(sheet.protection, "sheet", True),
        "hidden": lambda: setattr(sheet, "sheet_state", "hidden"),
        "frozen": lambda: setattr(sheet, "freeze_panes", "B2"),
        "printed": lambda: (setattr(sheet, "print_title_rows", "1:2"), setattr(sheet, "print_area", "A1:C9")),
        "filter": lambda: setattr(sheet.auto_filter, "ref", "A1:C9"),
        "name": lambda: book.defined_names.add(DefinedName(f"n{len(book.defined_names)}",
                                                           attr_text=f"'{sheet.title}'!$A$1")),
        "local name": lambda: sheet.defined_names.add(DefinedName("here", attr_text=f"'{sheet.title}'!$B$2")),
        "formula": lambda: sheet.__setitem__("H40", f"=SUM('{sheet.title}'!A1:A9)"),
    }  # fmt: skip
    for each in sorted(adornments):
        acts[each]()


def rename(data: bytes, names: Sequence[str]) -> bytes:
    """Gives the sheets names that openpyxl does not write."""
    parts = unpack(data)
    for number, name in enumerate(names):
        placeholder, doubled = f"zz{number}zz", name.replace("'", "''")
        for part in [each for each in parts if each.endswith(".xml")]:
            text = parts[part].decode()
            text = text.replace(f'name="{placeholder}"', f'name="{escape(name, {chr(34): "&quot;"})}"')
            parts[part] = text.replace(placeholder, escape(doubled)).encode()
    return pack(parts)


def mark(data: bytes, issues: Sequence[Issue]) -> bytes:
    copy = mark_workbook(data, read_workbook(data), issues)
    assert copy is not None
    return copy


def is_summary(name: str) -> bool:
    return name.startswith(SUMMARY_SHEET)


# What each reader sees, sheet by sheet, without the summary that stands first


def read_ours(data: bytes) -> list[object]:
    return [
        (sheet.name, sheet.visibility, sheet.cells, sheet.merged, sheet.hidden_rows, sheet.formats, sheet.runs)
        for sheet in read_workbook(data).sheets
    ]


def read_with_openpyxl(data: bytes) -> list[object]:
    book = load_workbook(io.BytesIO(data))
    return [_describe(sheet) for sheet in book.worksheets]


def list_cells(sheet: Worksheet) -> list[Cell]:
    """The cells that there are: asking for rows would make all others."""
    return [cell for _, cell in sorted(sheet._cells.items()) if isinstance(cell, Cell)]


def is_ours(cell: Cell) -> bool:
    return cell.comment is not None and cell.comment.author == AUTHOR


def _describe(sheet: Worksheet) -> tuple[object, ...]:
    cells = list_cells(sheet)
    values = [(cell.coordinate, cell.value, cell.number_format) for cell in cells if cell.value is not None]
    comments = {cell.coordinate: cell.comment.text for cell in cells if cell.comment and not is_ours(cell)}
    rules = [(str(area.sqref), rule.type, rule.formula) for area in sheet.conditional_formatting for rule in area.rules]
    return (
        sheet.title, sheet.sheet_state, values,
        comments, [rule for rule in rules if SIGNATURE not in str(rule)], sorted(map(str, sheet.merged_cells.ranges)),
        [(str(each.sqref), each.formula1) for each in sheet.data_validations.dataValidation],
        sheet.print_title_rows, sheet.print_area, sheet.auto_filter.ref, sheet.freeze_panes, sheet.protection.sheet,
        {name: defined.attr_text for name, defined in sheet.defined_names.items()},
        [(link.ref, link.location) for link in sheet._hyperlinks],
    )  # fmt: skip


def read_with_calamine(data: bytes) -> list[object]:
    """It makes room for every cell up to the last one: a sheet that is used to its far corner is left out."""
    book, sheets = CalamineWorkbook.from_filelike(io.BytesIO(data)), read_workbook(data).sheets
    near = [sheet.name for sheet in sheets if all(row < 1000 for row, _ in sheet.cells)]
    return [(name, book.get_sheet_by_name(name).to_python() if name in near else None) for name in book.sheet_names]


@FEW
@given(draw_workbook())
def test_every_reader_finds_the_same_cells_in_the_copy(drawn: tuple[bytes, list[Issue]]) -> None:
    data, issues = drawn
    copy = mark(data, issues)
    for read in (read_ours, read_with_openpyxl, read_with_calamine):
        before, after = read(data), read(copy)
        assert after[1:] == before


@FEW
@given(draw_workbook())
def test_marks_of_the_next_round_take_the_place_of_the_last_ones(drawn: tuple[bytes, list[Issue]]) -> None:
    data, issues = drawn
    once = mark(data, issues)
    twice = mark(once, issues)
    assert list_marks(twice) == list_marks(once)
    assert read_ours(twice) == read_ours(once)
    cleared = [marks for name, *marks in list_marks(mark(twice, [])) if not is_summary(name)]
    assert not any(each for marks in cleared for each in marks)


def list_marks(data: bytes) -> list[tuple[str, list[Any], list[Any]]]:
    """Our conditions with their colours, and our notes, by sheet."""
    return [_list_marks(sheet) for sheet in load_workbook(io.BytesIO(data)).worksheets]


def _list_marks(sheet: Worksheet) -> tuple[str, list[Any], list[Any]]:
    rules = [(str(area.sqref), rule) for area in sheet.conditional_formatting for rule in area.rules]
    ours = [(area, rule.formula, rule.dxf.fill.bgColor.rgb) for area, rule in rules if SIGNATURE in str(rule.formula)]
    notes = [(cell.coordinate, cell.comment.text) for cell in list_cells(sheet) if is_ours(cell)]
    return sheet.title, ours, notes
