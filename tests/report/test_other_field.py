"""A programme is a folder: one of another field goes the whole way, and prints no word of those that ship."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from html import unescape
from pathlib import Path

import docx
import openpyxl
import pytest

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.intake.check import check_workbook
from chalicelib.report.offline.edition import FolderResult, consolidate_folder
from chalicelib.workbook.form.template import make_template
from tests.other_field import FOLDER, FORM, fill, load_other_field
from tests.own_words import find_in

PROGRAMME = load_other_field()
SHOWN = re.compile(r' (?:prompt|promptTitle|error|errorTitle|title|name|descr)="([^"]*)"')
ADDRESSES = "Ô"
"""The head of the columns of cells' addresses, of which some look like codes."""


def read_workbook(data: bytes) -> Iterator[str]:
    """Every text of a workbook: cells, very hidden ones too, names of sheets, prompts, charts, headers, properties."""
    for sheet in openpyxl.load_workbook(io.BytesIO(data), data_only=True):
        yield sheet.title
        skipped = next((cell.column for row in sheet.iter_rows() for cell in row if cell.value == ADDRESSES), None)
        cells = (cell for row in sheet.iter_rows() for cell in row if cell.column != skipped)
        yield from (cell.value for cell in cells if isinstance(cell.value, str))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            xml = archive.read(name).decode("utf-8")
            yield from map(unescape, SHOWN.findall(xml))
            if name.startswith(("xl/charts/", "docProps/")):
                yield from map(unescape, re.findall(r">([^<>]+)<", xml))


def read_document(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml")]
    paragraphs = [text for xml in parts for text in re.split(r"</w:p>", xml)]
    return "\n".join(unescape(re.sub(r"<[^>]+>", "", text)) for text in paragraphs)


def consolidate(folder: Path, period: str, documents: Mapping[str, bytes]) -> FolderResult:
    as_of = PROGRAMME.period_by_code[period].lock + timedelta(hours=1)
    return consolidate_folder(folder, PROGRAMME, documents, check=check_workbook, as_of=as_of, period=period, workers=1)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbooks of both periods, but for one station's that sent nothing."""
    folder = tmp_path_factory.mktemp("phieu")
    for period in PROGRAMME.periods:
        for owed in PROGRAMME.obligations(period.code):
            unit = PROGRAMME.unit_by_code[owed.unit]
            if unit.code != "TR-02" or period.code == "quy-1":
                (folder / f"{period.code}-{unit.code}.xlsx").write_bytes(fill(PROGRAMME, unit, period))
    return folder


@pytest.fixture(scope="module")
def result(sent: Path) -> FolderResult:
    """Without a Word template of its own."""
    return consolidate(sent, "nua-nam", {})


@pytest.fixture(scope="module")
def made(result: FolderResult) -> Consolidation:
    return result.consolidation


def test_the_programme_shares_no_word_with_those_that_ship() -> None:
    texts = "\n".join(path.read_text("utf-8") for path in FOLDER.iterdir())
    assert find_in(texts) == set()


@pytest.mark.parametrize("unit", PROGRAMME.units, ids=lambda unit: unit.code)
def test_a_blank_form_prints_the_programmes_own_words(unit: str) -> None:
    sender = next(each for each in PROGRAMME.units if each == unit)
    data = make_template(PROGRAMME, PROGRAMME.form_by_code[FORM], sender, PROGRAMME.periods[0])
    texts = list(read_workbook(data))
    assert find_in("\n".join(texts)) == set()
    head = openpyxl.load_workbook(io.BytesIO(data))["Số liệu"]
    above = ["TRUNG TÂM Y TẾ KHU VỰC"] if sender.type == "station" else []
    assert [head["A1"].value, head["A2"].value][: len(above) + 1] == [*above, sender.full_name.upper()]


def test_every_workbook_is_taken_and_the_totals_are_of_its_own_kinds(result: FolderResult, made: Consolidation) -> None:
    assert not [each for each in result.refused if "kỳ khác" not in "".join(each.reasons)]
    names = {name.name: name.sums["lieu"] for name in made.tally.names}
    assert set(names) == {"BCG", "Cúm mùa"}
    assert names["Cúm mùa"] == 10
    total = made.tally.headline("N01")
    assert total is not None
    assert total.value == 2


def test_the_reform_that_the_programme_names_makes_areas_that_are_compared(made: Consolidation) -> None:
    assert made.earlier is not None
    change = made.earlier.changes["K01"]
    assert (change.before, change.after) == (6, 4)  # Vĩnh Mỹ with itself; Tri Tôn and Cô Tô with Bảy Núi


def test_the_consolidated_workbook_prints_the_programmes_own_words(result: FolderResult) -> None:
    texts = list(read_workbook(result.files["bao-cao-tong-hop.xlsx"]))
    assert find_in("\n".join(texts)) == set()
    assert {"Trạm Y tế Vĩnh Mỹ", "Tỷ lệ tiêm đủ mũi", "CÁC TÊN ĐÃ KÊ: VẮC-XIN ĐÃ DÙNG", "Chủng loại"} <= set(texts)


def test_the_word_document_prints_the_programmes_own_words(sent: Path) -> None:
    result = consolidate(sent, "nua-nam", {})
    text = read_document(result.files["bao-cao-tong-hop.docx"])
    assert find_in(text) == set()
    for own in (
        "SỞ Y TẾ TỈNH AN GIANG", "Trung tâm Kiểm soát bệnh tật tỉnh An Giang tổng hợp kết quả", "/BC-KSBT",
        "I. KẾT QUẢ TIÊM", "- Trẻ dưới 1 tuổi được tiêm đủ mũi:", "Đề xuất với Trung tâm",
        "- 02 đơn vị (Vĩnh Mỹ, Bảy Núi): “Bổ sung tủ lạnh.”",
    ):  # fmt: skip
        assert own in text
    assert "Không có." not in docx.Document(io.BytesIO(result.files["bao-cao-tong-hop.docx"])).paragraphs[-1].text


def test_the_open_data_has_the_programmes_own_words(result: FolderResult) -> None:
    for name, data in result.files.items():
        if name.endswith((".csv", ".json")):
            assert find_in(data.decode("utf-8-sig")) == set(), name
