"""The sổ chương trình: what is written is read back, and every mistake is told at its cell."""

from __future__ import annotations

import io
import random
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook
from pydantic import BaseModel

from chalicelib import folders
from chalicelib.domain.issues.issue import Issue
from chalicelib.domain.issues.laws import Act
from chalicelib.domain.programme import model
from chalicelib.domain.programme.kinds import KINDS
from chalicelib.domain.programme.loading import load_programme, read_parts
from chalicelib.domain.programme.making import COLUMNS
from chalicelib.domain.programme.recurrence import Recurrence
from chalicelib.domain.programme.writing import write_files
from chalicelib.workbook.programme.check import CheckedBook, check_programme_book
from chalicelib.workbook.programme.read import GUIDE
from chalicelib.workbook.programme.sheets import MAIN, SHEETS
from chalicelib.workbook.programme.write import write_new_book, write_programme_book
from chalicelib.workbook.reading.book import Book, Cell, CellKind, Sheet, reference
from chalicelib.workbook.reading.bounds import LAST_ROW
from chalicelib.workbook.reading.reader import read_workbook
from tests import asked
from tests.domain.test_loading import FILES, OUTLINE
from tests.invented.schools import write_schools
from tests.other_field import FOLDER

SMALL = FILES | {"de-cuong.toml": OUTLINE}
PROGRAMMES = [
    path.parent for root in (folders.SHIPPED, FOLDER.parent) for path in sorted(root.glob("*/programme.toml"))
]
SOURCES = {folder.name: folders.read_folder(folder) for folder in PROGRAMMES} | {"small": SMALL}


def check(data: bytes) -> CheckedBook:
    return check_programme_book(read_workbook(data))


def write(files: dict[str, str]) -> bytes:
    return write_programme_book(read_parts(files).raw)


def change(edit: Callable[[Workbook], object], data: bytes | None = None) -> CheckedBook:
    """The small programme's sổ, with something done to it as in Excel."""
    workbook = openpyxl.load_workbook(io.BytesIO(data or write(SMALL)))
    edit(workbook)
    out = io.BytesIO()
    workbook.save(out)
    return check(out.getvalue())


def tell(issues: tuple[Issue, ...]) -> list[tuple[str, str, str]]:
    return [(issue.sheet, issue.cell, issue.sentence) for issue in issues]


@pytest.mark.parametrize("folder", PROGRAMMES, ids=lambda folder: folder.name)
def test_what_is_exported_is_the_same_programme_when_it_is_imported(folder: folders.Path) -> None:
    files = folders.read_folder(folder)
    found = check(write(files))
    assert not found.issues
    assert found.programme == load_programme(files)
    assert load_programme(write_files(found.raw)) == load_programme(files)


def test_a_form_that_asks_more_than_counts_is_the_same_when_it_is_imported() -> None:
    found = check(write(asked.FILES))
    assert not found.issues
    assert found.programme == load_programme(asked.FILES)
    assert load_programme(write_files(found.raw)) == load_programme(asked.FILES)


def test_a_sections_own_data_window_comes_through_and_is_told_at_its_cell() -> None:
    form = FILES["bao-cao.toml"].replace("[[sections]]\n", '[[sections]]\nwindow = "12 tháng"\n', 1)
    files = SMALL | {"bao-cao.toml": form}
    found = check(write(files))
    assert not found.issues
    assert found.programme == load_programme(files) != load_programme(SMALL)
    assert load_programme(write_files(found.raw)) == found.programme

    def edit(workbook: Workbook) -> None:
        sheet = workbook["Dòng của biểu"]
        (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "12 tháng"]
        assert sheet.cell(1, cell.column).value == "Số liệu tính từ"
        cell.value = "một năm"
        places.append(cell.coordinate)

    places: list[str] = []
    (issue,) = change(edit, write(files)).issues
    assert (issue.sheet, [issue.cell]) == ("Dòng của biểu", places)
    assert issue.sentence.startswith("Không đọc được “một năm”; ghi “đầu năm”, số tháng như “12 tháng”")


@pytest.mark.parametrize("code", ["programme", "Programme", "de-cuong", "de-cuong-nam"])
def test_no_form_is_called_like_another_file_of_the_folder(code: str) -> None:
    raw = read_parts(asked.FILES).raw
    (form,), duties = raw["forms"], [duty | {"form": code} for duty in raw["duties"]]
    (issue,) = check(write_programme_book(raw | {"forms": [form | {"code": code}], "duties": duties})).issues
    assert f"Mã “{code}” trùng với tên một tệp khác của chương trình" in issue.message


