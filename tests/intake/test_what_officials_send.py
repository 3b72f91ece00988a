"""How officials fill in Excel, line by line, each with a workbook: what is read, or what the sender is told."""

from __future__ import annotations

import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from chalicelib.domain.issues.issue import MOST_ISSUES, Severity
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Outcome, Status
from chalicelib.intake.check import check_workbook
from tests.intake.editing import edit

Maker = Callable[..., bytes]


def cell_of(workbook: Workbook, code: str, column: int = 5) -> Any:
    sheet = workbook["Số liệu"]
    row = next(cell.row for (cell,) in sheet.iter_rows(max_col=1) if cell.value == code)
    return sheet.cell(row, column)


def codes(outcome: Outcome) -> set[str]:
    return {issue.code for issue in outcome.issues}


# 1 to 5: figures


@pytest.mark.parametrize(
    ("code", "typed", "read"),
    [
        ("B06", "11.234", 11234),
        ("B06", "11.234 lượt người", 11234),
        ("E47", "09 tổ", 9),
        ("C28", "1,4 tỷ", 1_400_000_000),
        ("C28", "3 triệu đồng", 3_000_000),
        ("F71", "13,85 kg", Decimal("13.85")),
        ("F71", "1.234,5", Decimal("1234.5")),
        ("F69", "không", 0),
        ("F69", "-", 0),
        ("F69", "–", 0),
        ("F69", "0 viên", 0),
        ("F69", "０５", 5),
        ("F69", "\u00a005\u200b ", 5),
        ("F69", "05", 5),
        ("F69", "'12", 12),
        ("F69", "12 viên.", 12),
        ("A03", "05 (năm)", 5),
        ("C28", "2 tỷ 500 triệu đồng", 2_500_000_000),
        ("C28", "1.000.000 ₫", 1_000_000),
    ],
)
def test_a_figure_is_read_as_it_is_typed(
    code: str, typed: str, read: Any, programme: Programme, make_workbook: Maker
) -> None:
    outcome = check_workbook(make_workbook(**{code: typed}), programme)
    assert outcome.values[code].value == read
    change = next(change for change in outcome.normalisations if change.indicator == code)
    assert (change.found, change.read_as) == (typed, str(read))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (1.234, "cell.not_whole"),
        (None, "cell.missing"),
        ("x", "cell.placeholder"),
        ("/", "cell.placeholder"),
        ("…", "cell.placeholder"),
        ("15 quả", "cell.other_unit"),
        ("hơn 500", "cell.approximate"),
        ("644/707", "cell.two_figures"),
        ("44 lần/704 lượt", "cell.two_figures"),
        ("=#REF!", "cell.uncalculated"),
        ("#VALUE!", "cell.error_value"),
    ],
)
def test_what_cannot_be_a_figure_is_told_with_its_cell(
    typed: Any, code: str, programme: Programme, make_workbook: Maker
) -> None:
    def put(workbook: Workbook) -> None:
        cell = cell_of(workbook, "A03")
        cell.value = typed
        if isinstance(typed, str) and typed.startswith("#"):
            cell.data_type = "e"

    outcome = check_workbook(edit(make_workbook(), put), programme)
    (issue,) = [issue for issue in outcome.issues if issue.indicator == "A03"]
    assert (issue.code, issue.label) == (code, programme.indicator_by_code["A03"].label)
    assert issue.cell in issue.message


@pytest.mark.parametrize(
    ("code", "stored", "number_format", "issue", "found"),
    [
        ("A03", 0.5, "0%", "cell.other_unit", "50%"),
        ("A03", 1, "0%", "cell.other_unit", "100%"),
        ("F71", 0.5, "0%", "cell.other_unit", "50%"),
        ("C28", 35, '0" triệu"', "cell.shown_otherwise", "35 triệu"),
        ("C28", 2_000_000, "0,,", "cell.shown_otherwise", "2"),
        ("C28", 12, "$#,##0", "cell.other_unit", "$12"),
        ("A03", 12, '0" kg"', "cell.other_unit", "12 kg"),
    ],
)
def test_a_number_format_that_says_something_else_is_told_as_the_screen_shows_it(
    code: str, stored: Any, number_format: str, issue: str, found: str, programme: Programme, make_workbook: Maker
) -> None:
    def put(workbook: Workbook) -> None:
        cell_of(workbook, code).value = stored
        cell_of(workbook, code).number_format = number_format

    outcome = check_workbook(edit(make_workbook(), put), programme)
    (told,) = [each for each in outcome.issues if each.indicator == code]
    assert (told.code, told.found) == (issue, found)
    assert found in told.message


