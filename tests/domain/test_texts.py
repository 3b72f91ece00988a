"""Text in old fonts, dates, spelling."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.language.legacy_text import Repaired, Run, repair_runs, repair_text
from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.submission.dates import Window, find_year, read_date

WINDOW = Window(date(2021, 11, 15), date(2022, 5, 14))


@pytest.mark.parametrize(
    ("typed", "meant", "encoding"),
    [
        ("hép møt tÕt", "hộp mứt tết", "TCVN3"),
        ("Céng hoµ x· héi chñ nghÜa ViÖt Nam", "Cộng hoà xã hội chủ nghĩa Việt Nam", "TCVN3"),
        ("§éi d©n phßng", "Đội dân phòng", "TCVN3"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam", "VNI"),
    ],
)
def test_text_in_a_font_of_the_time_before_unicode_is_converted(typed: str, meant: str, encoding: str) -> None:
    repaired = repair_text(typed)
    assert (repaired.text, repaired.converted_from) == (meant, encoding)


@pytest.mark.parametrize(
    ("typed", "font", "meant"),
    [
        ("X·", ".VnTime", "Xã"),
        ("T©n Thµnh", ".VnArial", "Tân Thành"),
        ("c«ng an tØnh", ".VnTimeH", "CÔNG AN TỈNH"),
        ("HéI NGHÞ", ".VnTime", "HỘI NGHỊ"),
        ("mua « t« con", ".vntime", "mua ô tô con"),
        ("· C«ng t¸c ®· xong", ".VnTime", "· Công tác đã xong"),
        ("Ñaûng uûy xaõ", "VNI-Times", "Đảng ủy xã"),
        ("Oâng Traàn", "VNI-Times", "Ông Trần"),
        # Unicode typed into a cell whose font is old
        ("Đảng ủy", ".VnTime", "Đảng ủy"),
        ("Lào Cai", ".VnTime", "Lào Cai"),
        ("UBND 12", ".VnTimeH", "UBND 12"),
    ],
)
def test_the_font_tells_what_a_text_says(typed: str, font: str, meant: str) -> None:
    repaired = repair_text(typed, font=font)
    assert (repaired.text, repaired.flagged) == (meant, False)


def test_each_run_is_read_by_its_own_font() -> None:
    runs = [Run("·", "Symbol"), Run(" C«ng an ", ".VnTime"), Run("Đình Lập", "Times New Roman")]
    assert repair_runs(runs).text == "· Công an Đình Lập"


@pytest.mark.parametrize(
    ("typed", "font"),
    [
        ("cã", ".VnTime"),  # có, or cã as it stands
        ("không có", ".VnTime"),
        ("Đảng ủy x· héi chñ nghÜa", ""),  # Unicode and TCVN3
        ("Straße für Müller", ""),
    ],
)
def test_what_cannot_be_told_is_left_alone_and_flagged(typed: str, font: str) -> None:
    repaired = repair_text(typed, font=font)
    assert (repaired.text, repaired.flagged) == (typed, True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Ðảng ủy", "Đảng ủy"), ("Ðoàn xã, QÐ-UBND", "Đoàn xã, QĐ-UBND"), ("Ban chỉ ðạo", "Ban chỉ đạo"), ("BCÐ", "BCĐ")],
)
def test_an_icelandic_letter_typed_for_a_vietnamese_one_is_replaced(typed: str, meant: str) -> None:
    assert repair_text(typed) == Repaired(meant, converted_from="Ð")


@pytest.mark.parametrize(
    "text",
    [
        "· Công tác nắm tình hình địa bàn còn hạn chế", "1½ ngày, không phát sinh", "3 × 4 m, 20 µg, 5 ± 1",
        "«hoà bình» và «an toàn»", "Lào·Cai", "hoà·bình·xã", "Hôtel Métropole, café, élève", "X·", "H§ND",
    ],
)  # fmt: skip
def test_a_sign_in_a_sentence_proves_no_old_font(text: str) -> None:
    assert repair_text(text) == Repaired(text)


@pytest.mark.parametrize(
    "text",
    ["Hoà Bình", "Công an xã 3 m²", "café", "Huỳnh Thúy Quỳnh", "quỹ, khuỷu, nghiêng, khuya, giếng, gìn", "plain"],
)
def test_text_in_unicode_is_left_alone(text: str) -> None:
    assert repair_text(text).text == text
    assert not repair_text(text).flagged


@given(st.text(max_size=60))
def test_repairing_never_raises_and_repairs_once(text: str) -> None:
    repaired = repair_text(text)
    if repaired.converted_from:
        assert repair_text(repaired.text).text == repaired.text


def test_one_word_typed_in_two_ways_has_one_key() -> None:
    assert make_key("Hoà  Bình") == make_key("hòa bình") == make_key("ho\u0300a bi\u0300nh")
    assert make_key("Đình Lập") == make_key("Ðình Lập")
    assert make_key("Chi Lăng") != make_key("Chí Lăng")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("10/02/2022", date(2022, 2, 10)),
        ("'10/02/2022", date(2022, 2, 10)),
        ("9-2-2022", date(2022, 2, 9)),
        ("09.02.2022", date(2022, 2, 9)),
        ("ngày 10 tháng 02 năm 2022", date(2022, 2, 10)),
        ("2022-02-10", date(2022, 2, 10)),
        ("2022-02-10T00:00:00", date(2022, 2, 10)),
    ],
)
def test_a_date_is_read_day_first(typed: str, day: date) -> None:
    assert read_date(typed, WINDOW).day == day


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("31/02/2022", "cell.not_a_date"),
        ("hôm qua", "cell.not_a_date"),
        ("10/02/22", "cell.date_ambiguous"),
        ("02/12/2022", "cell.date_swapped"),
        ("10/02/2565", "cell.date_outside"),
        ("13/11/2020", "cell.date_outside"),
        ("2022", "cell.date_year_only"),
        ("02/2022", "cell.not_a_date"),
        ("1" * 10_000, "cell.not_a_date"),
    ],
)
def test_a_date_that_cannot_be_meant_is_an_error(typed: str, code: str) -> None:
    reading = read_date(typed, WINDOW)
    assert (reading.day, reading.code) == (None, code)


@pytest.mark.parametrize(("typed", "day"), [("10/02/2021", date(2021, 2, 10)), ("20/12/2022", date(2022, 12, 20))])
def test_a_date_less_than_a_year_outside_is_read_and_remarked_on_or_refused_where_the_column_says_so(
    typed: str, day: date
) -> None:
    reading = read_date(typed, WINDOW)
    strict = read_date(typed, Window(WINDOW.first, WINDOW.last, is_strict=True))
    assert (reading.day, reading.code) == (day, "cell.date_outside")
    assert (strict.day, strict.code) == (None, "cell.date_outside")


def test_a_year_typed_into_a_date_cell_is_known() -> None:
    assert find_year(date(1905, 7, 14), "2022") == find_year(date(1905, 7, 14)) == "2022"
    assert find_year(date(2022, 5, 14), "44695") == find_year(date(2022, 5, 14)) == ""
