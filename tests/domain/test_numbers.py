"""Figures as officials type them: one documented reading, or an error that says what to type."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.programme import kinds
from chalicelib.domain.programme.kinds import KINDS, Kind
from chalicelib.domain.submission.numbers import Reading, read_stored, read_typed

UNITS = frozenset(make_key(unit) for unit in ("tổ", "buổi", "lượt", "lượt người", "đồng", "vụ", "kg", "km"))


def read(text: str, kind: Kind = kinds.FLOW, *, estimates: bool = False) -> Reading:
    return read_typed(text, kind, units=UNITS, estimates=estimates)


@pytest.mark.parametrize(
    ("typed", "kind", "number"),
    [
        ("1.234", kinds.FLOW, 1234),
        ("1.234.567", kinds.FLOW, 1234567),
        ("1.234,5", kinds.MEASURE, Decimal("1234.5")),
        ("13,85 kg", kinds.MEASURE, Decimal("13.85")),
        ("468,281 km", kinds.MEASURE, Decimal("468.281")),
        ("1 234", kinds.FLOW, 1234),
        ("1\u00a0234 lượt", kinds.FLOW, 1234),
        ("1.234 lượt", kinds.FLOW, 1234),
        ("09 tổ", kinds.STOCK, 9),
        ("01", kinds.FLOW, 1),
        ("15 buổi", kinds.FLOW, 15),
        ("1,4 tỷ", kinds.MONEY, 1_400_000_000),
        ("1,4 tỉ đồng", kinds.MONEY, 1_400_000_000),
        ("3 triệu", kinds.MONEY, 3_000_000),
        ("1,5 nghìn", kinds.FLOW, 1500),
        ("１２", kinds.FLOW, 12),
        ("  12  ", kinds.FLOW, 12),
        ("1\u200b2", kinds.FLOW, 12),
        ("12,0", kinds.FLOW, 12),
        ("+5", kinds.FLOW, 5),
    ],
)
def test_a_figure_typed_the_vietnamese_way_is_read(typed: str, kind: Kind, number: int | Decimal) -> None:
    assert read(typed, kind).number == number


@pytest.mark.parametrize("typed", ["không", "KHÔNG", "không có", "không phát sinh", "-", "–", "—", "0", "0 vụ", "00"])
def test_zero_is_written_in_many_ways(typed: str) -> None:
    assert read(typed).number == 0


@pytest.mark.parametrize(
    ("typed", "kind", "code"),
    [
        ("x", kinds.FLOW, "cell.placeholder"),
        ("/", kinds.FLOW, "cell.placeholder"),
        ("…", kinds.FLOW, "cell.placeholder"),
        ("...", kinds.FLOW, "cell.placeholder"),
        ("hơn 500", kinds.FLOW, "cell.approximate"),
        ("gần 20", kinds.FLOW, "cell.approximate"),
        ("khoảng 18.200", kinds.FLOW, "cell.approximate"),
        ("trên 5.000 lượt", kinds.FLOW, "cell.approximate"),
        ("~500", kinds.FLOW, "cell.approximate"),
        ("ước 500", kinds.FLOW, "cell.approximate"),
        ("hàng trăm", kinds.FLOW, "cell.approximate"),
        ("644/707", kinds.FLOW, "cell.two_figures"),
        ("44 lần/704 lượt", kinds.FLOW, "cell.two_figures"),
        ("2 3", kinds.FLOW, "cell.two_figures"),
        ("12 em", kinds.FLOW, "cell.other_unit"),
        ("5%", kinds.FLOW, "cell.other_unit"),
        ("1,234", kinds.FLOW, "cell.ambiguous"),
        ("1,234.56", kinds.MONEY, "cell.ambiguous"),
        ("1.5", kinds.MEASURE, "cell.ambiguous"),
        ("1.234", kinds.MEASURE, "cell.ambiguous"),
        ("1,5", kinds.FLOW, "cell.not_whole"),
        ("-5", kinds.FLOW, "cell.negative"),
        ("abc", kinds.FLOW, "cell.not_a_number"),
        ("٣", kinds.FLOW, "cell.not_a_number"),
        ("(5)", kinds.FLOW, "cell.not_a_number"),
        ("12²", kinds.FLOW, "cell.two_figures"),
        ("1_000", kinds.FLOW, "cell.two_figures"),
        ("9" * 16, kinds.FLOW, "cell.number_too_large"),
    ],
)
def test_what_could_be_meant_otherwise_is_an_error(typed: str, kind: Kind, code: str) -> None:
    reading = read(typed, kind)
    assert reading.number is None
    assert reading.code == code


def test_an_estimate_is_taken_only_where_the_form_allows_it() -> None:
    assert read("ước đạt 1.200", estimates=True) == Reading(1200, estimated=True)
    assert read("hơn 500", estimates=True).code == "cell.approximate"


@pytest.mark.parametrize(
    ("stored", "kind", "number"),
    [
        ("1234", kinds.FLOW, 1234),
        ("1234.0", kinds.FLOW, 1234),
        ("1E3", kinds.FLOW, 1000),
        ("2.9999999999999996", kinds.FLOW, 3),
        ("0.30000000000000004", kinds.MEASURE, Decimal("0.3")),
        ("13.85", kinds.MEASURE, Decimal("13.85")),
    ],
)
def test_a_number_cell_is_what_excel_shows(stored: str, kind: Kind, number: int | Decimal) -> None:
    assert read_stored(stored, kind).number == number


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("1.234", "cell.not_whole"),
        ("-1", "cell.negative"),
        ("1e999", "cell.number_too_large"),
        ("inf", "cell.number_damaged"),
        ("NaN", "cell.number_damaged"),
        ("1_000", "cell.number_damaged"),
        ("１２", "cell.number_damaged"),
        ("0x10", "cell.number_damaged"),
        ("", "cell.number_damaged"),
    ],
)
def test_a_number_cell_that_is_no_count_is_an_error(stored: str, code: str) -> None:
    assert read_stored(stored, kinds.FLOW).code == code


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
