"""The marked copy: the sender's own workbook, with marks that go as it is mended, and nothing else of it touched."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import make_marked_copy
from chalicelib.workbook.form.marks import SUMMARY_SHEET
from chalicelib.workbook.marking.conditions import SIGNATURE, hold_while_wrong
from chalicelib.workbook.marking.copy import mark_workbook
from chalicelib.workbook.marking.notes import AUTHOR
from chalicelib.workbook.reading.book import Book, Cell, CellKind
from chalicelib.workbook.reading.reader import read_workbook
from tests.workbook.packages import pack, unpack

Maker = Callable[..., bytes]
SAVED = Path(__file__).parents[2] / "infra/demo/saved-by-libreoffice"
CASES = Path(__file__).parents[1] / "data" / "cases"
HOSTILE = sorted((Path(__file__).parents[1] / "data" / "hostile").glob("*.xlsx"))


def mark(data: bytes, programme: Programme) -> bytes:
    copy = make_marked_copy(data, check_workbook(data, programme), programme)
    assert copy is not None
    return copy


def save(workbook: Workbook) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def read_cells(data: bytes) -> dict[str, dict[tuple[int, int], Cell]]:
    return {sheet.name: sheet.cells for sheet in read_workbook(data).sheets if sheet.name != SUMMARY_SHEET}


def find_conditions(data: bytes, sheet: str) -> dict[str, str]:
    """The formula of our own conditional format by the cell that it colours."""
    formats = load_workbook(io.BytesIO(data))[sheet].conditional_formatting
    return {
        str(area.sqref): rule.formula[0] for area in formats for rule in area.rules if SIGNATURE in str(rule.formula)
    }


def test_each_wrong_cell_is_coloured_by_a_condition_and_says_what_to_do(
    programme: Programme, make_workbook: Maker
) -> None:
    data = make_workbook(B06="hơn 500", F54=None)
    outcome = check_workbook(data, programme)
    copy = mark(data, programme)
    workbook = load_workbook(io.BytesIO(copy))
    assert {issue.cell for issue in outcome.issues} == set(find_conditions(copy, "Số liệu"))
    for issue in outcome.errors:
        comment = workbook[issue.sheet][issue.cell].comment
        assert comment is not None
        assert issue.remedy in comment.text


def test_the_condition_holds_what_was_typed_and_no_other_value(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook(B06='hơn "500"', F54=None)
    conditions = find_conditions(mark(data, programme), "Số liệu")
    formulas = sorted(conditions.values())
    assert any("EXACT(E" in formula and '"hơn ""500"""' in formula for formula in formulas)
    assert any("ISBLANK(E" in formula for formula in formulas)


def test_a_broken_rule_counts_as_mended_when_any_of_its_cells_changes(
    programme: Programme, make_workbook: Maker
) -> None:
    data = make_workbook(B07=9999)
    broken = next(issue for issue in check_workbook(data, programme).issues if issue.code == "rule.broken")
    assert len(broken.related) > 1
    condition = find_conditions(mark(data, programme), broken.sheet)[broken.cell]
    assert all(f"{cell}=" in condition for cell in broken.related)


VALUES = {
    "text": (Cell(1, 1, CellKind.TEXT, "hơn 500"), "hơn 500", "500"),
    "text of digits": (Cell(1, 1, CellKind.TEXT, "12"), "12", 12),
    "quotes and lines": (Cell(1, 1, CellKind.TEXT, 'a "b"\nc\td'), 'a "b"\nc\td', "a"),
    "a long text": (Cell(1, 1, CellKind.TEXT, "ế" * 300), "ế" * 300, "ế" * 299),
    "an emoji": (Cell(1, 1, CellKind.TEXT, "a😀b"), "a😀b", "b"),
    "a number": (Cell(1, 1, CellKind.NUMBER, "17.5"), 17.5, 17),
    "a fraction": (Cell(1, 1, CellKind.NUMBER, "0.1"), 0.1, 0.2),
    "a truth": (Cell(1, 1, CellKind.BOOL, "TRUE"), True, False),
    "a blank": (None, None, 0),
}


