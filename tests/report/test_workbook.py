"""The consolidated workbook: what stands in it, that it adds up by itself, and that it is the same every time."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import Difference, EditionInfo
from chalicelib.domain.period.totals import FigureState
from chalicelib.report.archive import EPOCH
from chalicelib.report.plain import LONGEST_CELL, clean_text, disarm, fit_cell
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.workbook import render_workbook
from tests.report.conftest import HOSTILE, convert


@pytest.fixture(scope="module")
def data(made: Consolidation, edition: EditionInfo) -> bytes:
    return render_workbook(made, edition)


@pytest.fixture(scope="module")
def stored(data: bytes) -> Any:
    """As it is stored: formulas show the values that we computed."""
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


@pytest.fixture(scope="module")
def live(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def rows_by_code(sheet: Any) -> dict[str, int]:
    codes = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    return {code: row for code, row in codes.items() if code and re.fullmatch(r"[A-Z]\d+\w*", str(code))}


def test_the_same_inputs_give_the_same_bytes(made: Consolidation, edition: EditionInfo, data: bytes) -> None:
    assert render_workbook(made, edition) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {EPOCH}
        assert archive.testzip() is None


def test_every_sheet_is_there_and_ready_for_printing(stored: Any) -> None:
    assert stored.sheetnames[:6] == ["Bìa", "Tổng hợp", "Theo đơn vị", "Chỉ tiêu", "Tình hình nộp", "So sánh"]
    assert stored.sheetnames[-1] == "Nguồn số liệu"
    for name in ("Tổng hợp", "Theo đơn vị", "Chỉ tiêu", "Tình hình nộp", "Nguồn số liệu"):
        sheet = stored[name]
        assert sheet.freeze_panes
        assert sheet.print_title_rows
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.orientation == "landscape"


def test_totals_are_formulas_whose_stored_values_are_ours(made: Consolidation, stored: Any, live: Any) -> None:
    totals, formulas = stored["Tổng hợp"], live["Tổng hợp"]
    rows = rows_by_code(totals)
    assert set(rows) == {indicator.code for indicator in made.tally.indicators}
    for code, row in rows.items():
        total = made.tally.headline(code)
        if total is None or total.value is None:
            continue
        assert str(formulas.cell(row, 5).value).startswith("=")
        assert Decimal(str(totals.cell(row, 5).value)) == pytest.approx(Decimal(total.value), rel=Decimal("1e-15"))


def test_missing_is_a_word_and_not_a_nought(made: Consolidation, stored: Any) -> None:
    sheet = stored["Theo đơn vị"]
    columns = {sheet.cell(5, column).value: column for column in range(4, 16)}
    row = rows_by_code(sheet)["B05"]
    assert sheet.cell(row, columns["Đình Lập"]).value == "thiếu"
    assert sheet.cell(row, columns["Chi Lăng"]).value == "thiếu"  # returned
    assert sheet.cell(row, columns["Lạng Sơn"]).value == made.tally.figures["B05"]["178"].value


def test_every_figure_links_to_its_source(made: Consolidation, live: Any) -> None:
    sheet, sources = live["Theo đơn vị"], live["Nguồn số liệu"]
    row = rows_by_code(sheet)["B05"]
    link = sheet.cell(row, 4).hyperlink
    target = int(re.search(r"!A(\d+)", link.location)[1])  # type: ignore[index]
    figure = next(each for each in made.tally.figures["B05"].values() if each.state is FigureState.KNOWN)
    status = made.reporting.status_by_key[figure.unit, figure.form]
    found = [sources.cell(target, column).value for column in range(1, 15)]
    assert (found[0], found[2], found[4]) == ("B05", "178", figure.value)
    assert (found[7], found[8], found[9], found[10], found[13]) == (
        status.revision, status.file_name, figure.sheet, figure.cell, status.sha256,
    )  # fmt: skip
    known = sum(
        figure.state is FigureState.KNOWN and bool(figure.cell)
        for by_unit in made.tally.figures.values() for figure in by_unit.values()
    )  # fmt: skip
    assert sources.max_row == layout.SOURCES_HEAD + 1 + known


def test_names_properties_charts_and_marks(made: Consolidation, live: Any, data: bytes) -> None:
    assert live.defined_names["TH_B05"].attr_text.startswith("'Tổng hợp'!$E$")
    assert "LAN_PHAT_HANH" in live.defined_names
    assert live.properties.title == "Báo cáo tổng hợp Năm 2022"
    assert made.inputs_hash in live.properties.description
    assert {each.name: each.value for each in live.custom_doc_props.props}["Lần phát hành"] == 3
    assert len(live["Biểu đồ"]._charts) == 4
    for name in ("Tổng hợp", "Theo đơn vị", "Chỉ tiêu", "Tình hình nộp", "Nguồn số liệu"):
        assert list(live[name].conditional_formatting), name
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        charts = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 4


@pytest.mark.promise("disarmed")
def test_hostile_text_stays_text(live: Any, data: bytes) -> None:
    cells = [cell for row in live["Thuyết minh"].iter_rows() for cell in row if "cmd|" in str(cell.value)]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)
    assert all("{{7*7}}" in cell.value and "<script>" in cell.value for cell in cells)
    formulas = [cell.value for sheet in live for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas
    assert not [each for each in formulas if "cmd" in str(each)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name or "vba" in name]


@pytest.mark.promise("disarmed")
def test_a_cell_that_begins_like_a_formula_is_written_as_a_string(made: Consolidation, edition: EditionInfo) -> None:
    from dataclasses import replace

    for hostile in HOSTILE:
        texts = (replace(made.texts[0], text=hostile),)
        book = openpyxl.load_workbook(io.BytesIO(render_workbook(replace(made, texts=texts), edition)))
        cell = book["Thuyết minh"]["C5"]
        assert cell.data_type == "s"
        assert cell.value == clean_text(hostile)


def test_text_beyond_a_cell_is_cut_with_a_word() -> None:
    cut = fit_cell("ă" * 40_000)
    assert len(cut) <= LONGEST_CELL
    assert "còn 7" in cut
    assert "tong-hop.json" in cut
    assert fit_cell("😀" * 20_000).encode("utf-16-le")  # no half of a pair is left
    assert disarm("=1") == "'=1"
    assert disarm("-") == "'-"


def test_differences_and_reason_of_a_supplement_have_a_sheet(made: Consolidation) -> None:
    info = EditionInfo(
        4, made.as_of, True, "Bổ sung của Đình Lập.", (Difference("189", "B05", "", None, 7, "mưa lũ"),), 3
    )
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(made, info)))
    assert [cell.value for cell in book["Thay đổi"][5]] == [
        "Huyện Đình Lập", "B05. Cuộc, buổi tuyên truyền đã tổ chức", None, "7", "mưa lũ",
    ]  # fmt: skip


def test_no_report_at_all_still_makes_a_workbook(made: Consolidation) -> None:
    from chalicelib.domain.period.consolidate import consolidate

    empty = consolidate(made.programme, "nam", [], as_of=made.as_of)
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(empty, EditionInfo(1, empty.as_of, True))), data_only=True)
    assert book["Tổng hợp"].cell(rows_by_code(book["Tổng hợp"])["B05"], 5).value in (None, "")


# LibreOffice


def _forget_values(data: bytes, path: Path) -> None:
    """The workbook without the values of its formulas, so that whoever shows them has computed them."""
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            target.writestr(entry.filename, content)


@pytest.mark.office
def test_libreoffice_computes_the_same_figures(data: bytes, stored: Any, tmp_path: Path) -> None:
    blank = tmp_path / "khong-gia-tri.xlsx"
    _forget_values(data, blank)
    (tmp_path / "out").mkdir()
    computed = openpyxl.load_workbook(convert(blank, "xlsx", tmp_path / "out"), data_only=True)
    live = openpyxl.load_workbook(io.BytesIO(data))
    compared = 0
    for sheet in live:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                ours, theirs = (book[sheet.title][cell.coordinate].value for book in (stored, computed))
                compared += 1
                if ours in (None, ""):
                    assert theirs in (None, ""), f"{sheet.title}!{cell.coordinate}"
                else:
                    assert theirs == pytest.approx(ours, rel=1e-14), f"{sheet.title}!{cell.coordinate}"
    assert compared > 250


@pytest.mark.office
def test_libreoffice_prints_it(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tong-hop.xlsx"
    path.write_bytes(data)
    assert convert(path, "pdf", tmp_path).read_bytes().startswith(b"%PDF")