@pytest.mark.parametrize(
    ("code", "stored", "number_format"),
    [
        ("E47", 12, '0" tổ"'),
        ("C28", 1_400_000, '#,##0.0,," triệu"'),
        ("C28", 1_000_000, '#,##0\\ "₫"'),
        ("A03", 5, "00"),
    ],
)
def test_a_number_format_that_says_the_same_is_as_good_as_the_number(
    code: str, stored: int, number_format: str, programme: Programme, make_workbook: Maker
) -> None:
    def put(workbook: Workbook) -> None:
        cell_of(workbook, code).value = stored
        cell_of(workbook, code).number_format = number_format

    outcome = check_workbook(edit(make_workbook(), put), programme)
    assert outcome.values[code].value == stored
    assert not [each for each in outcome.issues if each.indicator == code]
    assert not outcome.normalisations


# 6, 7: words


def test_decomposed_letters_and_either_place_of_the_tone_mark_choose_the_same(
    programme: Programme, make_workbook: Maker
) -> None:
    def retype(workbook: Workbook) -> None:
        for sheet in workbook.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.data_type == "s":
                        cell.value = unicodedata.normalize("NFD", cell.value)

    outcome = check_workbook(edit(make_workbook(), retype), programme)
    assert outcome.status is Status.ACCEPTED
    assert all(unicodedata.is_normalized("NFC", str(each.value)) for each in outcome.narratives.values())
    assert {row.values["hinh_thuc"] for row in outcome.tables["mo-hinh"]} <= {"Xây dựng mới", "Nhân rộng", "Duy trì"}


def test_text_of_an_old_font_is_converted_and_the_original_kept(programme: Programme, make_workbook: Maker) -> None:
    outcome = check_workbook(make_workbook(**{"kho-khan": "Céng hoµ x· héi chñ nghÜa ViÖt Nam"}), programme)
    assert outcome.narratives["kho-khan"].value == "Cộng hoà xã hội chủ nghĩa Việt Nam"
    assert [change.found for change in outcome.normalisations] == ["Céng hoµ x· héi chñ nghÜa ViÖt Nam"]


def test_a_cell_in_an_old_font_is_read_by_its_font(programme: Programme, make_workbook: Maker) -> None:
    def put(workbook: Workbook) -> None:
        for code in ("E47", "F69"):
            cell_of(workbook, code).font = Font(name=".VnTime")
        cell_of(workbook, "E47").value, cell_of(workbook, "F69").value = "12 tæ", "kh«ng"
        cell = next(cell for row in workbook["Thuyết minh"].iter_rows() for cell in row if cell.value == "x·")
        cell.font = Font(name=".VnTime")

    outcome = check_workbook(edit(make_workbook(**{"kho-khan": "x·"}), put), programme)
    assert outcome.narratives["kho-khan"].value == "xã"
    assert (outcome.values["E47"].value, outcome.values["F69"].value) == (12, 0)
    assert {each.found for each in outcome.normalisations} == {"x·", "12 tæ", "kh«ng"}


def test_a_choice_in_an_old_font_is_known_by_the_list(programme: Programme, make_workbook: Maker) -> None:
    def put(workbook: Workbook) -> None:
        cell = next(cell for row in workbook["Bảng 2"].iter_rows() for cell in row if cell.value == "Nhân rộng")
        cell.value = "Nh©n réng"

    outcome = check_workbook(edit(make_workbook(), put), programme)
    assert outcome.status is Status.ACCEPTED
    assert [(each.found, each.read_as) for each in outcome.normalisations] == [("Nh©n réng", "Nhân rộng")]


def test_the_letter_eth_is_replaced_and_recorded(programme: Programme, make_workbook: Maker) -> None:
    typed, meant = "Ðảng ủy · 1½ ngày", "Đảng ủy · 1½ ngày"
    outcome = check_workbook(make_workbook(**{"kho-khan": typed}), programme)
    assert outcome.narratives["kho-khan"].value == meant
    assert [(each.found, each.read_as) for each in outcome.normalisations] == [(typed, meant)]
    assert not outcome.issues


# 9: formulas


def test_a_total_without_a_stored_value_is_computed_by_us(programme: Programme, make_workbook: Maker) -> None:
    outcome = check_workbook(make_workbook(), programme)
    parts = [outcome.values[f"I91{part}"].value for part in "abcde"]
    assert outcome.values["I91"].value == sum(parts)  # type: ignore[arg-type]


def test_a_total_typed_over_its_formula_must_agree(programme: Programme, make_workbook: Maker) -> None:
    def put(workbook: Workbook) -> None:
        cell_of(workbook, "I91").value = 1

    outcome = check_workbook(edit(make_workbook(), put), programme)
    assert codes(outcome) == {"total.differs"}


# 10: structure