@pytest.mark.office
def test_conditions_hold_while_the_value_stands_and_no_longer(tmp_path: Path) -> None:
    """LibreOffice calculates each condition beside the wrong value and beside a mended one."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row, (cell, wrong, mended) in enumerate(VALUES.values(), start=1):
        for column, value in ((1, wrong), (3, mended)):
            sheet.cell(row, column, value)
            if isinstance(value, str):
                sheet.cell(row, column).data_type = "s"
            reference = f"{'AC'[column // 3]}{row}"
            sheet.cell(row, column + 1, f"={hold_while_wrong([(reference, cell)])}")
    path = tmp_path / "conditions.xlsx"
    path.write_bytes(save(workbook))
    command = ["soffice", "--headless", "--convert-to", "csv", "--outdir", tmp_path, path]
    subprocess.run([*command, f"-env:UserInstallation=file://{tmp_path}/profile"], check=True, capture_output=True)
    answers = re.findall(r"TRUE|FALSE", (tmp_path / "conditions.csv").read_text("utf-8"))
    pairs = [pair for name, pair in zip(VALUES, chunk(answers, VALUES), strict=True) if name]
    assert pairs == [("TRUE", "FALSE")] * len(VALUES)


def chunk(answers: list[str], values: dict[str, tuple[Cell | None, object, object]]) -> Iterator[tuple[str, str]]:
    """Two answers a row; the values themselves are words of truth in one of them."""
    rest = iter(answers)
    for _, wrong, _ in values.values():
        if isinstance(wrong, bool):
            _, first, _, second = (next(rest) for _ in range(4))
        else:
            first, second = next(rest), next(rest)
        yield first, second


def test_every_part_that_is_not_marked_keeps_its_bytes(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook(B06="hơn 500")
    before, after = unpack(data), unpack(mark(data, programme))
    changed = {name for name in before if before[name] != after[name]}
    marked = {"xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels"}
    assert changed <= marked | {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"}


def test_a_marked_sheet_has_additions_only(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook(B06="hơn 500")
    before, after = (unpack(each)["xl/worksheets/sheet1.xml"] for each in (data, mark(data, programme)))
    rest = re.sub(rb"<conditionalFormatting xmlns.*?</conditionalFormatting>|<legacyDrawing [^>]*/>", b"", after)
    marks = after.count(b"<cfRule ") - before.count(b"<cfRule ")
    rest = re.sub(rb'(?<=priority=")\d+', lambda found: str(int(found[0]) - marks).encode(), rest)
    assert marks > 0
    assert rest.replace(b'tabSelected="0"', b'tabSelected="1"') == before


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_whatever_the_gate_passes_has_the_same_cells_in_its_copy(path: Path) -> None:
    data = path.read_bytes()
    try:
        source = read_workbook(data)
    except Exception:  # the gate refused it
        return
    copy = mark_workbook(data, source, list(invent_issues(source)))
    if copy is not None:
        assert read_cells(copy) == {sheet.name: sheet.cells for sheet in source.sheets}


def invent_issues(source: Book) -> Iterator[Issue]:
    for sheet in source.sheets:
        for cell in list(sheet.cells.values())[:40]:
            yield make_issue("cell.not_a_number", sheet=sheet.name, cell=cell.reference, found=cell.text)


OPENED = ("apostrophe.xlsx", "image-chart-cf.xlsx", "merged-xa.xlsx", "own-comment.xlsx")


@pytest.mark.office
def test_libreoffice_opens_a_copy_with_the_cells_of_its_original(tmp_path: Path) -> None:
    """Both are saved anew, so that only what LibreOffice itself does to cells is in both."""
    sources = {name: (CASES / name).read_bytes() for name in OPENED}
    for name, data in sources.items():
        source = read_workbook(data)
        copy = mark_workbook(data, source, list(invent_issues(source)))
        assert copy is not None
        (tmp_path / f"original-{name}").write_bytes(data)
        (tmp_path / f"copy-{name}").write_bytes(copy)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", tmp_path / "out", *tmp_path.glob("*.xlsx")], check=True, capture_output=True)
    for name in sources:
        original, copy = ((tmp_path / "out" / f"{kind}-{name}").read_bytes() for kind in ("original", "copy"))
        assert list_values(copy) == list_values(original), name
        assert SUMMARY_SHEET in [sheet.name for sheet in read_workbook(copy).sheets]


def list_values(data: bytes) -> dict[str, dict[tuple[int, int], tuple[str, str]]]:

    sheets = read_cells(data).items()
    return {name: {place: (cell.kind, cell.text) for place, cell in cells.items()} for name, cells in sheets}


def test_a_note_of_the_senders_stays_and_gets_no_second_one(programme: Programme, make_workbook: Maker) -> None:
    workbook = load_workbook(io.BytesIO(make_workbook(B06="hơn 500")))
    data = save(workbook)
    cell = check_workbook(data, programme).errors[0].cell
    workbook["Số liệu"][cell].comment = Comment("Theo báo cáo số 12/BC", "Chị Lan")
    workbook["Số liệu"]["A1"].comment = Comment("Một ghi chú khác", "Chị Lan")
    copy = load_workbook(io.BytesIO(mark(save(workbook), programme)))["Số liệu"]
    assert copy[cell].comment.text == "Theo báo cáo số 12/BC"
    assert copy["A1"].comment.text == "Một ghi chú khác"


@pytest.mark.parametrize(
    "part",
    ["xl/worksheets/_rels/sheet1.xml.rels", "xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml"],
)
@pytest.mark.parametrize("change", [lambda part: part[:-20], lambda part: part.replace(b'"', b"", 1), lambda _: b""])
def test_a_broken_part_that_reading_does_not_need_costs_no_more_than_the_notes(
    part: str, change: Callable[[bytes], bytes], programme: Programme
) -> None:
    parts = unpack((CASES / "own-comment.xlsx").read_bytes())
    copy = mark(pack(parts | {part: change(parts[part])}), programme)
    assert SIGNATURE.encode() in unpack(copy)["xl/worksheets/sheet1.xml"]


def test_a_summary_lists_every_issue_with_a_link_to_its_cell_errors_first(
    programme: Programme, make_workbook: Maker
) -> None:
    data = make_workbook(B06="hơn 500", B05="44 lần/704 lượt")
    outcome = check_workbook(data, programme)
    summary = load_workbook(io.BytesIO(mark(data, programme)))[SUMMARY_SHEET]
    links = [row[3].hyperlink.location for row in summary.iter_rows(min_row=5)]
    assert links == [f"'{issue.sheet}'!{issue.cell}" for issue in outcome.issues]


def test_the_copy_corrected_and_sent_again_is_accepted(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook(B06="hơn 500")
    issue = check_workbook(data, programme).errors[0]
    workbook = load_workbook(io.BytesIO(mark(data, programme)))
    workbook[issue.sheet][issue.cell].value = 5000
    assert check_workbook(save(workbook), programme).status == "accepted"


def test_marks_of_an_earlier_round_go_with_the_next_one(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook(B06="hơn 500", F54="x")
    first = check_workbook(data, programme).errors
    workbook = load_workbook(io.BytesIO(mark(data, programme)))
    fixed = next(issue for issue in first if issue.indicator == "B06")
    workbook[fixed.sheet][fixed.cell].value = 5000
    copy = mark(save(workbook), programme)
    again = load_workbook(io.BytesIO(copy))
    assert again[fixed.sheet][fixed.cell].comment is None
    assert fixed.cell not in find_conditions(copy, fixed.sheet)
    assert again.sheetnames.count(SUMMARY_SHEET) == 1


def test_a_cell_coloured_by_an_earlier_version_gets_the_forms_fill_back(
    programme: Programme, make_workbook: Maker
) -> None:
    from openpyxl.styles import PatternFill

    data = make_workbook(B06=5000, F54="x")
    workbook = load_workbook(io.BytesIO(data))
    sheet = workbook["Số liệu"]
    cell = next(row[4] for row in sheet.iter_rows() if row[0].value == "B06")
    cell.fill, cell.comment = PatternFill("solid", fgColor="FFC7CE"), Comment("là số ước chừng", AUTHOR)
    copy = load_workbook(io.BytesIO(mark(save(workbook), programme)))["Số liệu"][cell.coordinate]
    assert (copy.fill.fgColor.rgb, copy.comment) == ("FFFFF9E5", None)


def test_only_one_sheet_is_selected_when_the_copy_opens(programme: Programme, make_workbook: Maker) -> None:
    workbook = load_workbook(io.BytesIO(mark(make_workbook(B06="hơn 500"), programme)))
    assert [sheet.title for sheet in workbook.worksheets if sheet.sheet_view.tabSelected] == [SUMMARY_SHEET]
    assert workbook.active.title == SUMMARY_SHEET


def test_new_parts_are_named_and_addressed_as_excel_does(programme: Programme, make_workbook: Maker) -> None:
    """exceljs knows parts by such names and relative addresses, and refused every copy with a note."""
    data = make_workbook(B06="hơn 500")
    before, after = unpack(data), unpack(mark(data, programme))
    added = [re.sub(r"\d+", "1", name) for name in after if name not in before]
    assert sorted(added) == [
        "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "xl/worksheets/_rels/sheet1.xml.rels",
        "xl/worksheets/sheet1.xml",
    ]  # fmt: skip
    relations = after["xl/worksheets/_rels/sheet1.xml.rels"].decode()
    assert sorted(re.findall('Target="([^"]*)"', relations)) == ["../comments1.xml", "../drawings/vmlDrawing1.vml"]


@pytest.mark.parametrize("name", ["Số liệu 6/2022", "a*b?[c]:", "'Số liệu", "x" * 32])
def test_a_workbook_with_a_name_that_excel_does_not_allow_comes_back_as_a_fresh_form(
    name: str, programme: Programme, make_workbook: Maker
) -> None:
    """LibreOffice drops such a sheet where it is not the first, and the summary is."""
    parts = unpack(make_workbook(B06="hơn 500"))
    listed = parts["xl/workbook.xml"].replace('name="Số liệu"'.encode(), f'name="{name}"'.encode())
    copy = mark(pack(parts | {"xl/workbook.xml": listed}), programme)
    workbook = load_workbook(io.BytesIO(copy))
    assert workbook.sheetnames[:2] == [SUMMARY_SHEET, "Số liệu"]
    assert "hơn 500" in [cell.value for row in workbook["Số liệu"].iter_rows() for cell in row]


def test_names_of_one_sheet_still_belong_to_it(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook(B06="hơn 500")
    before, after = (load_workbook(io.BytesIO(each)) for each in (data, mark(data, programme)))
    assert before["Số liệu"].print_title_rows == after["Số liệu"].print_title_rows


def test_text_that_looks_like_a_formula_stays_text(programme: Programme, make_workbook: Maker) -> None:
    workbook = load_workbook(io.BytesIO(mark(make_workbook(B06="=cmd|'/c calc'!A1", F54="x"), programme)))
    assert all(cell.data_type != "f" for row in workbook[SUMMARY_SHEET].iter_rows() for cell in row)


@pytest.mark.parametrize("name", ["bao-cao-6-thang-184.ods", "bao-cao-6-thang-186.xls"])
def test_old_and_open_formats_come_back_as_a_template_with_what_was_typed(name: str) -> None:
    from infra.demo.programme import load_demo_programme

    demo = load_demo_programme(datetime(2026, 5, 15, tzinfo=UTC))
    data = (SAVED / name).read_bytes()
    source = read_workbook(data)
    sheet = next(each for each in source.sheets if each.name == "Số liệu")
    cell = next(each for each in sheet.cells.values() if each.column == 5 and each.kind is CellKind.NUMBER)
    outcome = check_workbook(data, demo)
    assert outcome.values
    issue = make_issue("cell.not_whole", sheet=sheet.name, cell=cell.reference, found=cell.text)
    copy = make_marked_copy(data, outcome.model_copy(update={"issues": (issue,)}), demo)
    assert copy is not None
    again = check_workbook(copy, demo)
    assert {code: figure.value for code, figure in again.values.items()} == {
        code: figure.value for code, figure in outcome.values.items()
    }
    assert {code: len(rows) for code, rows in again.tables.items()} == {
        code: len(rows) for code, rows in outcome.tables.items()
    }


def test_a_right_workbook_and_what_is_no_workbook_have_no_marked_copy(
    programme: Programme, make_workbook: Maker
) -> None:
    for data in (make_workbook(), b"%PDF-1.7"):
        assert make_marked_copy(data, check_workbook(data, programme), programme) is None
