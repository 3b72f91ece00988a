"""From a rejection to an acceptance: what a sender is told is enough to mend the marked copy, and no more is asked.

For every code of an issue a right workbook is spoilt, checked, marked, mended in the marked copy as told, and sent
again: it is accepted with the figures that it had at first. `spoiling.py` has the pairs.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from chalicelib.domain.issues.catalogue import CATALOGUE
from chalicelib.domain.issues.issue import MOST_ISSUES
from chalicelib.domain.submission.earlier import Earlier, hold_against
from chalicelib.domain.submission.records import Outcome, Status
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import LOST, make_marked_copy
from chalicelib.workbook.form.marks import SUMMARY_SHEET
from infra.machine import find_program
from tests.intake.spoiling import CASES, ELSEWHERE, PROGRAMME, Case, Desk, fill_in_anew, make_right, nothing, put
from tests.workbook.packages import pack, unpack

Contents = dict[str, Any]


def check(data: bytes, earlier: Earlier) -> Outcome:
    return hold_against(check_workbook(data, PROGRAMME), PROGRAMME, earlier)


def contents(outcome: Outcome) -> Contents:
    return {
        "values": {code: (figure.value, figure.estimated) for code, figure in outcome.values.items()},
        "tables": {code: [row.values for row in rows] for code, rows in outcome.tables.items()},
        "narratives": {code: figure.value for code, figure in outcome.narratives.items()},
    }


@pytest.fixture(scope="module")
def right() -> bytes:
    return make_right()


@pytest.fixture(scope="module")
def expected(right: bytes) -> Contents:
    outcome = check_workbook(right, PROGRAMME)
    assert (outcome.status, outcome.issues) == (Status.ACCEPTED, ())
    return contents(outcome)


@pytest.fixture(scope="module")
def spoilt(right: bytes) -> Mapping[str, bytes]:
    return {code: case.spoil(right) for code, case in CASES.items()}


def go_round(data: bytes, code: str, expected: Contents, *, is_fresh: bool) -> None:
    case = CASES[code]
    outcome = check(data, case.earlier)
    assert {issue.code for issue in outcome.issues} - case.also == {code}
    is_wrong = CATALOGUE[code].severity == "error"
    assert (outcome.status is Status.REJECTED) == is_wrong
    copy = make_marked_copy(data, outcome, PROGRAMME)
    assert copy is not None
    again = check(mend(copy, case, is_fresh=is_fresh), case.earlier)
    assert (again.status, again.errors) == (Status.ACCEPTED, ())
    assert code not in {issue.code for issue in again.issues} or case.mend is nothing
    assert contents(again) == case.expect(expected)


def mend(copy: bytes, case: Case, *, is_fresh: bool) -> bytes:
    desk = Desk(copy)
    before, named = desk.cells(), find_named(desk)
    (case.mend_fresh if is_fresh and case.mend_fresh else case.mend)(desk, list(named.values()))
    after = desk.cells()
    changed = {place for place in {*before, *after} if before.get(place) != after.get(place)}
    assert case.freely or changed <= set(named), "the remedy asks for more than the cells that are named"
    assert case.mend is fill_in_anew or not [place for place in changed if is_locked(desk, *place)]
    return desk.save()


def is_locked(desk: Desk, sheet: str, cell: str) -> bool:
    """Whether the form's protection keeps its sender from changing a cell of the form."""
    found = desk.book[sheet][cell] if sheet in desk.book.sheetnames else None
    return found is not None and found.has_style and found.parent.protection.sheet and found.protection.locked


def find_named(desk: Desk) -> dict[tuple[str, str], Cell]:
    """The cells in the lines of the summary: in the column of addresses, and in what is said."""
    named: dict[tuple[str, str], Cell] = {}
    for line in desk.book[SUMMARY_SHEET].iter_rows(min_row=5, values_only=True):
        sheet, words = str(line[2] or ""), " ".join(str(part or "") for part in line[3:])
        for cell in re.findall(r"\b[A-Z]{1,3}[1-9]\d{0,6}\b", words) if sheet else ():
            named[sheet, cell] = desk.book[sheet][cell]
    return named


@pytest.mark.parametrize("code", CASES)
def test_a_workbook_mended_as_told_is_accepted(code: str, spoilt: Mapping[str, bytes], expected: Contents) -> None:
    go_round(spoilt[code], code, expected, is_fresh=code in LOST)