def test_a_text_that_is_given_and_empty_a_switched_off_part_and_a_time_of_day_come_through() -> None:
    outline = 'nothing = "Không phát sinh."\n\n' + OUTLINE + 'nothing = ""\n'
    form = FILES["bao-cao.toml"].replace("[[tables]]\n", "[[tables]]\nperiods = []\n")
    main = FILES["programme.toml"].replace("due = 2022-11-15", "due = 2022-11-14T16:30:00\ngrace_hours = 8")
    files = FILES | {"de-cuong-nam.toml": outline, "bao-cao.toml": form, "programme.toml": main}
    assert check(write(files)).programme == load_programme(files)


def test_the_regime_and_the_organisation_codes_come_through() -> None:
    main = FILES["programme.toml"] + '\n[regime]\nname = "Báo cáo năm {year}"\nguidance = "Dòng 1\\nDòng 2"\n'
    head, first, *rest = FILES["units.csv"].splitlines()
    units = "\n".join([f"{head},organisation_code", f"{first},H37.12", *(f"{row}," for row in rest)])
    files = FILES | {"programme.toml": main, "units.csv": units}
    made = load_programme(files)
    assert (made.regime.name, made.units[0].organisation_code) == ("Báo cáo năm 2022", "H37.12")
    assert check(write(files)).programme == made


def test_the_word_for_all_units_comes_through_and_a_programme_without_one_is_written_as_before() -> None:
    files = FILES | {"programme.toml": 'whole = "ngành"\n' + FILES["programme.toml"]}
    assert check(write(files)).programme == load_programme(files)
    assert (load_programme(files).breadth, load_programme(FILES).breadth) == ("ngành", "tỉnh")
    assert "whole" not in load_programme(FILES).model_dump()


def test_a_programme_without_duties_forms_or_an_outline_keeps_none() -> None:
    bare = FILES["programme.toml"].partition("[[duties]]")[0]
    files = {name: text for name, text in FILES.items() if name != "bao-cao.toml"} | {"programme.toml": bare}
    assert check(write(files)).programme == load_programme(files)


_RECORDS: dict[str, tuple[type[BaseModel], set[str]]] = {
    "units": (model.Unit, set()),
    "indicators": (model.Indicator, set()),
    "periods": (model.Period, {"grace"}),
    "recurring": (Recurrence, {"grace_hours"}),
    "duties": (model.Duty, set()),
    "forms": (model.Form, {"sections", "tables", "narratives", "rules", "changes"}),
    "changes": (model.FormChange, set()),
    "sections": (model.Section, {"indicators"}),
    "tables": (model.Table, {"columns"}),
    "columns": (model.Column, set()),
    "narratives": (model.Narrative, set()),
    "rules": (model.Rule, set()),
    "targets": (model.Target, {"conditions"}),
    "conditions": (model.Condition, set()),
    "outlines": (model.Outline, {"headings"}),
    "headings": (model.Heading, set()),
    "laws": (Act, set()),
    "branches": (model.Branch, set()),
}
"""The record of each level, and its fields that are levels of their own or are written otherwise."""


def test_every_field_of_a_programme_has_its_column() -> None:
    levels = {level.part: level for sheet in reversed(SHEETS) for level in reversed(sheet.levels)}
    levels["indicators"] = next(sheet.levels[0] for sheet in SHEETS if sheet.name == "Chỉ tiêu")
    for part, (record, others) in _RECORDS.items():
        assert {column.field for column in levels[part].columns} - {"grace_hours"} == set(record.model_fields) - others
    assert tuple(column.field for column in levels["successions"].columns) == COLUMNS["successions"]
    main = {column.field.partition(".")[0] for column in MAIN}
    pairs = set(chain.from_iterable(sheet.pairs for sheet in SHEETS))
    assert main | pairs | set(_RECORDS) | {"successions", "version", "branch"} >= set(model.Programme.model_fields)
    for name, record in (("office", model.Office), ("regime", model.Regime)):
        own = {column.field.partition(".")[2] for column in MAIN if column.field.startswith(f"{name}.")}
        assert own == set(record.model_fields)


def test_the_lists_in_the_cells_offer_what_is_meant() -> None:
    """Excel parts a list at its commas and takes no more than 255 characters."""
    for sheet in SHEETS:
        for column in sheet.all_columns:
            assert not any("," in choice for choice in column.kind.choices), column.heading
            assert len(",".join(column.kind.choices)) <= 255, column.heading