def test_a_stray_character_at_the_end_of_the_sheet_blocks_nothing(programme: Programme, make_workbook: Maker) -> None:
    def put(workbook: Workbook) -> None:
        workbook["Số liệu"].cell(1_048_576, 16_384).value = "."

    assert check_workbook(edit(make_workbook(), put), programme).status is Status.ACCEPTED


def test_a_filter_left_on_hides_rows_and_no_figures(programme: Programme, make_workbook: Maker) -> None:
    def hide(workbook: Workbook) -> None:
        sheet = workbook["Số liệu"]
        sheet.auto_filter.ref = "A8:H100"
        for row in range(20, 60):
            sheet.row_dimensions[row].hidden = True

    hidden = check_workbook(edit(make_workbook(), hide), programme)
    assert hidden.values == check_workbook(make_workbook(), programme).values


def test_a_merged_cell_over_figures_is_an_error(programme: Programme, make_workbook: Maker) -> None:
    def merge(workbook: Workbook) -> None:
        row = cell_of(workbook, "A03").row
        workbook["Số liệu"].merge_cells(start_row=row, end_row=row + 1, start_column=5, end_column=5)

    assert "cell.merged" in codes(check_workbook(edit(make_workbook(), merge), programme))


def test_a_deleted_row_is_named_by_its_code_and_label(programme: Programme, make_workbook: Maker) -> None:
    def delete(workbook: Workbook) -> None:
        workbook["Số liệu"].delete_rows(cell_of(workbook, "F54").row)

    outcome = check_workbook(edit(make_workbook(), delete), programme)
    issue = next(issue for issue in outcome.errors if issue.code == "form.row_missing")
    assert "F54" in issue.message
    assert programme.indicator_by_code["F54"].label in issue.message


def test_a_deleted_sheet_of_a_table_is_named(programme: Programme, make_workbook: Maker) -> None:
    outcome = check_workbook(edit(make_workbook(), lambda workbook: workbook.remove(workbook["Bảng 2"])), programme)
    assert "table.missing" in codes(outcome)


def test_a_form_mangled_beyond_reading_gets_one_message(programme: Programme, make_workbook: Maker) -> None:
    def wreck(workbook: Workbook) -> None:
        workbook["Số liệu"].delete_rows(8, 90)

    outcome = check_workbook(edit(make_workbook(), wreck), programme)
    assert [issue.code for issue in outcome.errors if issue.code.startswith(("form", "cell"))] == ["form.mangled"]


# 11: dates


@pytest.mark.parametrize(
    ("typed", "read"),
    [("10/02/2022", "2022-02-10"), ("10-2-2022", "2022-02-10"), ("2022-02-10", "2022-02-10")],
)
def test_a_date_is_read_day_first(typed: str, read: str, programme: Programme, make_workbook: Maker) -> None:
    outcome = check_workbook(make_workbook("SYT", "ke-hoach", "ke-hoach", A02b=typed), programme)
    assert outcome.values["A02b"].value == read, outcome.issues


def test_a_date_swapped_by_a_machine_of_another_locale_is_noticed(programme: Programme, make_workbook: Maker) -> None:
    outcome = check_workbook(make_workbook("SYT", "ke-hoach", "ke-hoach", A02b="01/12/2022"), programme)
    (issue,) = outcome.errors
    assert issue.code == "cell.date_swapped"
    assert "12/01/2022" in issue.expected


@pytest.mark.parametrize(
    ("stored", "code", "found"),
    [
        (date(2021, 9, 30), "cell.date_outside", "30/9/2021"),
        (date(2020, 2, 10), "cell.date_outside", "10/02/2020"),
        (2022, "cell.date_year_only", "2022"),
        ("2022", "cell.date_year_only", "2022"),
    ],
)
def test_a_day_that_cannot_be_the_period_s_is_told_as_it_was_typed(
    stored: Any, code: str, found: str, programme: Programme, make_workbook: Maker
) -> None:
    def put(workbook: Workbook) -> None:
        cell_of(workbook, "A02b").value = stored
        cell_of(workbook, "A02b").number_format = "dd/mm/yyyy"

    outcome = check_workbook(edit(make_workbook("SYT", "ke-hoach", "ke-hoach"), put), programme)
    (issue,) = outcome.issues
    assert (issue.code, issue.found) == (code, found)
    assert found in issue.message
    assert (issue.severity is Severity.WARNING) == ("A02b" in outcome.values) == (found == "30/9/2021")


def test_the_number_of_a_day_of_the_year_among_figures_is_remarked_on(
    programme: Programme, make_workbook: Maker
) -> None:
    outcome = check_workbook(make_workbook(B06=44693), programme)
    (issue,) = [issue for issue in outcome.issues if issue.indicator == "B06"]
    assert (issue.code, issue.severity, issue.expected) == ("cell.maybe_date", Severity.WARNING, "12/5/2022")
    assert outcome.values["B06"].value == 44693


