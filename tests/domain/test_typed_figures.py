"""Figures as officials type them: one documented reading, or an error that says what to type."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.language.numerals import read_numeral
from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.programme import kinds
from chalicelib.domain.programme.kinds import KINDS, Kind
from chalicelib.domain.submission.numbers import Reading, read_stored
from chalicelib.domain.submission.typed_figures import read_shown, read_typed

UNITS = frozenset(
    make_key(unit) for unit in ("tổ", "buổi", "cuộc", "lượt", "lượt người", "người", "đồng", "đồng chẵn", "₫", "vnđ",
                                "vụ", "kg", "km")
)  # fmt: skip
FLOW, MONEY, MEASURE = kinds.FLOW, kinds.MONEY, kinds.MEASURE


def read(text: str, kind: Kind = kinds.FLOW, *, estimates: bool = False) -> Reading:
    return read_typed(text, kind, units=UNITS, estimates=estimates)


TYPED: list[tuple[str, Kind, int | Decimal | str]] = [
    # Grouped and decimal
    ("1.234", FLOW, 1234),
    ("1.234.567", FLOW, 1234567),
    ("1.234,5", MEASURE, Decimal("1234.5")),
    ("13,85 kg", MEASURE, Decimal("13.85")),
    ("468,281 km", MEASURE, Decimal("468.281")),
    ("1 234", FLOW, 1234),
    ("1\u00a0234 lượt", FLOW, 1234),
    ("12,0", FLOW, 12),
    ("+5", FLOW, 5),
    ("01", FLOW, 1),
    ("1,234", FLOW, "cell.ambiguous"),
    ("1,234.56", MONEY, "cell.ambiguous"),
    ("1.5", MEASURE, "cell.ambiguous"),
    ("1.234", MEASURE, "cell.ambiguous"),
    ("1.234 triệu", MEASURE, "cell.ambiguous"),
    ("1,5", FLOW, "cell.not_whole"),
    ("-5", FLOW, "cell.negative"),
    ("– 12", FLOW, "cell.negative"),
    ("9" * 16, FLOW, "cell.number_too_large"),
    # A leading zero groups nothing
    ("0.500", FLOW, "cell.ambiguous"),
    ("0.500", MEASURE, "cell.ambiguous"),
    ("0 500", FLOW, "cell.ambiguous"),
    ("00.500", FLOW, "cell.ambiguous"),
    ("012.345", FLOW, "cell.ambiguous"),
    ("0.500 tỷ", MONEY, "cell.ambiguous"),
    ("0.125 triệu", MONEY, "cell.ambiguous"),
    ("0,5", MEASURE, Decimal("0.5")),
    ("0,500 tỷ", MONEY, 500_000_000),
    # Units of measure
    ("1.234 lượt", FLOW, 1234),
    ("09 tổ", kinds.STOCK, 9),
    ("15 buổi", FLOW, 15),
    ("15buổi", FLOW, 15),
    ("12 tổ.", FLOW, 12),
    ("12 tổ;", FLOW, 12),
    ("1.000.000 ₫", MONEY, 1_000_000),
    ("1.000.000₫", MONEY, 1_000_000),
    ("₫1.000.000", MONEY, 1_000_000),
    ("VNĐ 1.000.000", MONEY, 1_000_000),
    ("12 em", FLOW, "cell.other_unit"),
    ("Tổ 12", FLOW, "cell.not_a_number"),
    ("5%", FLOW, "cell.other_unit"),
    ("1.000 $", MONEY, "cell.other_unit"),
    ("500k", MONEY, "cell.other_unit"),
    # Scale words
    ("1,4 tỷ", MONEY, 1_400_000_000),
    ("1,4 tỉ đồng", MONEY, 1_400_000_000),
    ("1,4 tỷ.", MONEY, 1_400_000_000),
    ("3 triệu", MONEY, 3_000_000),
    ("3triệu đồng", MONEY, 3_000_000),
    ("3,5 triệu đồng chẵn", MONEY, 3_500_000),
    ("1tr", MONEY, 1_000_000),
    ("1,5tr", MONEY, 1_500_000),
    ("500 trđ", MONEY, 500_000_000),
    ("1,5 nghìn", FLOW, 1500),
    ("2 trăm triệu", MONEY, 200_000_000),
    ("2 nghìn tỷ đồng", MONEY, 2_000_000_000_000),
    ("1,234 tỷ", MONEY, 1_234_000_000),
    ("1,250 triệu", MONEY, 1_250_000),
    ("1.250 triệu", MONEY, 1_250_000_000),
    ("1.250 nghìn đồng", MONEY, 1_250_000),
    ("1.234.567 triệu", MONEY, 1_234_567_000_000),
    ("1 234 tỷ", MONEY, 1_234_000_000_000),
    ("1.234 tỷ", MONEY, "cell.ambiguous"),
    ("10.000 tỷ", MONEY, "cell.ambiguous"),
    ("1.5tr", MONEY, "cell.ambiguous"),
    ("1,5 đồng", MONEY, "cell.not_whole"),
    # Amounts of several parts
    ("2 tỷ 500 triệu đồng", MONEY, 2_500_000_000),
    ("2 tỷ, 500 triệu", MONEY, 2_500_000_000),
    ("2 tỷ và 500 triệu", MONEY, 2_500_000_000),
    ("1 tỷ 200 triệu 500 nghìn đồng", MONEY, 1_200_500_000),
    ("2 triệu 500.000 đồng", MONEY, 2_500_000),
    ("5 nghìn 500 đồng", MONEY, 5_500),
    ("1 tỷ 200 nghìn", MONEY, 1_000_200_000),
    ("1 tỷ 2", MONEY, "cell.ambiguous"),
    ("2 triệu 500", MONEY, "cell.ambiguous"),
    ("2,5 tỷ 300 triệu", MONEY, "cell.ambiguous"),
    ("2 tỷ rưỡi", MONEY, "cell.ambiguous"),
    ("500 triệu 2 tỷ", MONEY, "cell.two_figures"),
    ("1 tỷ 2.000 triệu", MONEY, "cell.two_figures"),
    # Zero, placeholders, estimates
    *((zero, FLOW, 0) for zero in ("không", "KHÔNG", "Không.", "không có", "không phát sinh", "-", "–", "—", "0")),
    *((zero, FLOW, 0) for zero in ("0 vụ", "00", "0 (không)")),
    *((sign, FLOW, "cell.placeholder") for sign in ("x", "/", "…", "...", "?", "n/a", "chưa có")),
    *((about, FLOW, "cell.approximate") for about in ("hơn 500", "gần 20", "khoảng 18.200", "trên 5.000 lượt", "~500")),
    *((about, FLOW, "cell.approximate") for about in ("ước 500", "hàng trăm", "12+", "12 trở lên", "12 (ước)")),
    # Numerals
    ("05 (năm) cuộc", FLOW, 5),
    ("12 (mười hai)", FLOW, 12),
    ("12 (mười hai người)", FLOW, 12),
    ("12 (người)", FLOW, 12),
    ("25 (hai mươi nhăm) tổ.", FLOW, 25),
    ("05 (năm) triệu đồng", MONEY, 5_000_000),
    ("2 tỷ (hai tỷ) đồng", MONEY, 2_000_000_000),
    ("1.500.000 đồng (Bằng chữ: Một triệu năm trăm nghìn đồng chẵn./.)", MONEY, 1_500_000),
    ("mười hai", FLOW, 12),
    ("Hai mươi mốt tổ", FLOW, 21),
    ("05 (sáu) cuộc", FLOW, "cell.words_differ"),
    ("1.000.000 đồng (một tỷ đồng)", MONEY, "cell.words_differ"),
    ("năm", FLOW, "cell.not_a_number"),
    ("trăm hai", FLOW, "cell.not_a_number"),
    ("12 (tăng 2)", FLOW, "cell.two_figures"),
    ("12 (xã Yên Bình)", FLOW, "cell.other_unit"),
    ("(12)", FLOW, "cell.not_a_number"),
    # Two figures
    *((two, FLOW, "cell.two_figures") for two in ("644/707", "44 lần/704 lượt", "12 người/5 lượt", "2 3", "12-15")),
    *((two, FLOW, "cell.two_figures") for two in ("15\n120", "1\n500", "2\t300", "15\r\n120", "15\u2028120")),
    ("15   120", FLOW, "cell.two_figures"),
    *((two, FLOW, "cell.two_figures") for two in ("12²", "1_000", "1'234", "12, 13", "2 tổ\n3 người", "12 tổ 5")),
    ("12\ntổ", FLOW, 12),
    ("12\n(mười hai)", FLOW, 12),
    # Slips of the keyboard
    ("12.", FLOW, 12),
    ("12. ", FLOW, 12),
    ("12;", FLOW, 12),
    ("'12", FLOW, 12),
    ("’12 tổ", FLOW, 12),
    ('"12"', FLOW, 12),
    ("“1.234”", FLOW, 1234),
    ("'", FLOW, "cell.not_a_number"),
    ("１２", FLOW, 12),
    ("１２ （mười hai）", FLOW, 12),
    ("  12  ", FLOW, 12),
    ("1\u200b2", FLOW, 12),
    ("12,", FLOW, "cell.not_a_number"),
    ("12/", FLOW, "cell.not_a_number"),
    ("12 /", FLOW, "cell.not_a_number"),
    ("12*", FLOW, "cell.not_a_number"),
    ("1E+05", FLOW, "cell.scientific"),
    ("1,2E+05", FLOW, "cell.scientific"),
    ("12…", FLOW, "cell.cut_off"),
    ("12...", FLOW, "cell.cut_off"),
    ("####", FLOW, "cell.cut_off"),
    ("1O", FLOW, "cell.letter_in_number"),
    ("l2 tổ", FLOW, "cell.letter_in_number"),
    ("1.O00", FLOW, "cell.letter_in_number"),
    ("I2", FLOW, "cell.letter_in_number"),
    ("abc", FLOW, "cell.not_a_number"),
    ("٣", FLOW, "cell.not_a_number"),
    ("1" * 301, FLOW, "cell.not_a_number"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "kind", "wanted"), TYPED)
def test_what_is_typed_is_one_number_or_an_error(typed: str, kind: Kind, wanted: int | Decimal | str) -> None:
    reading = read(typed, kind)
    assert (reading.code or reading.number) == wanted
    assert (reading.number is None) == bool(reading.code)


def test_what_could_not_be_read_says_what_to_type() -> None:
    assert all(reading.expected for typed, kind, _ in TYPED if (reading := read(typed, kind)).number is None)
    assert "chữ số 0 thay cho chữ “O”" in read("1O").expected


def test_a_unit_of_scale_words_is_a_unit() -> None:
    units = frozenset({make_key("triệu đồng"), make_key("l")})
    assert read_typed("35 triệu đồng", MEASURE, units=units).number == 35
    assert read_typed("5l", MEASURE, units=units).number == 5


def test_an_estimate_is_taken_only_where_the_form_allows_it() -> None:
    assert read("ước đạt 1.200", estimates=True) == Reading(1200, estimated=True)
    assert read("hơn 500", estimates=True).code == "cell.approximate"


@pytest.mark.parametrize(
    ("raw", "shown", "kind", "wanted"),
    [
        ("12", "12 tổ", FLOW, 12),
        ("1234", "1234 lượt", FLOW, 1234),
        ("1400000", "1,4 triệu", MONEY, 1_400_000),
        ("1000000", "1000000 ₫", MONEY, 1_000_000),
        ("35", "35 triệu", MONEY, "cell.shown_otherwise"),
        ("1400000", "1,4", MONEY, "cell.not_whole"),
        ("2000000", "2", MONEY, "cell.shown_otherwise"),
        ("0.5", "50%", FLOW, "cell.other_unit"),
        ("1", "100%", FLOW, "cell.other_unit"),
        ("0.5", "50%", MEASURE, "cell.other_unit"),
        ("12", "12 $", MONEY, "cell.other_unit"),
    ],
)
def test_a_number_format_with_words_counts_where_it_says_the_same_number(
    raw: str, shown: str, kind: Kind, wanted: int | str
) -> None:
    reading = read_shown(raw, shown=shown, kind=kind, units=UNITS)
    assert (reading.code or reading.number) == wanted


def test_a_percentage_is_a_figure_of_a_line_in_per_cent() -> None:
    assert read_shown("0.125", shown="12,5%", kind=MEASURE, units=frozenset({"%"})).number == Decimal("12.5")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("không", 0), ("mười", 10), ("mười lăm", 15), ("hai mươi tư", 24), ("một trăm linh năm", 105),
        ("một trăm hai mươi lăm", 125), ("hai nghìn không trăm linh năm", 2005), ("chín mươi chín", 99),
        ("Hai tỷ năm trăm triệu", 2_500_000_000), ("mười năm", None), ("hai mốt", None), ("một trăm hai", None),
        ("một triệu hai", None), ("hai nghìn năm", None), ("nghìn", None), ("trăm", None), ("", None),
        ("một " * 200, None),
    ],
)  # fmt: skip
def test_a_numeral_is_read_in_its_full_form_only(words: str, number: int | None) -> None:
    assert read_numeral(words) == number


@given(st.integers(0, 10**14))
def test_a_count_survives_every_way_of_writing_it(number: int) -> None:
    grouped = f"{number:,}"
    written = [str(number), grouped.replace(",", "."), grouped.replace(",", " "), f"0{number}", f"{number} lượt"]
    assert {read(text).number for text in written} == {number}


@given(st.decimals(0, 10**9, places=2))
def test_a_measure_survives_being_written_and_stored(number: Decimal) -> None:
    grouped = f"{number:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")
    assert read(grouped, kinds.MEASURE).number == number
    assert read_stored(str(number), kinds.MEASURE).number == number


@given(st.text(max_size=40), st.sampled_from([*KINDS.values()]), st.booleans())
def test_reading_never_raises_and_is_either_a_number_or_a_code(text: str, kind: Kind, estimates: bool) -> None:
    reading = read(text, kind, estimates=estimates)
    assert (reading.number is None) == bool(reading.code)
    if kind.is_whole and reading.number is not None:
        assert isinstance(reading.number, int)


@given(st.text(max_size=40), st.sampled_from([*KINDS.values()]))
def test_composed_and_decomposed_letters_read_the_same(text: str, kind: Kind) -> None:
    assert read(unicodedata.normalize("NFC", text), kind) == read(unicodedata.normalize("NFD", text), kind)


@given(st.integers(0, 10**12), st.sampled_from([kind for kind in KINDS.values() if kind.is_whole]))
def test_reading_what_was_read_changes_nothing(number: int, kind: Kind) -> None:
    once = read(str(number), kind).number
    assert read(str(once), kind).number == once
