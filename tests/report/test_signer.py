"""What the head of office reads before signing: sentences and names as a careful official writes them."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH

from chalicelib.domain.language.vietnamese import format_number, format_percent
from chalicelib.domain.period.body import find_outline, write_body
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.figure_words import FigureWords
from chalicelib.domain.period.totals import FigureState, UnitFigure
from chalicelib.domain.programme.outline import Passage
from chalicelib.domain.values import add_known
from chalicelib.report.document.tables import explain_figures, tabulate_figures
from chalicelib.report.document.wording import make_context, write_passages
from tests.report.documents import SITUATIONS, Situation


@cache
def find_situation(name: str) -> Situation:
    return SITUATIONS[name]()


def find(name: str) -> Consolidation:
    return find_situation(name).consolidation


def read_body(name: str) -> list[str]:
    made = find(name)
    return [each.text for each in write_body(find_outline(made.tally), {}, FigureWords(made), write_passages(made))]


def test_a_body_keeps_its_capitals_and_a_type_of_units_has_none_within_a_sentence() -> None:
    context = make_context(find("noughts"), find_situation("noughts").edition)
    assert context["nguon_so_lieu"] == (
        "13/13 báo cáo của xã, phường; 20/20 báo cáo của sở, ban, ngành, đoàn thể; "
        "01/01 báo cáo của Bộ đội Biên phòng; 02/02 báo cáo của Ban Chỉ đạo 138 tỉnh, Công an tỉnh"
    )


def test_of_a_target_that_concerns_nobody_no_count_is_said() -> None:
    assert not [text for text in write_passages(find("noughts"))[Passage.TARGETS] if "0/0" in text]


def test_units_without_a_report_are_named_once_and_not_with_every_target() -> None:
    passages = write_passages(find("four-of-eleven"))
    assert sum("Cao Lộc, Văn Quan, Bắc Sơn" in text for text in passages[Passage.REPORTING]) == 1
    targets = passages[Passage.TARGETS]
    assert not [text for text in targets if "Cao Lộc" in text]
    assert targets[0].endswith(". 07 đơn vị thiếu số liệu.")


def test_the_line_of_all_types_names_no_unit_again() -> None:
    *_, commune, _, everyone = ["", *write_passages(find("sixty-five-communes"))[Passage.REPORTING]]
    assert commune.endswith("chưa có 01 (1,5%): Thất Khê.")
    assert everyone == "- Tổng cộng: phải gửi 67 báo cáo; đúng hạn 66 (98,5%); chưa có 01 (1,5%)."


def test_a_heading_of_which_nothing_is_asked_falls() -> None:
    body = read_body("sixty-five-communes")
    assert not [text for text in body if "an ninh biên giới" in text or text == "Chưa có số liệu."]


@pytest.mark.parametrize("name", ["full", "four-of-eleven", "sixty-five-communes", "two-levels"])
def test_no_sentence_has_brackets_side_by_side_or_an_estimate_behind_its_verb(name: str) -> None:
    body = read_body(name)
    assert not [text for text in body if ") (" in text or "có ước" in text or "()" in text]


def test_the_opening_tells_once_what_changes_are_measured_against() -> None:
    """The year of 2026 has no year before: what stands at its end is compared with the middle of the year."""
    context = make_context(find("full"), find_situation("full").edition)
    assert (context["so_sanh"]["co"], context["so_sanh"]["ky"]) == (True, "6 tháng đầu năm 2026")
    body = read_body("full")
    assert any("(tăng " in text for text in body)
    assert not [text for text in body if "so với 6 tháng" in text]


def test_a_report_of_noughts_says_of_each_heading_that_nothing_has_happened() -> None:
    """A list of names that is empty is not a figure that nobody knows."""
    assert "Chưa có số liệu." not in read_body("noughts")


def test_places_within_a_sentence_have_a_small_letter() -> None:
    context = make_context(find("sixty-five-communes"), find_situation("sixty-five-communes").edition)
    assert context["so_sanh"]["da_chia"] == "xã Bính Xá, xã Kiên Mộc"


def read_tables(name: str) -> tuple[list[dict[str, Any]], str]:
    """The tables of figures by unit, and what is said of them."""
    context = make_context(find(name), find_situation(name).edition)
    return context["bang_so_lieu"], context["chu_giai"]


def _read_whole(cell: str) -> int:
    return int(cell.replace(".", ""))


def list_rows(tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for table in tables for row in table["dong"] if not row["la_muc"]]


def test_units_that_have_reported_nothing_have_no_column_and_are_named() -> None:
    tables, said = read_tables("four-of-eleven")
    assert [table["cot"] for table in tables] == [["TP. Lạng Sơn", "Tràng Định", "Bình Gia", "Văn Lãng", "Cộng"]]
    assert "không có cột trong bảng: Cao Lộc, Văn Quan, Bắc Sơn, Hữu Lũng, Chi Lăng, Lộc Bình, Đình Lập" in said
    assert not [row for row in list_rows(tables) if not any(row["o"])]


def test_units_that_are_asked_for_no_figure_have_no_table_and_are_not_missed() -> None:
    made = find("two-levels")
    districts = {unit.code for unit in made.tally.units_of("district")}
    figures = {
        code: {unit: each for unit, each in own.items() if unit in districts}
        for code, own in made.tally.figures.items()
    }  # fmt: skip
    asked = replace(made, tally=replace(made.tally, figures=figures))
    tables = [*tabulate_figures(asked)]
    assert {table["loai"].removesuffix(" (tiếp theo)") for table in tables} == {"Huyện, thành phố"}
    assert "không có cột trong bảng: Đình Lập; " in explain_figures(asked, tables)


def test_units_below_others_are_summed_for_each_unit_above_and_the_sums_say_what_they_lack() -> None:
    tables, said = read_tables("two-levels")
    communes = tables[-1]
    assert communes["cot"] == ["Huyện Văn Quan (thiếu 01 đơn vị)", "Huyện Bắc Sơn", "Huyện Chi Lăng", "Cộng"]
    assert "ở sổ tổng hợp Excel kèm theo" in communes["loai"]
    assert "không có cột trong bảng: Đình Lập; " in said
    made = find("two-levels").tally
    cells = next(row["o"] for row in list_rows([communes]) if row["ma"] == "A01")
    below = [unit.code for unit in made.units if unit.parent == "185"]
    assert cells[1] == format_number(add_known(made.figures["A01"][code].number for code in below) or 0)
    assert sum(_read_whole(cell) for cell in cells[:3]) == _read_whole(cells[3])


def change_below(unit: str, code: str, change: Callable[[UnitFigure], UnitFigure]) -> str:
    """What stands for the sum of the units below `unit` when their figures are changed."""
    made = find("two-levels")
    below = {each.code for each in made.tally.units if each.parent == unit}
    own = {each: change(figure) if each in below else figure for each, figure in made.tally.figures[code].items()}
    *_, communes = tabulate_figures(replace(made, tally=replace(made.tally, figures={**made.tally.figures, code: own})))
    return next(row["o"][1] for row in list_rows([communes]) if row["ma"] == code)


def test_a_name_that_several_units_below_one_list_is_counted_once() -> None:
    tally = find("two-levels").tally
    below = {unit.code for unit in tally.units if unit.parent == "185"}
    listed = Counter(unit for each in tally.names for unit in each.units if unit in below)
    different = sum(not below.isdisjoint(each.units) for each in tally.names)
    assert different < listed.total()
    said = change_below("185", "D30", lambda figure: replace(figure, value=listed[figure.unit]))
    assert said == format_number(different)


def test_a_share_of_the_units_below_one_is_that_of_their_sums() -> None:
    rows = {row["ma"]: row["o"] for row in list_rows(read_tables("two-levels")[0][-1:])}
    share = next(each for each in find("two-levels").tally.indicators if each.quotient and each.code in rows)
    above, whole = (_read_whole(rows[code][1]) for code in share.quotient)
    assert rows[share.code][1] == format_percent(Decimal(above) / whole)


@pytest.mark.parametrize(("state", "word"), [(FigureState.MISSING, "thiếu"), (FigureState.EMPTY, "để trống")])
def test_what_nobody_below_a_unit_has_told_is_not_blank(state: FigureState, word: str) -> None:
    """A blank means that nobody is asked."""
    assert change_below("185", "A01", lambda figure: replace(figure, state=state, value=None)) == word


def test_a_sum_says_that_it_holds_an_estimate() -> None:
    assert change_below("185", "A01", lambda figure: replace(figure, estimated=True)).endswith(" (ước)")


def test_targets_that_ask_nothing_of_anyone_have_no_table() -> None:
    assert make_context(find("noughts"), find_situation("noughts").edition)["bang_chi_tieu"]["dong"] == []


def test_what_is_nought_in_all_reports_has_no_row_and_is_told_of() -> None:
    tables, said = read_tables("noughts")
    assert said.endswith("ỉ tiêu mà các đơn vị đều báo cáo bằng 0 hoặc để trống không ghi trong bảng.")
    assert not list_rows(tables)


def test_the_legend_tells_of_no_word_that_is_not_there() -> None:
    tables, said = read_tables("full")
    cells = {cell for row in list_rows(tables) for cell in row["o"]}
    assert {sign: (sign in said) for sign in ("thiếu", "để trống", "(ước)", "≥")} == {
        sign: any(sign in cell for cell in cells) for sign in ("thiếu", "để trống", "(ước)", "≥")
    }


def test_units_are_spread_evenly_and_one_unit_has_no_sum_of_its_own() -> None:
    tables, _ = read_tables("full")
    heads = [(table["loai"], len(table["cot"]), table["cot"][-1]) for table in tables]
    assert heads[:3] == [
        ("Xã, phường", 14, "Cộng"), ("Xã, phường (tiếp theo)", 7, "Thụy Hùng"), ("Xã, phường (tiếp theo)", 7, "Cộng"),
    ]  # fmt: skip
    assert ("Bộ đội Biên phòng", 1, "BĐBP tỉnh") in heads


def test_titles_and_names_of_the_appendix_carry_no_notes_for_senders() -> None:
    tables, _ = read_tables("full")
    titles = [row["ten"] for table in tables for row in table["dong"] if row["la_muc"]]
    assert not [title for title in titles if "mục I" in title or "cần xác nhận" in title or "ngoài" in title]
    assert any("(khu dân cư: từ 01/11 năm trước" in title for title in titles)
    names = [row["ten"] for row in list_rows(tables)]
    assert "Buổi tuyên truyền về quản lý, sử dụng pháo" in names
    assert not [name for name in names if name.startswith("Trong đó")]
    assert any(name.endswith("- Trong đó: số đăng ký đạt tiêu chuẩn “An toàn về an ninh, trật tự”") for name in names)


def test_rows_are_numbered_without_a_gap() -> None:
    for table in read_tables("full")[0]:
        number = 0
        for row in table["dong"]:
            number = 0 if row["la_muc"] else number
            if not row["la_muc"] and row["tt"]:
                number += 1
                assert row["tt"] == str(number), row


def test_a_unit_without_figures_has_one_word_in_the_table_of_targets() -> None:
    rows = make_context(find("four-of-eleven"), find_situation("four-of-eleven").edition)["bang_chi_tieu"]["dong"]
    assert [row["tt"] for row in rows] == [str(number) for number in range(1, 12)]
    assert set(rows[-1]["o"]) == {"Thiếu số liệu", ""}


def test_columns_of_lists_are_as_wide_as_their_words_and_numbers_stand_in_the_middle() -> None:
    document = docx.Document(io.BytesIO(find_situation("four-of-eleven").make_files()["bao-cao-tong-hop.docx"]))
    models = next(table for table in document.tables if "Loại mô hình" in [cell.text for cell in table.rows[0].cells])
    widths = dict(zip([cell.text for cell in models.rows[0].cells], [cell.width for cell in models.rows[1].cells],
                      strict=True))  # fmt: skip
    assert widths["Số tổ"] < widths["Hình thức"] < widths["Loại mô hình"]
    aligned = {cell.paragraphs[0].alignment for cell in (models.rows[1].cells[-2], models.rows[2].cells[-1])}
    assert aligned == {WD_ALIGN_PARAGRAPH.CENTER}


def test_columns_of_figures_are_narrow_and_those_of_targets_share_the_page() -> None:
    document = docx.Document(io.BytesIO(find_situation("four-of-eleven").make_files()["bao-cao-tong-hop.docx"]))
    figures, targets = (
        [cell.width.cm for cell in table.rows[0].cells]
        for table in document.tables if table.rows[0].cells[1].text in ("Chỉ tiêu", "Đơn vị")
        and table.rows[0].cells[2].text.startswith(("Đơn vị", "Mỗi"))
    )  # fmt: skip
    assert max(figures[3:]) < 2.3
    assert figures[1] > 9
    assert min(targets[2:]) > 2.8