def test_a_date_among_figures_is_an_error_and_shown_day_first(programme: Programme, make_workbook: Maker) -> None:
    def put(workbook: Workbook) -> None:
        cell_of(workbook, "A03").value = date(2022, 5, 12)

    outcome = check_workbook(edit(make_workbook(), put), programme)
    (issue,) = [issue for issue in outcome.issues if issue.indicator == "A03"]
    assert (issue.code, issue.found) == ("cell.date_for_number", "12/5/2022")


def test_a_time_of_day_in_a_date_cell_is_an_error(programme: Programme, make_workbook: Maker) -> None:
    def put(workbook: Workbook) -> None:
        cell_of(workbook, "A02b").value = 0.5
        cell_of(workbook, "A02b").number_format = "hh:mm"

    outcome = check_workbook(edit(make_workbook("SYT", "ke-hoach", "ke-hoach"), put), programme)
    assert codes(outcome) == {"cell.not_a_date"}


# 12: the wrong sender


def test_the_form_of_another_unit_is_refused_by_the_link(programme: Programme, make_workbook: Maker) -> None:
    link_of_181 = Address(programme=programme.code, period="6-thang", form="bao-cao-6-thang", unit="181")
    outcome = check_workbook(make_workbook("180"), programme, expected=link_of_181)
    assert codes(outcome) == {"form.other_unit"}
    assert "Tràng Định" in outcome.issues[0].message
    assert "Bình Gia" in outcome.issues[0].message


# What users of other systems complain of


def test_an_empty_row_or_a_note_beside_the_form_blocks_nothing(programme: Programme, make_workbook: Maker) -> None:
    def write(workbook: Workbook) -> None:
        workbook["Số liệu"].cell(200, 12).value = "ghi chú riêng"
        workbook.create_sheet("Nháp")["A1"].value = "tính nháp 1 + 1"

    assert check_workbook(edit(make_workbook(), write), programme).status is Status.ACCEPTED


def test_errors_come_before_warnings_and_a_cap_says_how_many_more(programme: Programme) -> None:
    from chalicelib.workbook.form.template import make_template

    form, period = programme.form_by_code["bao-cao-nam"], programme.period_by_code["nam"]
    blank = make_template(programme, form, programme.unit_by_code["178"], period)

    def fill(workbook: Workbook) -> None:
        sheet = workbook["Bảng 2"]
        for row in range(6, 126):
            sheet.cell(row, 5 if sheet.cell(5, 5).value == "@hinh_thuc" else 4).value = "sai"

    outcome = check_workbook(edit(blank, fill), programme)
    assert len(outcome.issues) == MOST_ISSUES + 1
    assert outcome.issues[-1].code == "form.more_issues"
    severities = [issue.severity for issue in outcome.issues]
    assert severities == sorted(severities, key=lambda severity: severity != "error")


def test_every_issue_has_an_address_or_is_about_the_whole_file(programme: Programme, make_workbook: Maker) -> None:
    outcome = check_workbook(make_workbook(B06="x", F54=None, A01="12 em", F55=99999), programme)
    assert outcome.issues
    for issue in outcome.issues:
        assert issue.message
        assert "{" not in issue.message
        assert (issue.sheet and issue.cell) or issue.code.startswith(("form.", "table."))


def test_hostile_text_is_kept_as_text(programme: Programme, make_workbook: Maker) -> None:
    hostile = "{{7*7}} <script>alert(1)</script> '; DROP TABLE"
    outcome = check_workbook(make_workbook(**{"kho-khan": hostile}), programme)
    assert outcome.narratives["kho-khan"].value == hostile


# Whatever arrives ends in an outcome


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_workbook_damaged_anywhere_ends_in_an_outcome(
    data: st.DataObject, programme: Programme, make_workbook: Maker
) -> None:
    original = make_workbook("180")
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)), label="part")
    body = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 8), label="changes")):
        at = data.draw(st.integers(0, len(body) - 1), label="at")
        body[at : at + data.draw(st.integers(0, 4), label="over")] = data.draw(st.binary(max_size=6), label="bytes")
        if not body:
            break
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in (parts | {name: bytes(body)}).items():
            archive.writestr(part, content)
    outcome = check_workbook(out.getvalue(), programme)
    assert outcome.sha256 == hashlib.sha256(out.getvalue()).hexdigest()
    assert (outcome.status is Status.REJECTED) == bool(outcome.errors)


@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=4000))
def test_any_bytes_end_in_an_outcome(data: bytes, programme: Programme) -> None:
    assert check_workbook(data, programme).status is Status.REJECTED
