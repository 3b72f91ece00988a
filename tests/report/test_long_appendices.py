"""An appendix of more rows than anyone reads has a row for each group of units, and says that the workbook has them."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import Any

import docx
import pytest

from chalicelib.domain.period.targets import TargetState
from chalicelib.domain.period.timeliness import Standing
from chalicelib.report.document import groups, opinions, statuses, supplement, tables
from chalicelib.report.document.render import render_document
from chalicelib.report.document.wording import make_context
from tests.report.documents import Situation, make_ministry, make_supplement, make_two_levels

ENCLOSED = "sổ tổng hợp Excel kèm theo"


def read_count(text: str) -> int:
    return int(text.replace(".", ""))


# 3,319 units


@pytest.fixture(scope="module")
def ministry() -> Situation:
    return make_ministry()


@pytest.fixture(scope="module")
def document(ministry: Situation) -> Any:
    data = render_document(ministry.consolidation, ministry.edition, ministry.template)
    assert len(data) < 80_000
    return docx.Document(io.BytesIO(data))


def test_the_report_of_3319_units_has_the_pages_of_an_ordinary_one(document: Any) -> None:
    assert sum(len(table.rows) for table in document.tables) < 300
    assert len(document.paragraphs) < 100


def test_whose_reports_came_is_told_of_each_province_and_of_the_communes_below_it(
    ministry: Situation, document: Any
) -> None:
    (table,) = [each for each in document.tables if "Nhận lần đầu" in [cell.text for cell in each.rows[0].cells]]
    *lines, last = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert len(lines) == 34 + 34
    assert lines[34][1] == "Xã, phường, đặc khu thuộc Tỉnh 01"
    assert last[1] == f"Từng đơn vị có ở trang “Tình hình nộp” của {ENCLOSED}"
    found = Counter(each.standing for each in ministry.consolidation.reporting.statuses)
    shares = [match for line in lines if (match := re.fullmatch(r"Đã có (\S+)/(\S+)", line[3]))]
    alone = [line for line in lines if line[3] in ("Đúng hạn", "Muộn")]
    assert len(alone) + sum(read_count(each[1]) for each in shares) == 3_319 - found[Standing.MISSING]
    late = [re.search(r"muộn: (\d+)", line[5]) for line in lines]
    assert (
        sum(int(each[1]) for each in late if each) + [line[3] for line in alone].count("Muộn") == found[Standing.LATE]
    )


def test_few_figures_of_many_units_stand_in_the_same_tables_in_the_forms_order(document: Any) -> None:
    first, *others = [each for each in document.tables if each.rows[0].cells[1].text == "Chỉ tiêu"]
    names = [[row.cells[1].text.strip() for row in table.rows[2:]] for table in (first, *others)]
    assert names[0] == ["Số cuộc kiểm tra của tỉnh", "Kinh phí đã giải ngân"]
    assert names[-1][0] == "Số hộ nông thôn"
    assert len(names[-1]) == 4
    assert len({tuple(each) for each in names}) == 2


# Every part, with the bounds of a small programme


@pytest.fixture(scope="module")
def made() -> Situation:
    """55 communes in 3 of 11 districts."""
    return make_two_levels()


@pytest.fixture
def two_levels(made: Situation, monkeypatch: pytest.MonkeyPatch) -> Situation:
    """The same, in a document that has room for few."""
    monkeypatch.setattr(groups, "MOST_UNITS", 20)
    for module in (groups, statuses, tables):
        monkeypatch.setattr(module, "MOST_ROWS", 25)
    return made


def read_context(situation: Situation) -> dict[str, Any]:
    return make_context(situation.consolidation, situation.edition)


def test_a_type_of_few_units_keeps_a_line_for_each(two_levels: Situation) -> None:
    *lines, last = read_context(two_levels)["tinh_hinh"]
    names = [line["don_vi"] for line in lines]
    assert len(names) == 11 + 3
    assert names[:2] == ["Thành phố Lạng Sơn", "Huyện Tràng Định"]
    assert all(re.fullmatch("Xã, phường, thị trấn thuộc Huyện .+", name) for name in names[-3:])
    assert (last["tt"], last["da_co"], last["so_lieu"]["B05"]) == ("", False, "")


def test_the_figures_of_a_line_are_those_of_its_units_together(two_levels: Situation) -> None:
    lines = [line for line in read_context(two_levels)["tinh_hinh"] if "thuộc" in line["don_vi"]]
    figures, units = two_levels.consolidation.tally.figures["B05"], two_levels.consolidation.tally.unit_by_code
    known = [each.value for code, each in figures.items() if units[code].type == "commune" and each.value is not None]
    assert sum(read_count(line["so_lieu"]["B05"].removeprefix("≥ ")) for line in lines) == sum(known)
    assert all(line["so_lieu"]["Z99"] == "" for line in lines)


def test_a_list_tells_how_many_lines_each_group_has_and_what_they_add_up_to(two_levels: Situation) -> None:
    made = two_levels.consolidation
    long = [table for table in made.tables if len(made.rows[table.code]) > 25]
    shown = [table for table in read_context(two_levels)["bang_ke"] if table["cot"][0] == "Số dòng"]
    assert len(shown) == len(long) > 0
    for table, own in zip(long, shown, strict=True):
        assert own["ten"].endswith(f"(từng dòng ở {ENCLOSED})")
        assert sum(read_count(line["o"][0]) for line in own["dong"]) == len(made.rows[table.code])


def test_targets_are_counted_by_group(monkeypatch: pytest.MonkeyPatch, two_levels: Situation) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 5)
    monkeypatch.setattr(groups, "MOST_UNITS", 5)
    table = read_context(two_levels)["bang_chi_tieu"]
    *lines, last = table["dong"]
    assert last["don_vi"] == f"Từng đơn vị có ở trang “Chỉ tiêu Chương trình” của {ENCLOSED}"
    for place, result in enumerate(two_levels.consolidation.targets):
        if len({each.state for each in result.units}) > 1:
            (told,) = [line["o"][place] for line in lines if ":" in line["o"][place]]
            assert sum(map(int, re.findall(r": (\d+)", told))) == len(result.units)
            assert ("hưa đạt: " in told) is bool(result.of_state(TargetState.UNMET))


def test_of_opinions_without_end_those_that_several_wrote_are_printed(
    monkeypatch: pytest.MonkeyPatch, two_levels: Situation
) -> None:
    whole = read_context(two_levels)["muc_thuyet_minh"]
    monkeypatch.setattr(opinions, "MOST_LINES", 30)
    monkeypatch.setattr(opinions, "MOST_UNITS", 3)
    short = read_context(two_levels)["muc_thuyet_minh"]
    assert len(whole[0]["y_kien"]) > 50
    told = rf"\(\d+ đơn vị có ý kiến, toàn văn ở trang “Thuyết minh” của {ENCLOSED}"
    assert re.search(told + r"; dưới đây là những ý kiến trùng nhau\)$", short[0]["ten"])
    assert [each["don_vi"][:9] for each in short[0]["y_kien"]] == ["02 đơn vị"] * 2
    *_, alike = short
    assert re.fullmatch(r"\d+ đơn vị", alike["y_kien"][0]["don_vi"])
    assert re.fullmatch(r"\d+ đơn vị", alike["khong"])


def test_of_opinions_that_are_all_different_only_the_number_is_printed(
    monkeypatch: pytest.MonkeyPatch, two_levels: Situation
) -> None:
    monkeypatch.setattr(opinions, "MOST_LINES", 1)
    short = read_context(two_levels)["muc_thuyet_minh"]
    assert short[0]["y_kien"] == [{"don_vi": "", "doan": []}]


def test_a_supplement_of_many_changes_tells_how_many_units_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_supplement()
    whole = read_context(made)["doi_chieu"]
    monkeypatch.setattr(supplement, "MOST_ROWS", 20)
    short = read_context(made)["doi_chieu"]
    firsts = [row for row in whole if not row["la_don_vi"]]
    assert [row["tt"] for row in short[:20]] == [row["tt"] for row in firsts[:20]]
    below = whole[1:].index(firsts[1]) if len(firsts) > 1 else 0
    assert (f"({below:02} đơn vị thay đổi, có tên ở trang “Thay đổi” của {ENCLOSED})" in short[0]["noi_dung"]) is bool(
        below
    )
    assert short[-1]["noi_dung"] == f"{len(firsts) - 20} thay đổi khác, có ở trang “Thay đổi” của {ENCLOSED}"
