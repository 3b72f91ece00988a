"""Choices and rows with conditions in an edition: counted by choice; what is not asked lacks nothing."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
from openpyxl import load_workbook

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.period.figure_words import FigureWords
from chalicelib.domain.programme.loading import ProgrammeInvalid, load_programme
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.values import Number
from chalicelib.intake.check import check_workbook
from chalicelib.report.document.template import find_template
from chalicelib.report.files import DOCUMENT, JSON, TOTALS, WORKBOOK
from chalicelib.report.offline.folder import ReadFile
from chalicelib.report.offline.states import Sources, gather_states
from chalicelib.report.rendering import make_files
from tests.asked import FILES, change, fill, load
from tests.domain.builders import say_sentence
from tests.report.conftest import convert
from tests.report.test_new_kind import render_page

PERIOD = "thang-1"
SENT: dict[str, dict[str, Any]] = {
    "T1": {
        "B03": 2,
        "B04": 3,
        "Q1": True,
        "Q2": "Khá",
        "P01": 300,
        "P02": 90,
        "P03": "12,5",
        "P04": 110,
        "C01": 120,
        "C02": 1,
        "C03": 20,
    },
    "T2": {"B03": 0, "Q1": False, "Q2": "yeu", "P01": 100, "P02": "99,5%", "P03": 20, "P04": 100, "B05": 4},
}


def consolidate_sent(programme: Programme, sent: dict[str, dict[str, Any]]) -> Consolidation:
    as_of = programme.period_by_code[PERIOD].due - timedelta(days=1)
    read = {unit: check_workbook(fill(programme, values, unit=unit), programme) for unit, values in sent.items()}
    files = {unit: ReadFile(programme.code, outcome) for unit, outcome in read.items()}
    states = gather_states(programme, PERIOD, Sources(files, files), as_of=as_of).states
    assert len(states) == len(sent)
    return consolidate(programme, PERIOD, states, as_of=as_of)


@pytest.fixture(scope="module")
def consolidation() -> Consolidation:
    return consolidate_sent(load(), SENT)


@pytest.fixture(scope="module")
def files(consolidation: Consolidation) -> dict[str, bytes]:
    info = EditionInfo(number=1, made=consolidation.as_of, is_frozen=False)
    return dict(make_files(consolidation, info, find_template({}, PERIOD)).files)


@pytest.mark.parametrize(
    ("code", "value", "contributed", "empty"),
    [("B03", 2, 2, 0), ("B04", 3, 1, 0), ("C01", 120, 1, 0), ("C04", 100, 1, 0), ("B05", 4, 1, 0)],
)
def test_a_unit_that_is_not_asked_leaves_nothing_empty(
    consolidation: Consolidation, code: str, value: int, contributed: int, empty: int
) -> None:
    total = consolidation.tally.totals[code].find("truong")
    assert total is not None
    assert (total.value, len(total.contributed), len(total.empty)) == (value, contributed, empty)


@pytest.mark.parametrize(
    ("code", "value"), [("P01", 400), ("P02", Decimal("92.38")), ("P03", None), ("P04", 105)],
    ids=["counted", "weighted by its base", "not added up", "the mean"],
)  # fmt: skip
def test_percentages_are_never_added_up(
    consolidation: Consolidation, files: dict[str, bytes], code: str, value: Number | None
) -> None:
    total = consolidation.tally.totals[code].find("truong")
    assert total is not None
    assert total.value == value
    book = load_workbook(io.BytesIO(files[WORKBOOK]), data_only=True)
    row = next(row for row in book["Tổng hợp"].values if row[0] == code)
    assert row[4] == (None if value is None else float(value))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("%,share", "%,measure", "số phần trăm không cộng được; P02 phải là tỷ lệ hoặc “phần trăm không cộng”"),
        ("%,share", "em,share", "kiểu “phần trăm theo số gốc” phải có đơn vị tính là %"),
        (",P01\nP03", ",\nP03", "kiểu “phần trăm theo số gốc” phải ghi mã của số gốc"),
        (",P01\nP03", ",P03\nP03", "“P03” phải là mã của một chỉ tiêu khác, kiểu số, cộng được"),
        ("C01 - C03", "P02 + P03", "số phần trăm không dùng trong công thức"),
    ],
)
def test_percentages_that_do_not_fit_are_told(old: str, new: str, told: str) -> None:
    with pytest.raises(ProgrammeInvalid) as caught:
        load_programme(change("indicators.csv", old, new))
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Chuyên cần [P02].", "Chuyên cần 92,38%."),
        ("Xếp loại: [Q2].", "Xếp loại: 01 đơn vị “Khá” và 01 đơn vị “Yếu”."),
        ("Có [Q2:Khá] trường xếp loại khá, [Q2:yếu] trường xếp loại yếu.",
         "Có 01 trường xếp loại khá, 01 trường xếp loại yếu."),
        ("Có [Q2:Tốt] trường xếp loại tốt, [Q2:Khá] trường xếp loại khá.", "Có 01 trường xếp loại khá."),
        ("Có [Q2:Tốt] trường xếp loại tốt.", ""),
    ],
)  # fmt: skip
def test_a_sentence_counts_units_by_choice(consolidation: Consolidation, sentence: str, said: str) -> None:
    assert say_sentence(sentence, FigureWords(consolidation)) == said


def test_a_sentence_that_names_no_choice_is_a_mistake_that_lists_them() -> None:
    outline = '[[headings]]\ncode = "a"\ntitle = "A"\ntext = "Có [Q2:Giỏi] trường."\n'
    with pytest.raises(ProgrammeInvalid, match=r"không có cách nêu “Giỏi”.*Tốt, Khá, Trung bình, Yếu"):
        load_programme(FILES | {"de-cuong.toml": outline})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Tốt|Khá|Trung bình|Yếu", "Tốt", "kiểu lựa chọn phải có ít nhất hai lựa chọn"),
        ("Tốt|Khá|Trung bình|Yếu", "Tốt|tốt|Trung bình|Yếu", "lặp lại"),
        ("Tốt|Khá|Trung bình|Yếu", "Tốt|[Khá]|Trung bình|Yếu", "lựa chọn “[Khá]” phải có từ 1 đến 100 ký tự"),
        ("Xếp loại,,choice", "Xếp loại,,flow", "chỉ dùng cho kiểu lựa chọn; Q2 là “cộng dồn trong kỳ”"),
        ("Xếp loại,,choice", "Xếp loại,,choise", "“choise” không phải là một kiểu"),
    ],
)
def test_choices_that_do_not_fit_are_told(old: str, new: str, told: str) -> None:
    with pytest.raises(ProgrammeInvalid) as caught:
        load_programme(change("indicators.csv", old, new))
    assert told in str(caught.value)


TOLD = "Tốt: 0; Khá: 1; Trung bình: 0; Yếu: 1"


def test_workbook_page_and_data_count_units_by_choice(consolidation: Consolidation, files: dict[str, bytes]) -> None:
    book = load_workbook(io.BytesIO(files[WORKBOOK]), data_only=True)
    for name in ("Theo đơn vị", "Tổng hợp"):
        assert TOLD in next(row for row in book[name].values if row[0] == "Q2"), name
        assert 92.38 in next(row for row in book[name].values if row[0] == "P02"), name
    rows = list(csv.DictReader(io.StringIO(files[TOTALS].decode("utf-8-sig"))))
    assert [row["chosen"] for row in rows if row["indicator"] == "Q2"] == [TOLD, ""]
    assert TOLD in {total.get("chosen") for total in json.loads(files[JSON])["totals"]}
    document = docx.Document(io.BytesIO(files[DOCUMENT]))
    assert TOLD in {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert TOLD in render_page(consolidation, "Q2")


@pytest.mark.office
def test_excel_counts_the_choices_itself(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    path = tmp_path / "tong-hop.xlsx"
    path.write_bytes(files[WORKBOOK])
    book = load_workbook(convert(path, "xlsx", tmp_path / "out"), data_only=True)
    for name in ("Theo đơn vị", "Tổng hợp"):
        assert TOLD in next(row for row in book[name].values if row[0] == "Q2"), name
        assert 92.38 in next(row for row in book[name].values if row[0] == "P02"), name