# Mistakes


_DAMAGES: list[tuple[CellKind, str]] = [
    (CellKind.TEXT, ""), (CellKind.TEXT, "@@@"), (CellKind.TEXT, "a\nb"), (CellKind.TEXT, "x" * 32_767),
    (CellKind.TEXT, "Sè liÖu tÝnh ®Õn ngµy"), (CellKind.TEXT, "{year"), (CellKind.TEXT, "1/1/2026 25:70"),
    (CellKind.NUMBER, "-3"), (CellKind.NUMBER, "99999999"), (CellKind.NUMBER, "1e400"), (CellKind.BOOL, "TRUE"),
    (CellKind.DATE, "2026-05-14"), (CellKind.DATE, "9999-12-31T23:59:59"), (CellKind.DATE, "08:30:00"),
    (CellKind.ERROR, "#REF!"), (CellKind.UNCALCULATED, ""),
]  # fmt: skip
"""What a cell may come to hold; a text of nothing is a cell without anything."""
_CHECKS_IN_CI = 2_500
"""About so many cells in all sổ together: fewer in large ones, since each is checked whole."""
_CELLS_PER_COLUMN = 25
"""Of a large sổ under soak, where all cells of a column are read alike: half an hour for all sổ together."""


def _list_damages(source: Book, *, is_soak: bool) -> Iterator[tuple[Sheet, Cell, Cell]]:
    """The sheet, the cell and what it is damaged to, the same each time. Under soak every cell of a small sổ in every
    way, and some of each column of a large one in one way; without soak a few."""
    chosen = random.Random(0)  # noqa: S311 - a choice of cells, no secret
    cells = [(sheet, cell) for sheet in source.sheets if sheet.name != GUIDE for cell in sheet.cells.values()]
    is_small = len(cells) < _CHECKS_IN_CI
    if not is_soak:
        cells = chosen.sample(cells, min(len(cells), _CHECKS_IN_CI * 20 // len(cells)))
    elif not is_small:
        cells = _take_of_each_column(cells, chosen)
    for sheet, cell in cells:
        below = sheet.get(cell.row + 1, cell.column)
        options = [*_DAMAGES, (below.kind, below.text)] if below else _DAMAGES
        for kind, text in options if is_soak and is_small else [chosen.choice(options)]:
            yield sheet, cell, cell._replace(kind=kind, text=text)


def _take_of_each_column(cells: list[tuple[Sheet, Cell]], chosen: random.Random) -> list[tuple[Sheet, Cell]]:
    columns: dict[tuple[str, int], list[tuple[Sheet, Cell]]] = {}
    for sheet, cell in cells:
        columns.setdefault((sheet.name, cell.column), []).append((sheet, cell))
    return [each for own in columns.values() for each in chosen.sample(own, min(len(own), _CELLS_PER_COLUMN))]


def _is_told(issue: Issue, sheet: Sheet, cell: Cell, damaged: Cell) -> bool:
    """In the cell's row, or where something still says what the cell said: a code is told wherever it is meant. What
    stands twice by the damage may be told at the other one, and what does not fit to a record where it is named."""
    if issue.sheet == sheet.name and issue.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == str(cell.row):
        return True
    record = sheet.cells.get((cell.row, 1))
    if record and f"“{record.text}”" in issue.message:
        return True
    if any(f"“{damaged.text}” {again}" in issue.message for again in ("lặp lại", "đã có ở trên", "đã có ở bên trái")):
        return True
    return any(word in issue.message for word in cell.text.split("\n"))


@pytest.mark.parametrize("name", SOURCES)
def test_damage_of_any_one_cell_is_told_where_it_is_or_leaves_a_programme(
    name: str, is_soak: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    source = read_workbook(write(SOURCES[name]))
    tried = at_the_cell = 0
    for sheet, cell, damaged in _list_damages(source, is_soak=is_soak):
        place = (cell.row, cell.column)
        sheet.cells[place] = damaged
        if damaged.text == "" and damaged.kind is CellKind.TEXT:
            del sheet.cells[place]
        found = check_programme_book(source)
        sheet.cells[place] = cell
        told = (*found.issues, *found.remarks)
        places = {(issue.sheet, issue.cell) for issue in told}
        assert found.programme or any(_is_told(issue, sheet, cell, damaged) for issue in told), (damaged, tell(told))
        tried += 1
        at_the_cell += found.programme is not None or (sheet.name, cell.reference) in places
    if is_soak:
        with capsys.disabled():
            print(f"\n{name}: {tried} damaged cells, {at_the_cell} told at the cell itself or harmless")
    assert tried >= 8
    assert tried - at_the_cell <= max(1, tried / 10)


def test_a_sheet_that_is_gone_renamed_or_strange_is_told_with_what_it_may_be() -> None:
    def rename(workbook: Workbook) -> None:
        workbook["Chỉ tiêu"].title = "Chi tiêu số"

    found = change(rename).issues
    assert ("", "", "Sổ thiếu trang tính “Chỉ tiêu”.") in tell(found)
    name = "Chi tiêu số"
    assert (name, "", f"Sổ không có trang tính nào mang tên “{name}”; có phải là “Chỉ tiêu”.") in tell(found)


def test_a_sheet_is_read_by_its_earlier_name_too() -> None:
    def rename(workbook: Workbook) -> None:
        workbook["Báo cáo phải nộp"].title = "Nghĩa vụ"
        workbook["Nghĩa vụ"]["D2"] = "Không"

    def leave_both(workbook: Workbook) -> None:
        workbook.create_sheet("Nghĩa vụ")["A1"] = "Loại đơn vị"

    renamed = change(rename)
    assert (tell(renamed.issues), renamed.programme and renamed.programme.duties[0].enabled) == ([], False)
    told = ("Nghĩa vụ", "", "Sổ không có trang tính nào mang tên “Nghĩa vụ”.")
    assert told in tell(change(leave_both).issues)


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "told"),
    [
        ("Kỳ", "B1", "Tên các kỳ",
         ("Kỳ", "B1", "Trang tính này không có cột nào mang tên “Tên các kỳ”; có phải là “Tên kỳ”.")),
        ("Kỳ", "B1", "Mã", ("Kỳ", "B1", "Cột “Mã” đã có ở bên trái.")),
        ("Kỳ", "B1", None, ("Kỳ", "B1", "Cột này có dữ liệu mà không có tiêu đề.")),
        ("Kỳ", "F2", "giữa tháng 5",
         ("Kỳ", "F2", "Không đọc được “giữa tháng 5”; ô này ghi ngày, ví dụ 15/05/2026, có thể kèm giờ.")),
        ("Chỉ tiêu", "E2", "lũy kế",
         ("Chỉ tiêu", "E2", f"Không đọc được “lũy kế”; ô này ghi một trong: "
          f"{'; '.join(kind.name for kind in KINDS.values())}.")),
        ("Kỳ", "G2", "01/01/2022", ("Kỳ", "G2", "Phải theo thứ tự mở, hạn, khóa.")),
        ("Chỉ tiêu", "E2", "hiện có",
         ("Chỉ tiêu", "E2", f"Không đọc được “hiện có”; ô này ghi một trong: "
          f"{'; '.join(kind.name for kind in KINDS.values())}; có phải là “hiện có cuối kỳ”.")),
        ("Đơn vị", "A3", date(2026, 5, 6),
         ("Đơn vị", "A3", "Ô là ngày 2026-05-06, trong khi cột này ghi mã hoặc chữ ngắn.")),
        ("Chỉ tiêu", "C3", "Sè liÖu tÝnh ®Õn ngµy",
         ("Chỉ tiêu", "C3", "Chữ gõ bằng phông cũ (TCVN3 hoặc VNI): “Sè liÖu tÝnh ®Õn ngµy”, "
          "có phải là “Số liệu tính đến ngày”.")),
        ("Chỉ tiêu", "C3", "Soá lieäu tính ñeán ngaøy",
         ("Chỉ tiêu", "C3", "Chữ gõ bằng phông cũ (TCVN3 hoặc VNI): “Soá lieäu tính ñeán ngaøy”, "
          "có phải là “Số liệu tính đến ngày”.")),
        ("Loại đơn vị", "A3", "=1/0", ("Loại đơn vị", "A3", "Ô là công thức chưa có kết quả.")),
        ("Báo cáo phải nộp", "D2", "đã duyệt",
         ("Báo cáo phải nộp", "D2", "Không đọc được “đã duyệt”; ô này ghi Có hoặc Không.")),
        ("Chương trình", "B3", "=1/0", ("Chương trình", "B3", "Ô là công thức chưa có kết quả.")),
        ("Chương trình", "A3", "Năm nay",
         ("Chương trình", "A3", "Trang tính này không có dòng nào mang tên “Năm nay”; có phải là “Năm”.")),
        ("Chương trình", "A3", "Mã chương trình", ("Chương trình", "A3", "Dòng “Mã chương trình” đã có ở trên.")),
        ("Đơn vị", "A3", 6040,
         ("Đơn vị", "A3", "Mã đơn vị “6040” có 4 chữ số: Excel có thể đã bỏ số 0 ở đầu (06040).")),
        ("Đơn vị", "D3", "distrct", ("Đơn vị", "D3", "Không có loại đơn vị “distrct”; có phải là “district”.")),
        ("Chỉ tiêu", "H6", "B05 và B07", ("Chỉ tiêu", "H6", "Không đọc được biểu thức tại “và B07”.")),
        ("Dòng của biểu", "B2", None, ("Dòng của biểu", "B2", "Thiếu “Mục” cho “B05” ở dòng này.")),
        ("Dòng của biểu", "A2", "bieu-khac", ("Dòng của biểu", "A2", "Không có biểu mẫu “bieu-khac”.")),
        ("Quy tắc", "C3", "B07 <= B99", ("Quy tắc", "C3", "Không có mã chỉ tiêu “B99”.")),
        ("Câu báo cáo", "J2", "Có [D99] mô hình.", ("Câu báo cáo", "J2", "Không có chỉ tiêu mang mã D99.")),
        ("Loại đơn vị", "B3", None, ("Loại đơn vị", "B3", "Không được để trống.")),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_cell(sheet: str, cell: str, value: object, told: tuple[str, str, str]) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[sheet][cell] = value

    found = change(edit)
    assert told in tell(found.issues)
    assert found.programme is None


@pytest.mark.parametrize("name", ["Quy tắc", "Báo cáo phải nộp", "Mục tiêu"])
def test_a_list_that_was_sorted_with_its_headings_loses_no_row_unsaid(name: str) -> None:
    def sort(workbook: Workbook) -> None:
        sheet = workbook[name]
        for column in range(1, sheet.max_column + 1):
            first, second = sheet.cell(1, column), sheet.cell(2, column)
            first.value, second.value = second.value, first.value

    def put_title(workbook: Workbook) -> None:
        workbook[name].insert_rows(1)
        workbook[name]["A1"] = "Danh sách năm 2022"

    found = change(sort)
    assert (name, "A1", "Dòng này đứng trên dòng tiêu đề cột nên không được đọc.") in tell(found.issues)
    assert found.programme is None
    assert change(put_title).programme == load_programme(SMALL)


def test_codes_of_units_of_before_a_reform_that_excel_cut_are_told() -> None:
    def edit(workbook: Workbook) -> None:
        workbook["Sắp xếp đơn vị"]["A2"] = 5971
        workbook["Sắp xếp đơn vị"]["D2"] = 6187

    told = "Mã đơn vị “{}” có 4 chữ số: Excel có thể đã bỏ số 0 ở đầu (0{})."
    assert tell(change(edit).issues) == [
        ("Sắp xếp đơn vị", cell, told.format(code, code)) for cell, code in (("A2", "5971"), ("D2", "6187"))
    ]


def test_a_mistake_of_two_parts_shows_what_stands_in_its_cell() -> None:
    def edit(workbook: Workbook) -> None:
        workbook["Quy tắc"]["C3"] = "B07 <= B99"

    assert [issue.found for issue in change(edit).issues] == ["B07 <= B99"]


def test_a_sheet_or_a_column_that_is_gone_is_told_once() -> None:
    """Not once more for each value that is missing with it."""

    def edit(workbook: Workbook) -> None:
        del workbook["Kỳ"]
        for cell in workbook["Đơn vị"][1]:
            cell.value = f"Cột {cell.column}"
        workbook["Chỉ tiêu"]["E1"] = "Loại số liệu"

    columns = next(sheet.all_columns for sheet in SHEETS if sheet.name == "Chỉ tiêu")
    assert tell(change(edit).issues) == [
        ("Đơn vị", "", "Không thấy dòng tiêu đề cột."),
        ("", "", "Sổ thiếu trang tính “Kỳ”."),
        ("Chỉ tiêu", "E1", "Trang tính này không có cột nào mang tên “Loại số liệu”."),
        ("Chỉ tiêu", reference(1, len(columns) + 1), "Thiếu cột “Kiểu”."),
    ]


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "told"),
    [
        ("Chỉ tiêu", "A2", "Z01", ("Chỉ tiêu", "A2", "Không biểu mẫu nào hỏi chỉ tiêu “Z01”.")),
        ("Đơn vị", "C3", None, ("Đơn vị", "C3", "“{C2}” trùng tên với đơn vị mang mã {A2}.")),
        ("Loại đơn vị", "A2", "xa", ("Loại đơn vị", "B2", "Không có đơn vị nào thuộc loại “Huyện, thành phố” (xa).")),
        ("Kỳ", "A2", "quy-9", ("Kỳ", "A2", "Không loại đơn vị nào phải gửi báo cáo ở kỳ “Năm 2022” (quy-9).")),
        ("Biểu mẫu", "A2", "khac", ("Biểu mẫu", "A2", "Không loại đơn vị nào phải gửi biểu mẫu “Báo cáo” (khac).")),
    ],
)  # fmt: skip
def test_what_may_be_a_slip_is_told_and_keeps_nothing_out(
    sheet: str, cell: str, value: object, told: tuple[str, str, str]
) -> None:
    """A code that is misspelt is so told at its own cell too, not only where it is meant."""
    words: dict[str, str] = {}

    def edit(workbook: Workbook) -> None:
        page = workbook[sheet]
        words.update({each.coordinate: str(each.value) for each in page[2]})
        page[cell] = page["C2"].value if value is None else value

    found = change(edit)
    assert (*told[:2], told[2].format(**words)) in tell(found.remarks)
    assert not any(issue.code == "programme.remark" for issue in found.issues)


def test_a_type_of_units_may_be_named_by_its_name() -> None:
    def edit(workbook: Workbook) -> None:
        names = {row[0].value: row[1].value for row in workbook["Loại đơn vị"].iter_rows(min_row=2)}
        for sheet, column in (("Đơn vị", "D"), ("Báo cáo phải nộp", "A"), ("Mục tiêu", "D")):
            for cell in workbook[sheet][column][1:]:
                cell.value = names.get(cell.value, cell.value)
        for cell in (*workbook["Chỉ tiêu"]["F"][1:], *workbook["Bảng kê"]["E"][1:]):
            cell.value = "; ".join(names.get(each, each) for each in str(cell.value or "").split(", "))

    assert change(edit).programme == load_programme(SMALL)


@pytest.mark.parametrize("every", ["hằng tháng", "Hàng tháng", "tháng", "month"])
def test_a_rule_of_periods_may_say_how_often_as_people_do(every: str) -> None:
    (sheet,) = [each for each in SHEETS if each.name == "Kỳ lặp lại"]
    (column,) = [each for each in sheet.all_columns if each.heading == "Lặp lại"]
    assert column.kind.read(every) == "month"


def test_where_all_units_are_of_one_type_nobody_needs_to_say_who_reports() -> None:
    def edit(workbook: Workbook) -> None:
        for cell in workbook["Chỉ tiêu"]["F"][1:]:
            cell.value = None

    found = change(edit, write_schools())
    assert found.programme == check(write_schools()).programme
    assert {each.cell[0] for each in change(edit).issues} == {"F"}


def test_a_code_of_digits_that_lacks_one_is_told() -> None:
    def edit(workbook: Workbook) -> None:
        workbook["Đơn vị"]["A3"] = 18

    what = "Mã “18” thiếu một chữ số: Excel có thể đã bỏ số 0 ở đầu (018)."
    assert ("Đơn vị", "A3", what) in tell(change(edit).remarks)


def test_a_book_that_counts_its_days_from_1904_is_the_same_programme() -> None:
    def edit(workbook: Workbook) -> None:
        workbook.epoch = CALENDAR_MAC_1904

    assert change(edit).programme == load_programme(SMALL)


def test_a_million_formatted_rows_cost_nothing_or_are_refused() -> None:
    rows = b"".join(b'<row r="%d" s="3" customFormat="1"/>' % row for row in range(500, LAST_ROW, 2))
    out, written = io.BytesIO(), zipfile.ZipFile(io.BytesIO(write(SMALL)))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in written.namelist():
            data = written.read(name)
            is_sheet = name == "xl/worksheets/sheet3.xml"
            archive.writestr(name, data.replace(b"</sheetData>", rows + b"</sheetData>") if is_sheet else data)
    assert check(out.getvalue()).programme == load_programme(SMALL)


@pytest.mark.parametrize(
    ("sheet", "cell", "value"),
    [
        ("Chỉ tiêu", "E2", "Cộng dồn trong kỳ"), ("Chỉ tiêu", "E2", "flow"), ("Mục tiêu", "C2", "từng  đơn vị"),
        ("Kỳ", "F2", "15/11/2022"), ("Kỳ", "A2", " nam "), ("Báo cáo phải nộp", "D2", "có"),
        ("Chương trình", "B3", "2022"), ("Mục tiêu", "E2", "nam\n"), ("Kỳ", "A2", "\u200bnam\u00a0"),
        ("Đơn vị", "B2", unicodedata.normalize("NFD", SMALL["units.csv"].splitlines()[1].split(",")[1])),
        ("Đơn vị", "F3", None),
    ],
)  # fmt: skip
def test_what_means_the_same_is_read_the_same(sheet: str, cell: str, value: object) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[sheet][cell] = value

    assert change(edit).programme == load_programme(SMALL)


# A sổ to begin with


def begin(workbook: Workbook) -> None:
    """What an officer writes at least."""
    main = {"Mã chương trình": "an-toan", "Tên chương trình": "An toàn trường học năm {year}", "Năm": 2026,
            "Số văn bản": "…/KH", "Cơ quan cấp trên": "UBND XÃ", "Tên cơ quan (chữ in hoa)": "PHÒNG GIÁO DỤC",
            "Tên viết tắt": "PGD", "Nơi ban hành": "Lạng Sơn", "Đầu mối hỗ trợ": "Bà A", "Quyền hạn ký": "TRƯỞNG PHÒNG",
            "Chức vụ người ký": "TRƯỞNG PHÒNG", "Họ tên người ký": "(trống)", "Kính gửi": "Sở GD",
            "Nơi nhận": "Sở GD"}  # fmt: skip
    for row in workbook["Chương trình"].iter_rows(max_col=2):
        row[1].value = main.get(str(row[0].value))
    workbook["Đơn vị"].append(["TH01", "Hoa Sen", "Trường Tiểu học Hoa Sen", "Trường tiểu học"])
    workbook["Kỳ"].append(["thang-1", "Tháng 01", "01/01/2026", "31/01/2026", "20/01/2026", "06/02/2026", "20/02/2026"])
    workbook["Chỉ tiêu"].append(["A01", "Tập huấn", "Số buổi tập huấn", "buổi", "flow", "Trường tiểu học"])


def test_four_sheets_make_a_programme_with_a_form_and_a_report() -> None:
    found = change(begin, write_new_book())
    assert not found.issues
    programme = found.programme
    assert programme is not None
    assert programme.title == "An toàn trường học năm 2026"
    unit, period = programme.units[0], programme.periods[0]
    (form,) = programme.forms_of(unit, period)
    assert form.heading == "BÁO CÁO AN TOÀN TRƯỜNG HỌC NĂM 2026"
    assert [row.code for row in programme.rows(form, unit, period)] == ["A01"]
    outline = programme.find_outline(period.code)
    assert outline is not None
    assert [(heading.title, heading.text) for heading in outline.headings] == [
        ("Tập huấn", "- Số buổi tập huấn: [A01] buổi.")
    ]
    assert load_programme(write_files(found.raw)) == programme


def test_an_example_is_no_row_and_a_new_book_says_what_it_lacks() -> None:
    found = check(write_new_book())
    assert ("Đơn vị", "", "Trang tính chưa có dòng nào.") in tell(found.issues)
    assert ("Chương trình", "B1", "Thiếu.") in tell(found.issues)


def test_what_is_said_of_no_form_is_said_of_the_one_that_a_programme_has_without_any() -> None:
    """Its rules stand beside those that a part is not larger than the whole; its headings are numbered once."""

    def edit(workbook: Workbook) -> None:
        begin(workbook)
        indicators = workbook["Chỉ tiêu"]
        for row in (
            ["A02", "II. Cơ sở", "Số trường có tường rào", "", "có/không", "Trường tiểu học"],
            ["A03", "II. Cơ sở", "Số buổi có Công an dự", "buổi", "flow", "Trường tiểu học", "A01"],
        ):
            indicators.append(row)
        workbook["Quy tắc"].append(["bao-cao", "nhieu", "A01 <= 99", "Nhiều quá 99 buổi.", "cảnh báo"])
        workbook["Thuyết minh"].append([None, "kien-nghi", "Kiến nghị"])

    found = change(edit, write_new_book())
    assert found.issues == ()
    assert found.programme is not None
    (form,) = found.programme.forms
    assert [(rule.id, rule.check, rule.severity) for rule in form.rules] == [
        ("nhieu", "A01 <= 99", "warning"), ("trong-do-A03", "A03 <= A01", "error"),
    ]  # fmt: skip
    assert ([each.code for each in form.narratives], form.codes) == (["kien-nghi"], ("A01", "A02", "A03"))
    outline = found.programme.find_outline("")
    assert outline is not None
    assert outline.headings[1].title == "Cơ sở"
    assert outline.headings[1].text.splitlines()[0] == "- Số trường có tường rào: [A02] đơn vị."


def test_recipients_are_read_without_the_signs_that_a_report_prints_itself() -> None:
    def edit(workbook: Workbook) -> None:
        begin(workbook)
        for row in workbook["Chương trình"].iter_rows(max_col=2):
            if row[0].value == "Nơi nhận":
                row[1].value = "- Như trên;\n- Sở GD;\n- Lưu: VT, PGD."

    programme = change(edit, write_new_book()).programme
    assert programme is not None
    assert programme.office.recipients == ("Sở GD", "Lưu: VT, PGD")


def test_units_of_other_types_have_no_share_in_the_totals_and_that_is_told() -> None:
    def edit(workbook: Workbook) -> None:
        begin(workbook)
        workbook["Đơn vị"].append(["MN01", "Hoa Mai", "Trường Mầm non Hoa Mai", "Trường mầm non"])

    found = change(edit, write_new_book())
    assert found.programme is not None
    what = "Số chung chỉ cộng các đơn vị loại “Trường tiểu học”; các đơn vị cộng với nhau phải cùng một loại."
    assert ("Chương trình", "B7", what) in tell(found.remarks)


def test_the_unit_that_a_form_asks_in_comes_through_and_is_told_at_its_cell() -> None:
    files = folders.read_folder(FOLDER.parent / "programme-moi-loai")
    files["bieu.toml"] = files["bieu.toml"].replace('code = "vu-viec"', 'code = "vu-viec"\nasked_in = "nghìn người"')
    found = check(write(files))
    assert not found.issues
    assert found.programme == load_programme(files)
    assert load_programme(write_files(found.raw)) == found.programme
    units = {"Chỉ tiêu": "triệu đồng", "Bảng kê": "triệu đồng", "Dòng của biểu": "nghìn người"}
    for name, unit in units.items():
        workbook = openpyxl.load_workbook(io.BytesIO(write(files)))
        (cell,) = [cell for row in workbook[name].iter_rows() for cell in row if cell.value == unit]
        assert workbook[name].cell(1, cell.column).value == "Hỏi theo đơn vị"
        workbook[name][cell.coordinate] = "yến"
        out = io.BytesIO()
        workbook.save(out)
        (issue,) = check(out.getvalue()).issues
        assert (issue.sheet, issue.cell) == (name, cell.coordinate)
        assert "“yến”" in issue.sentence


def test_a_plausible_range_is_told_at_its_cell_and_comes_back_as_it_was_written() -> None:
    columns = asked.FILES["indicators.csv"].replace(",per\n", ",per,plausible\n", 1).splitlines(keepends=True)

    def limit(text: str) -> dict[str, str]:
        rows = (f"{row.rstrip()},{text}\n" if row.startswith("B03,") else row for row in columns)
        return asked.FILES | {"indicators.csv": "".join(rows)}

    (issue,) = check(write(limit("truong: 0..5;phog:0..9"))).issues
    assert (issue.sheet, issue.sentence) == ("Chỉ tiêu", "Không có loại đơn vị “phog”; có phải là “phong”.")
    back = check(write(limit("truong:0..5; phong: 1.."))).programme
    assert back
    assert back.indicator_by_code["B03"].plausible == "truong:0..5; phong: 1.."


def test_a_sheet_without_rows_is_told_and_periods_may_stand_on_either_of_two() -> None:
    issues = check_programme_book(read_workbook(write_new_book())).issues
    told = {issue.sheet: issue.sentence for issue in issues if issue.code == "programme.sheet_empty"}
    assert told["Đơn vị"] == "Trang tính chưa có dòng nào."
    assert told["Kỳ"] == "Trang tính chưa có dòng nào, trang “Kỳ lặp lại” cũng chưa có."
