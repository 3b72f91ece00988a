"""Figures that are asked in a larger unit than they are kept in: what each way of typing is, and what is refused."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import folders
from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.programme import scales
from chalicelib.domain.programme.kinds import FLOW, MEASURE, MONEY, Kind
from chalicelib.domain.programme.loading import ProgrammeInvalid, load_programme
from chalicelib.domain.programme.remarks import find_remarks
from chalicelib.domain.submission.numbers import Reading, read_stored
from chalicelib.domain.submission.typed_figures import accepted_units, read_shown, read_typed
from tests.intake.spoiling import HOME

FILES: Mapping[str, str] = folders.read_folder(HOME)

MILLIONS = ("triệu đồng", "đồng", MONEY)
THOUSANDS = ("nghìn đồng", "đồng", MONEY)
BILLIONS = ("tỷ đồng", "đồng", MONEY)
BETWEEN = ("triệu đồng", "nghìn đồng", MEASURE)
TONNES = ("tấn", "kg", FLOW)
PEOPLE = ("nghìn người", "người", FLOW)
Asked = tuple[str, str, Kind]


def read(text: str, asked: Asked) -> Reading:
    unit, measured, kind = asked
    return read_typed(text, kind, units=accepted_units(measured), scale=scales.find_scale(unit, measured))


@pytest.mark.parametrize(
    ("text", "asked", "number"),
    [
        # The row's own unit, or none
        ("1,5", MILLIONS, 1_500_000),
        ("1500", MILLIONS, 1_500_000_000),
        ("1.500,25", MILLIONS, 1_500_250_000),
        ("1,5 triệu", MILLIONS, 1_500_000),
        ("1,5 Triệu đồng", MILLIONS, 1_500_000),
        ("1,5tr", MILLIONS, 1_500_000),
        ("1,5 trđ", MILLIONS, 1_500_000),
        ("1,5 tr.đ", MILLIONS, 1_500_000),
        ("1.500 triệu", MILLIONS, 1_500_000_000),
        ("1.500.000 triệu đồng", MILLIONS, 1_500_000_000_000),
        ("0", MILLIONS, 0),
        ("không", MILLIONS, 0),
        ("năm mươi", MILLIONS, 50_000_000),
        ("05 (năm)", MILLIONS, 5_000_000),
        ("05 (năm) triệu đồng", MILLIONS, 5_000_000),
        ("500 nghìn", THOUSANDS, 500_000),
        ("0,5 ngàn đồng", THOUSANDS, 500),
        ("1,5 tỷ", BILLIONS, 1_500_000_000),
        ("1,5", TONNES, 1_500),
        ("1,5 tấn", TONNES, 1_500),
        ("năm trăm tấn", TONNES, 500_000),
        ("1,5 nghìn", PEOPLE, 1_500),
        ("1,5 nghìn người", PEOPLE, 1_500),
        ("1,5", BETWEEN, 1_500),
        # Another unit, said in full
        ("1.500.000 đ", MILLIONS, 1_500_000),
        ("1.500.000đ", MILLIONS, 1_500_000),
        ("1500000 đồng", MILLIONS, 1_500_000),
        ("₫1.500.000", MILLIONS, 1_500_000),
        ("500 nghìn đồng", MILLIONS, 500_000),
        ("1,5 tỷ", MILLIONS, 1_500_000_000),
        ("1,5 tỉ đồng", MILLIONS, 1_500_000_000),
        ("2 tỷ 500 triệu", MILLIONS, 2_500_000_000),
        ("1 triệu 500 nghìn", MILLIONS, 1_500_000),
        ("2 nghìn tỷ", MILLIONS, 2_000_000_000_000),
        ("một triệu năm trăm nghìn đồng", MILLIONS, 1_500_000),
        ("1.500.000 đồng (một triệu năm trăm nghìn đồng)", MILLIONS, 1_500_000),
        ("2 triệu", THOUSANDS, 2_000_000),
        ("500 triệu đồng", BILLIONS, 500_000_000),
        ("1500 kg", TONNES, 1_500),
        ("15 tạ", TONNES, 1_500),
        ("1.500 người", PEOPLE, 1_500),
        ("500 đồng", BETWEEN, Decimal("0.5")),
        ("1,5", ("1.000 đồng", "đồng", MONEY), 1_500),
        ("500 nghìn", ("1000đ", "đồng", MONEY), 500_000),
        # A unit in brackets is one that is typed
        ("500000 (đồng)", MILLIONS, 500_000),
        ("500.000 (đ)", MILLIONS, 500_000),
        ("1,5 (triệu đồng)", MILLIONS, 1_500_000),
        ("1,5 triệu (đồng)", MILLIONS, 1_500_000),
        ("500 (kg)", TONNES, 500),
        ("5 (tấn)", TONNES, 5_000),
        ("1 tỷ", BETWEEN, 1_000_000),
    ],
)
def test_a_figure_is_read_in_the_unit_that_is_asked_or_typed(text: str, asked: Asked, number: object) -> None:
    assert read(text, asked).number == number


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("5", "triệu đồng", 5),
        ("5 triệu", "triệu đồng", 5),
        ("5 tr", "triệu đồng", 5),
        ("5 (triệu đồng)", "triệu đồng", 5),
        ("1.500 triệu", "triệu đồng", 1500),
        ("2 tỷ 500 triệu", "triệu đồng", 2500),
        ("5.000.000 đồng", "triệu đồng", 5),
        ("năm triệu", "triệu đồng", 5),
        ("05 (năm) triệu", "triệu đồng", 5),
        ("500 nghìn", "triệu đồng", None),
        ("1,5 triệu", "triệu đồng", None),
        ("5 nghìn", "nghìn người", 5),
        ("5 nghìn", "người", 5000),
    ],
)
def test_a_word_of_scale_that_the_unit_of_measure_has_itself_is_not_counted_twice(
    text: str, unit: str, number: int | None
) -> None:
    assert read_typed(text, MONEY, units=accepted_units(unit)).number == number


@pytest.mark.parametrize(
    ("text", "asked", "code", "expected"),
    [
        ("1.500", MILLIONS, "cell.ambiguous", "1234 hoặc 1,234 (dấu phẩy là dấu thập phân)"),
        ("500 nghìn", MILLIONS, "cell.ambiguous", "con số theo triệu đồng, hoặc ghi đủ cả đơn vị tính"),
        ("2 nghìn", MILLIONS, "cell.ambiguous", "con số theo triệu đồng, hoặc ghi đủ cả đơn vị tính"),
        ("năm nghìn", MILLIONS, "cell.ambiguous", "con số theo triệu đồng, hoặc ghi đủ cả đơn vị tính"),
        ("3 trăm", PEOPLE, "cell.ambiguous", "con số theo nghìn người, hoặc ghi đủ cả đơn vị tính"),
        ("500 triệu", BILLIONS, "cell.ambiguous", "con số theo tỷ đồng, hoặc ghi đủ cả đơn vị tính"),
        ("2 nghìn", TONNES, "cell.ambiguous", "con số theo tấn, hoặc ghi đủ cả đơn vị tính"),
        ("2 tỷ 500", MILLIONS, "cell.ambiguous", "con số viết đủ, ví dụ 2.500.000.000"),
        ("2 tỷ 5000", MILLIONS, "cell.ambiguous", "con số viết đủ, ví dụ 2.500.000.000"),
        (
            "1.500.000", MILLIONS, "cell.ambiguous",
            "1,5 nếu là 1.500.000 đồng, hoặc “1.500.000 triệu đồng” ghi kèm đơn vị tính",
        ),
        ("1.250 tỷ", BILLIONS, "cell.ambiguous", "dấu phẩy nếu là số thập phân (1,234 tỷ), hoặc số viết đủ"),
        (
            "1,2345678", MILLIONS, "cell.too_precise",
            "số tính bằng triệu đồng có không quá 6 chữ số sau dấu phẩy",
        ),
        ("1,2345 tấn", TONNES, "cell.too_precise", "số tính bằng tấn có không quá 3 chữ số sau dấu phẩy"),
        ("5 (năm đồng)", MILLIONS, "cell.words_differ", "số và chữ như nhau"),
        ("15 tấn", MILLIONS, "cell.other_unit", "con số theo đơn vị tính của dòng"),
        ("5 trđ", TONNES, "cell.ambiguous", "con số theo tấn, hoặc ghi đủ cả đơn vị tính"),
        ("-1,5 triệu", MILLIONS, "cell.negative", "số không âm"),
        ("hơn 5 triệu", MILLIONS, "cell.approximate", "con số chính xác, không kèm “hơn”, “gần”, “khoảng”"),
        ("1.234.567 tỷ", MILLIONS, "cell.number_too_large", "số có không quá 9 chữ số trước dấu phẩy"),
    ],
)  # fmt: skip
def test_what_may_be_meant_in_two_units_is_refused(text: str, asked: Asked, code: str, expected: str) -> None:
    reading = read(text, asked)
    assert (reading.number, reading.code, reading.expected) == (None, code, expected)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("1.5", 1_500_000),
        ("0.30000000000000004", 300_000),
        ("999999.999999", 999_999_999_999),
        ("1E3", 1_000_000_000),
        ("1000000", None),
        ("1.2345678", None),
        ("-3", None),
    ],
)
def test_a_number_cell_is_in_the_asked_unit(raw: str, number: int | None) -> None:
    assert read_stored(raw, MONEY, scales.find_scale("triệu đồng", "đồng")).number == number


@pytest.mark.parametrize(
    ("raw", "shown", "number"),
    [
        ("35", "35 triệu", 35_000_000),
        ("1500000", "1.500.000 triệu", 1_500_000_000_000),
        ("35000000", "35 triệu", None),
        ("1500000", "1.500.000 đ", None),
    ],
)
def test_a_format_that_says_another_unit_than_the_row_is_refused(raw: str, shown: str, number: int | None) -> None:
    scale = scales.find_scale("triệu đồng", "đồng")
    assert read_shown(raw, shown=shown, kind=MONEY, units=accepted_units("đồng"), scale=scale).number == number


@given(value=st.integers(0, 10**12 - 1), asked=st.sampled_from([MILLIONS, THOUSANDS, BILLIONS]))
def test_what_is_shown_in_the_asked_unit_is_read_back_exactly(value: int, asked: Asked) -> None:
    scale = scales.find_scale(*asked[:2])
    assert scale
    shown = scale.ask(value)
    assert scale.store(shown) == value
    assert read_stored(repr(float(shown)), MONEY, scale).number == value
    assert read(f"{format_number(shown).replace('.', '')} {asked[0]}", asked).number == value


@given(value=st.integers(1, 10**12 - 1), typed=st.sampled_from(["", " triệu", " triệu đồng", " nghìn đồng", " đồng"]))
def test_no_typing_is_read_as_another_amount_than_it_says(value: int, typed: str) -> None:
    number = read(f"{value}{typed}", MILLIONS).number
    said = {"": 6, " triệu": 6, " triệu đồng": 6, " nghìn đồng": 3, " đồng": 0}[typed]
    assert number in (value * 10**said, None)


# What a programme may ask in


def load(*changes: tuple[str, str, str]) -> list[str]:
    """What is wrong with the programme after these changes: file, what stood there, what stands there."""
    files = dict(FILES)
    for name, old, new in changes:
        assert old in files[name]
        files[name] = files[name].replace(old, new)
    try:
        return [each.what for each in find_remarks(load_programme(files)) if "nhiều đơn vị" in each.what]
    except ProgrammeInvalid as invalid:
        return [problem.what.partition(": ")[2] for problem in invalid.problems]


def ask_in(unit: str, *, row: str = "B05") -> tuple[str, str, str]:
    line = next(each for each in FILES["indicators.csv"].splitlines() if each.startswith(f"{row},"))
    return "indicators.csv", line, f"{line.rpartition(',')[0]},{unit}"


SECTION = ("bieu.toml", 'title = "II. Kế hoạch"', 'title = "II. Kế hoạch"\nasked_in = "{}"')
WHOLE_SECTION = (SECTION[0], SECTION[1], SECTION[2].format("triệu đồng"))
LARGER = "đơn vị lớn hơn có thể ghi: nghìn đồng, triệu đồng, tỷ đồng"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([ask_in("triệu đồg")],
         [f"không rõ “triệu đồg” gấp bao nhiêu lần “đồng”; có phải là “triệu đồng”; {LARGER}"]),
        ([ask_in("đồng")], [f"“đồng” không lớn hơn “đồng” là đơn vị tính; {LARGER}"]),
        ([ask_in("tấn", row="B03")], ["kiểu “ngày” không hỏi theo đơn vị khác được; B03 phải hỏi theo “”"]),
        ([ask_in("nghìn", row="A06")], ["kiểu “tỷ lệ” không hỏi theo đơn vị khác được; A06 phải hỏi theo “%”"]),
        ([ask_in("triệu có/không", row="B01")],
         ["kiểu “có/không” không hỏi theo đơn vị khác được; B01 phải hỏi theo “có/không”"]),
        ([("bieu.toml", SECTION[1], SECTION[2].format("km"))],
         ["không dòng nào của mục có đơn vị tính đổi được sang “km”"]),
        ([("bieu.toml", SECTION[1], SECTION[2].format("tỷ đồng"))],
         ["B05 được hỏi theo “triệu đồng” mà mục hỏi theo “tỷ đồng”"]),
        ([("bieu.toml", 'asked_in = "triệu đồng"', 'asked_in = "tấn"')],
         [f"không rõ “tấn” gấp bao nhiêu lần “đồng”; {LARGER}"]),
        ([("bieu.toml", 'kind = "stock", measure_unit = "người"', 'kind = "date", asked_in = "nghìn người"')],
         ["kiểu “ngày” không hỏi theo đơn vị khác được"]),
        ([("indicators.csv", "A01,A,Buổi tuyên truyền,buổi,flow,xa|huyen,,,cuộc",
           "A01,A,Buổi tuyên truyền,buổi,flow,xa|huyen,,,nghìn buổi")],
         ["“nghìn buổi” không phải cách ghi khác của “buổi” mà là đơn vị lớn hơn hoặc nhỏ hơn"]),
        ([("indicators.csv", "A01,A,Buổi tuyên truyền,buổi,flow,xa|huyen,,,cuộc",
           "A01,A,Buổi tuyên truyền,buổi,flow,xa|huyen,,,tr")],
         ["“tr” không phải cách ghi khác của “buổi” mà là đơn vị lớn hơn hoặc nhỏ hơn"]),
        ([("indicators.csv", "B01 = Có", "B05 > 5"), ("bieu.toml", '"B04", "B05"', '"B05", "B04"')],
         ["điều kiện “B05 > 5” có dòng được hỏi theo đơn vị khác đơn vị tính; chỉ so được với 0 (dòng B04)"]),
        ([("indicators.csv", "B01 = Có", "B05 = 5|6"), ("bieu.toml", '"B04", "B05"', '"B05", "B04"')],
         ["điều kiện “B05 bằng 5 hoặc 6” có dòng được hỏi theo đơn vị khác đơn vị tính; chỉ so được với 0 (dòng B04)"]),
        ([("indicators.csv", "B01 = Có", "B05 != 0"), ("bieu.toml", '"B04", "B05"', '"B05", "B04"')],
         ["mục hỏi theo nhiều đơn vị: triệu đồng, đồng; nơi báo cáo dễ ghi nhầm"]),
        ([("indicators.csv", "B01 = Có", "B05 > 0"), ("bieu.toml", '"B04", "B05"', '"B05", "B04"')],
         ["mục hỏi theo nhiều đơn vị: triệu đồng, đồng; nơi báo cáo dễ ghi nhầm"]),
        ([], ["mục hỏi theo nhiều đơn vị: đồng, triệu đồng; nơi báo cáo dễ ghi nhầm"]),
        ([WHOLE_SECTION], []),
    ],
)  # fmt: skip
def test_a_unit_that_does_not_fit_is_told(changes: list[tuple[str, str, str]], told: list[str]) -> None:
    assert load(*changes) == told


def test_a_text_that_is_too_long_for_a_unit_is_none_and_is_not_kept() -> None:
    text = " ".join(["nghìn"] * 30_000)
    known = sys.getrefcount(text)
    assert scales.find_places(text, measured="đồng") is None
    assert scales.list_units(f"{'chi tiêu ' * 30}nghìn đồng {text}", measured="đồng") == ["nghìn đồng"]
    assert sys.getrefcount(text) == known
