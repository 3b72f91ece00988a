"""Bands give a figure its word, from the highest bound that it reaches."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chalicelib.domain.programme.bands import find_band, parse_bands
from chalicelib.domain.values import Number

POINTS = ("Tốt từ 8", "Khá từ 6,5", "Chưa đạt")


@pytest.mark.parametrize(
    ("texts", "number", "word"),
    [
        (POINTS, 10, "Tốt"),
        (POINTS, 8, "Tốt"),
        (POINTS, Decimal("7.999"), "Khá"),
        (POINTS, Decimal("6.5"), "Khá"),
        (POINTS, 0, "Chưa đạt"),
        (POINTS[:2], 6, ""),
        (("Hoàn thành từ sớm từ 5",), 5, "Hoàn thành từ sớm"),
        ((), 5, ""),
    ],
)
def test_a_figure_lies_in_the_highest_band_that_it_reaches(texts: tuple[str, ...], number: Number, word: str) -> None:
    assert find_band(parse_bands(texts), number) == word


def test_bounds_of_a_ratio_are_per_cent() -> None:
    bands = parse_bands(("Tốt từ 90%", "Khá từ 66,5 %"), is_share=True)
    assert [find_band(bands, Decimal(share)) for share in ("0.9", "0.665", "0.6")] == ["Tốt", "Khá", ""]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (("Khá từ 6,5", "Tốt từ 8"), "các mức phải xếp từ cao xuống thấp; “Tốt” không thấp hơn “Khá”"),
        (("Tốt từ 8", "Khá từ 8"), "các mức phải xếp từ cao xuống thấp; “Khá” không thấp hơn “Tốt”"),
        (("Chưa đạt", "Tốt từ 8"), "mức “Chưa đạt” không ghi “từ …” nên phải đứng cuối"),
        (("Tốt từ 8", "tốt từ 6"), "các mức phải khác tên nhau"),
        (("Tốt từ 8.5",), "không đọc được mức “Tốt từ 8.5”; ghi như “Tốt từ 8”, “Khá từ 6,5”"),
        (("Tốt từ 90%",), "mức “Tốt từ 90%” không ghi theo %"),
        (('"Tốt" từ 8',), "tên mức dài nhất 60 ký tự, không có dấu ngoặc kép"),
    ],
)
def test_bands_that_leave_a_doubt_are_refused(texts: tuple[str, ...], told: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        parse_bands(texts)
    assert str(refused.value) == told
