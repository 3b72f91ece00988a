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
         ("6 tháng (6-thang)", "Hạn: 15/05/2022 → 16:30 ngày 15/05/2022")),
        ("programme.toml", 'form = "bc"', 'form = "bc"\nenabled = false', "Nghĩa vụ", "changed",
         ("Huyện, thành phố (district), 6 tháng (6-thang), Báo cáo (bc)", "Đang áp dụng:  → Không")),
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