def test_every_code_is_mended_in_the_copy_or_has_a_reason_why_not() -> None:
    elsewhere = [code for codes in ELSEWHERE.values() for code in codes]
    assert sorted([*CASES, *elsewhere]) == sorted(CATALOGUE)


PROTECTED = {
    "deleteRows": "xóa (?:cả |một |các |những )?(?:dòng|hàng)",
    "deleteColumns": "xóa (?:cả |một |các )?cột",
    "insertColumns": "(?:chèn|thêm|khôi phục) cột",
    "formatCells": "định dạng ô|đổi định dạng|gộp ô|đổi phông",
    "sort": "(?<!không )sắp xếp",
    "objects": "(?:bỏ|xóa) ảnh",
    "sheet": "khôi phục|(?<!không )sửa (?:mã|tên chỉ tiêu|đơn vị tính|ô tổng)|hoặc ô tổng|(?:mở|bỏ) khóa|bỏ bảo vệ",
}
"""What a remedy would say to ask for something that the protection of a sheet forbids."""


def test_no_remedy_asks_for_what_the_form_is_protected_from(right: bytes) -> None:
    sheets = [sheet for sheet in Desk(right).book.worksheets if sheet.sheet_state == "visible"]
    forbidden = [words for name, words in PROTECTED.items() if all(getattr(each.protection, name) for each in sheets)]
    assert len(forbidden) == len(PROTECTED)
    remedies = {
        code: f"{entry.remedy} {entry.remedy_with_estimates}".lower()
        for code, entry in CATALOGUE.items()
        if not code.startswith("programme.")  # of a sổ chương trình, which has no protection
    }
    assert {code: text for code, text in remedies.items() if re.search("|".join(forbidden), text)} == {}


def test_a_row_of_a_table_whose_content_was_cleared_is_passed_over(right: bytes, expected: Contents) -> None:
    desk = Desk(right)
    for column in ("ten", "loai", "ngay", "nguoi", "tien"):
        cell = desk.entry(2, column)
        put(desk.entry(5, column), cell.value)
        cell.value = None
    put(desk.entry(3, "ten"), "  ")
    outcome = check_workbook(desk.save(), PROGRAMME)
    assert (outcome.status, outcome.issues, contents(outcome)) == (Status.ACCEPTED, (), expected)


def test_more_issues_than_are_listed_are_mended_round_by_round(right: bytes) -> None:
    desk = Desk(right)
    for row in range(1, MOST_ISSUES + 11):
        put(desk.entry(row, "ten"), None)
        put(desk.entry(row, "loai"), "Tuần tra")
        put(desk.entry(row, "nguoi"), row)
    desk.figure("A03").value = MOST_ISSUES + 10
    outcome = check_workbook(desk.save(), PROGRAMME)
    for left in (10, 0):
        assert [issue.found for issue in outcome.issues if issue.code == "form.more_issues"] == [str(left)] * (left > 0)
        copy = make_marked_copy(desk.save(), outcome, PROGRAMME)
        assert copy is not None
        desk = Desk(copy)
        for number, cell in enumerate(find_named(desk).values()):
            put(cell, f"Tổ {left}.{number}")
        outcome = check_workbook(desk.save(), PROGRAMME)
    assert (outcome.status, outcome.issues) == (Status.ACCEPTED, ())
    assert len(outcome.tables["to"]) == MOST_ISSUES + 10


# Formats that come back as a fresh form


_STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
}


def make_strict(data: bytes) -> bytes:
    """The workbook as Excel saves it as “Strict Open XML Spreadsheet”: other names of the same elements."""
    parts = unpack(data)
    for name, part in parts.items():
        for transitional, strict in _STRICT.items():
            part = part.replace(transitional, strict)
        parts[name] = part
    return pack(parts)


def list_carried(kind: str) -> list[str]:
    return [code for code, case in CASES.items() if kind not in case.lost_in]


@pytest.mark.parametrize("code", list_carried("strict"))
def test_a_strict_workbook_mended_as_told_is_accepted(
    code: str, spoilt: Mapping[str, bytes], expected: Contents
) -> None:
    go_round(make_strict(spoilt[code]), code, expected, is_fresh=True)


