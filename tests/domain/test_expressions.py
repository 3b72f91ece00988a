"""The language of rules and computed figures: what it computes, exactly, and what it does not take for something."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.programme.expressions import MOST_DEPTH, MOST_FACTORS, MOST_LETTERS, Figures, Requirement, Sum
from chalicelib.domain.programme.loading import ProgrammeInvalid
from chalicelib.domain.values import Number
from tests.asked import change, load

ROWS = {"lop": [{"hs": 30, "ky": "I"}, {"hs": Decimal("2.5"), "ky": "II"}, {"ky": "I"}]}
FIGURES = Figures({"B01": 3, "B02": Decimal("0.1"), "B03": 7, "B04": None}, ROWS)


@pytest.mark.parametrize(
    ("text", "value", "excel"),
    [
        ("B01", 3, "$B01"),
        ("-B01 + B03", 4, "-$B01+$B03"),
        ("B01 * 2 + B02 * 0,5", Decimal("6.05"), "$B01*2+$B02*0.5"),
        ("B01×1000", 3000, "$B01*1000"),
        ("100 - 2*B01", 94, "100-2*$B01"),
        ("(B01 + B02) * (B03 - 1)", Decimal("18.6"), "($B01+$B02)*($B03-1)"),
        ("min(10, 2*B01 + 0,5*B02)", Decimal("6.05"), "MIN(10,2*$B01+0.5*$B02)"),
        ("min(5;2*B01;B03)", 5, "MIN(5,2*$B01,$B03)"),
        ("max(0, B01 - B03)", 0, "MAX(0,$B01-$B03)"),
        ("min(10, max(0; B01 - 1))", 2, "MIN(10,MAX(0,$B01-1))"),
    ],
)
def test_an_expression_computes_exactly_and_is_written_as_excel_has_it(text: str, value: Number, excel: str) -> None:
    assert Sum.parse(text).compute(FIGURES) == value
    assert Sum.parse(text).render("${}".format) == excel


@pytest.mark.parametrize(
    ("text", "value"),
    [("count(lop)", 3), ('count(lop, ky = "I") * 2', 4), ("sum(lop.hs) + 1", Decimal("33.5")), ("count(khac)", 0)],
)
def test_tables_are_counted_and_their_columns_added_up(text: str, value: Number) -> None:
    assert Sum.parse(text).compute(FIGURES) == value


@pytest.mark.parametrize("text", ["B04", "B01 + B04", "B04 * 0", "min(1; B04)", "B09", "(B01 - B09) * 2"])
def test_what_is_missing_leaves_the_whole_unknown(text: str) -> None:
    assert Sum.parse(text).compute(FIGURES) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "tại “”"),
        ("B01 và B02", "tại “và B02”"),
        ("B01 B02", "tại “B02”"),
        ("B01 *", "tại “”"),
        ("B01 / 2", "tại “/ 2”"),
        ("2B01", "tại “2B01”"),
        ("1.000", "tại “1.000”"),
        ("0.5 * B01", "tại “0.5 * B01”"),
        ("1,2,3", "tại “1,2,3”"),
        ("(B01", "tại “”"),
        ("B01)", "tại “)”"),
        ("__import__('os')", "tại “__import__('os')”"),
        ("sum(lop)", "sum(lop) thiếu tên cột"),
        ("min(10)", "cần ít nhất hai phần"),
        ("min(10,2*B01)", "cần ít nhất hai phần"),
        ("min(10,2,B01)", "tại “,B01)”"),
        ("(B01; B02)", "cần ít nhất hai phần"),
        ("*".join(["B01"] * (MOST_FACTORS + 1)), f"không nhân quá {MOST_FACTORS} thừa số"),
        ("(B01*B01*B01 + 1) * (B01*B01*B01*B01)", f"không nhân quá {MOST_FACTORS} thừa số"),
        ("(" * (MOST_DEPTH + 1) + "B01" + ")" * (MOST_DEPTH + 1), f"không lồng quá {MOST_DEPTH} cặp ngoặc"),
        ("B01 + " * MOST_LETTERS + "B01", f"dài quá {MOST_LETTERS} ký tự"),
    ],
)
def test_what_could_mean_two_things_or_nothing_is_refused_at_its_place(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        Sum.parse(text)
    assert told in str(refused.value)


decimals = st.decimals(0, 10**15, places=3, allow_nan=False, allow_infinity=False)


@given(st.lists(decimals, min_size=4, max_size=4), st.integers(0, 10**6))
def test_products_of_long_figures_lose_no_digit(values: list[Decimal], weight: int) -> None:
    figures = Figures(dict(zip("ABCD", values, strict=True)), {})
    a, b, c, d = map(Fraction, values)
    computed = Sum.parse(f"A*B*C*D*{weight} - A*B + 0,125*C").compute(figures)
    assert computed is not None
    assert Fraction(computed) == a * b * c * d * weight - a * b + c / 8


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("B01 * 2 + B02 * 0,5 >= B03", False), ("B01 <= B02 * 1000", True), ("B01 == 3", True), ("B01 < B01", False),
        ("B03 > min(B01; 10)", True), ("B04 <= B01", None),
    ],
)  # fmt: skip
def test_a_requirement_holds_is_broken_or_cannot_be_told(text: str, holds: bool | None) -> None:
    assert Requirement.parse(text).holds(FIGURES) is holds


def test_a_figure_that_is_named_twice_is_named_once() -> None:
    assert Requirement.parse("B01 + B01 * 2 <= B03 + B01").codes == ("B01", "B03")


def test_products_over_products_are_bounded_where_the_programme_is_read() -> None:
    """Six factors in each of five formulas are 7,776 factors: a number of 116,000 digits."""
    rows = ["E01,E,Một,,measure,truong|phong,,B03*B03*B03*B03*B03*B03,,,,,,,,"]
    rows += [f"E0{n},E,Cấp {n},,measure,truong|phong,,E0{n - 1} * E0{n - 1} + 1,,,,,,,," for n in (2, 3, 4)]
    files = change("indicators.csv", "C01,C,", "\n".join([*rows, "C01,C,"]))
    files |= {"phieu.toml": files["phieu.toml"].replace('"B05", "P01"', '"B05", "E01", "E02", "E03", "E04", "P01"')}
    files["phieu.toml"] += '\n[[rules]]\nid = "R1"\ncheck = "B03 <= E02 * B03"\nmessage = "Xem lại."\n'
    with pytest.raises(ProgrammeInvalid) as refused:
        load(files)
    many = "nhân quá 12 thừa số với nhau, tính cả trong cách tính của các chỉ tiêu được lấy"
    assert [told.partition(f": {many}")[0] for told in str(refused.value).split("\n")] == [
        "indicators.csv, dòng 13: cột computed",
        "phieu.toml: quy tắc “R1”, check",
    ]


def test_the_longest_product_is_exact_and_keeps_within_what_a_record_takes() -> None:
    longest = Figures({"B01": 10**15 - 1, "B02": Decimal("999999999999999.999999999999999")}, {})
    square = Sum.parse("B02*B02*B02*B02*B02*B02").compute(longest)
    assert square is not None
    computed = Sum.parse("A*A + B01").compute(Figures({"A": square, "B01": 10**15 - 1}, {}))
    assert computed is not None
    assert Fraction(computed) == Fraction(Decimal("999999999999999.999999999999999")) ** 12 + 10**15 - 1
    assert Decimal(computed).adjusted() < 200
