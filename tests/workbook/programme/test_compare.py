"""Two programmes are compared in the words of the sổ: what is new, what is gone, what is different."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib import folders
from chalicelib.domain.programme.loading import read_parts
from chalicelib.workbook.programme.check import check_programme_book
from chalicelib.workbook.programme.compare import RowChange, compare_programmes
from chalicelib.workbook.programme.write import write_programme_book
from chalicelib.workbook.reading.reader import read_workbook
from tests import asked
from tests.store.sample import FILES

TEXTS = {name: data.decode() for name, data in FILES.items() if not name.endswith(".docx")}


def read(file: str = "bc.toml", old: str = "", new: str = "") -> dict[str, Any]:
    return read_parts({**TEXTS, file: TEXTS[file].replace(old, new, 1)}).raw


def tell(row: RowChange) -> tuple[str, ...]:
    return (row.name, *(f"{cell.heading}: {cell.before} → {cell.after}" for cell in row.cells))


@pytest.mark.parametrize(
    ("file", "old", "new", "sheet", "kind", "told"),
    [
        ("programme.toml", "Lưu: VT", "Lưu: VT, CAT", "Chương trình", "changed",
         ("Nơi nhận", "Nơi nhận: Lưu: VT → Lưu: VT, CAT")),
        ("units.csv", "Huyện Tràng Định", "Xã Tràng Định", "Đơn vị", "changed",
         ("Xã Tràng Định (180)", "Tên đầy đủ: Huyện Tràng Định → Xã Tràng Định")),
        ("programme.toml", "due = 2022-05-15", "due = 2022-05-15T16:30:00", "Kỳ", "changed",
         ("6 tháng (6-thang)", "Hạn: 15/5/2022 → 16:30 ngày 15/5/2022")),
        ("programme.toml", 'form = "bc"', 'form = "bc"\nenabled = false', "Báo cáo phải nộp", "changed",
         ("Huyện, thành phố (district), 6 tháng (6-thang), Báo cáo (bc)", "Đang áp dụng: Có → Không")),
        ("bc.toml", "version = 1", "version = 1\nestimates = true", "Biểu mẫu", "changed",
         ("Báo cáo (bc)", "Được ước: Không → Có")),
        ("indicators.csv", "Số lượt người", "Lượt người", "Chỉ tiêu", "changed",
         ("Lượt người (A1)", "Nội dung: Số lượt người → Lượt người")),
        ("bc.toml", "[[narratives]]", '[[rules]]\nid = "q1"\ncheck = "A1 >= 0"\nmessage = "m"\nseverity = "warning"\n'
         "[[narratives]]", "Quy tắc", "added",
         ("Báo cáo – q1", "Mã:  → q1", "Phép đối chiếu:  → A1 >= 0", "Lời nhắc đơn vị:  → m",
          "Mức:  → cảnh báo")),
        ("bc.toml", '[[narratives]]\ncode = "kho-khan"\nlabel = "Khó khăn, vướng mắc"', "", "Thuyết minh", "gone",
         ("Báo cáo – Khó khăn, vướng mắc (kho-khan)", "Mã: kho-khan → ", "Nội dung: Khó khăn, vướng mắc → ")),
    ],
)  # fmt: skip
def test_one_change_is_told_once_with_old_and_new(
    file: str, old: str, new: str, sheet: str, kind: str, told: tuple[str, ...]
) -> None:
    (change,) = compare_programmes(read(), read(file, old, new))
    assert change.sheet == sheet
    assert {name: [tell(row) for row in getattr(change, name)] for name in ("added", "changed", "gone")} == {
        "added": [], "changed": [], "gone": [], kind: [told]
    }  # fmt: skip


def test_rows_printed_in_another_order_are_told() -> None:
    first, second = TEXTS["units.csv"].splitlines()[1:]
    (change,) = compare_programmes(read(), read("units.csv", f"{first}\n{second}", f"{second}\n{first}"))
    assert (change.sheet, change.is_reordered, change.changed) == ("Đơn vị", True, ())


def test_the_first_moment_of_a_day_is_the_day() -> None:
    assert compare_programmes(read(), read("programme.toml", "due = 2022-05-15", "due = 2022-05-15T00:00:00")) == ()


@pytest.mark.parametrize("code", ["ct138-2022", "ct138-2026"])
def test_a_programme_does_not_differ_from_its_own_workbook(code: str) -> None:
    folder = folders.find_folder(code)
    assert folder
    raw = read_parts(folders.read_folder(folder)).raw
    assert compare_programmes(raw, check_programme_book(read_workbook(write_programme_book(raw))).raw) == ()


RULED = asked.FILES | {
    "phieu.toml": asked.FILES["phieu.toml"]
    + '\n[[rules]]\nid = "R1"\ncheck = "B04 >= B03"\nmessage = "Xem lại."\n'
    + '\n[[tables]]\ncode = "to"\ntitle = "Tổ"\ncolumns = [{ code = "ten", label = "Tên", kind = "text" }]\n'
    + '\n[[narratives]]\ncode = "y-kien"\nlabel = "Ý kiến"\n',
}


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("phieu.toml", '"Xem lại."', '"Xem lại."\nseverity = "warning"', "Mức: lỗi → cảnh báo"),
        ("phieu.toml", 'title = "Tổ"', 'title = "Tổ"\nrows = 5', "Số dòng in sẵn: 20 → 5"),
        ("phieu.toml", 'kind = "text" }', 'kind = "text", required = true }', "Bắt buộc: Không → Có"),
        ("phieu.toml", 'label = "Ý kiến"', 'label = "Ý kiến"\nmax_length = 900', "Dài nhất (ký tự): 5000 → 900"),
        ("phieu.toml", 'title = "Tổ"', 'title = "Tổ"\nsenders = ["truong"]', "Nơi kê:  → Trường (truong)"),
        ("phieu.toml", 'title = "I. Chung"', 'title = "I. Chung"\nperiods = ["nam", "thang-1"]',
         "Kỳ thu:  → Năm 2026 (nam), Tháng 1 (thang-1)"),
        ("indicators.csv", "Số vụ,vụ,flow,truong|phong", "Số vụ,vụ,flow,truong|unit:P1",
         "Nơi báo cáo: Trường (truong), Phòng (phong) → Trường (truong), Phòng Giáo dục (P1)"),
        ("indicators.csv", "share,truong|phong,,,,,,,,,,P01", "share,truong|phong,,,,,,,,,,B03",
         "So theo: Học sinh (P01) → Số vụ (B03)"),
        ("units.csv", "Trường Một,truong,", "Trường Một,truong,P1", "Cấp trên:  → Phòng Giáo dục (P1)"),
        ("programme.toml", 'headline = "truong"', 'headline = "phong"',
         "Loại đơn vị tính số chung: Trường (truong) → Phòng (phong)"),
    ],
)  # fmt: skip
def test_what_was_left_blank_is_told_as_what_it_stood_for_and_codes_have_their_names(
    file: str, old: str, new: str, told: str
) -> None:
    changed = RULED | {file: RULED[file].replace(old, new, 1)}
    (change,) = compare_programmes(read_parts(RULED).raw, read_parts(changed).raw)
    ((row,)) = change.changed
    assert [f"{cell.heading}: {cell.before} → {cell.after}" for cell in row.cells] == [told]


@pytest.mark.parametrize("code", ["ct138-2022", "ct138-2026"])
def test_no_code_stands_without_its_name_where_it_has_one(code: str) -> None:
    folder = folders.find_folder(code)
    assert folder
    raw = read_parts(folders.read_folder(folder)).raw
    named = set(raw["unit_types"]) | {
        each["code"] for part in ("periods", "forms", "indicators", "units") for each in raw[part]
    }
    empty = {key: type(value)() if isinstance(value, list | dict) else value for key, value in raw.items()}
    cells = [
        (sheet.sheet, cell.heading, part)
        for sheet in compare_programmes(empty | {"office": raw["office"]}, raw)
        for row in sheet.added
        for cell in row.cells
        if not cell.heading.startswith(("Mã", "Lời nhắc"))
        for part in cell.after.split(", ")
    ]
    assert len(cells) > 1000
    assert [cell for cell in cells if cell[2] in named] == []