@pytest.fixture(scope="module")
def saved(spoilt: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All spoilt workbooks as LibreOffice saves them, under xls/ and ods/."""
    folder = tmp_path_factory.mktemp("saved")
    for code, data in spoilt.items():
        (folder / f"{code}.xlsx").write_bytes(data)
    for kind in ("xls", "ods"):
        subprocess.run(
            [find_program("soffice"), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
             kind, "--outdir", str(folder / kind), *map(str, sorted(folder.glob("*.xlsx")))],
            check=True, capture_output=True,
        )  # fmt: skip
    return folder


@pytest.mark.office
@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind in ("xls", "ods") for code in list_carried(kind)])
def test_xls_and_ods_mended_as_told_are_accepted(kind: str, code: str, saved: Path, expected: Contents) -> None:
    go_round((saved / kind / f"{code}.{kind}").read_bytes(), code, expected, is_fresh=True)


def test_a_fresh_form_says_what_the_screen_showed(right: bytes) -> None:
    """Its cells have the form's own formats and font, so that words of a format and old letters would be lost."""
    desk = Desk(right)
    desk.book.epoch = CALENDAR_MAC_1904
    put(desk.figure("A01"), "hơn 100")
    put(desk.figure("A03"), 2, '0" tổ"')
    put(desk.figure("A04"), 1.5, '0.0" kg"')
    put(desk.figure("B04"), 35_000_000, "#,##0 [$₫-42A]")
    put(desk.figure("B03"), date(2022, 2, 9))
    for code, words in (("B02", "KÕ ho¹ch sè 4"), ("ket-qua", "Phong trµo cã chuyÓn biÕn")):
        put(desk.figure(code), words)
        desk.figure(code).font = Font(name=".VnTime")
    put(desk.entry(1, "nguoi"), "5 người")
    data = make_strict(desk.save())
    outcome = check_workbook(data, PROGRAMME)
    assert [issue.code for issue in outcome.issues] == ["cell.approximate"]
    copy = make_marked_copy(data, outcome, PROGRAMME)
    assert copy is not None
    desk = Desk(copy)
    assert (desk.figure("ket-qua").value, desk.figure("A04").value) == ("Phong trào có chuyển biến", "1,5 kg")
    assert desk.figure("B03").value == datetime(2022, 2, 9)
    put(desk.figure("A01"), 120)
    before, after = contents(outcome), contents(check_workbook(desk.save(), PROGRAMME))
    assert after == before | {"values": after["values"] | before["values"]}
    assert after["values"]["A05"] == (122, False)


def test_only_a_fresh_form_says_that_it_is_not_the_file_that_was_sent(spoilt: Mapping[str, bytes]) -> None:
    """Nor does it show results of formulas from before it was filled in, as a program shows that does not calculate."""
    data = spoilt["cell.approximate"]
    for sent, is_fresh in ((data, False), (make_strict(data), True)):
        copy = make_marked_copy(sent, check_workbook(sent, PROGRAMME), PROGRAMME)
        assert copy is not None
        said = [str(line[0].value) for line in Desk(copy).book[SUMMARY_SHEET].iter_rows(max_row=3)]
        assert any("biểu mẫu mới" in line for line in said) == is_fresh
        figures = load_workbook(io.BytesIO(copy), data_only=True)["Số liệu"]
        assert not is_fresh or not any("ô bắt buộc chưa ghi" in str(cell.value) for row in figures for cell in row)


def test_a_fresh_form_names_cells_and_rows_as_they_stand_in_it(right: bytes) -> None:
    desk = Desk(right)
    for number, row in ((3, 2), (6, 2)):
        for column in ("ten", "loai", "ngay", "nguoi", "tien"):
            put(desk.entry(number, column), desk.entry(row, column).value)
    data = make_strict(desk.save())
    outcome = check_workbook(data, PROGRAMME)
    assert "Dòng 8, 11 ghi giống hệt dòng 7" in outcome.issues[0].message
    copy = make_marked_copy(data, outcome, PROGRAMME)
    assert copy is not None
    said = [line[6].value for line in Desk(copy).book[SUMMARY_SHEET].iter_rows(min_row=5)]
    assert any("Dòng 8, 9 ghi giống hệt dòng 7" in words for words in said)
