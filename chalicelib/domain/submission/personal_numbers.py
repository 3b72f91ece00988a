"""Numbers in prose that identify a person: a citizen's number, a telephone number.

The law that protects personal data stands in `issues/laws.py`. Forms ask for counts, so such a number is an error.

What is plainly something else, such as a tax code or the number of a document, is passed over; where neither its form
nor the words before it tell, the sender is asked to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chalicelib.domain.language.spelling import compose, fold_spaces

CITIZEN, PHONE, MAYBE_PHONE = "text.citizen_number", "text.phone_number", "text.maybe_phone_number"

_CITIZEN_NUMBER = re.compile(r"(?<![\d.,])0\d{2}[ .]?[0-3]\d{2}[ .]?\d{6}(?![\d])|(?<![\d.,])0\d{11}(?!\d)", re.ASCII)
_PHONE_NUMBER = re.compile(r"(?<![\d.,/])(?:\+84|0)[ .-]?[35789]\d(?:[ .-]?\d){7}(?![\d/]|-\d{3}(?!\d))", re.ASCII)
"""A mobile number: ten digits from 03, 05, 07, 08 and 09. With "-001" behind it, it is the tax code of a branch."""
_AS_A_PHONE = re.compile(r"\+84.*|0\d{3}[ .-]\d{3}[ .-]\d{3}|0\d{2}[ .-]\d{3}[ .-]\d{4}", re.ASCII)
"""How people write telephone numbers, and nothing else."""
_LABELS = re.compile(
    r"\b(?:(?P<other>"
    r"mst|mã số thuế|mã số doanh nghiệp|mã số|mã hồ sơ|mã đơn vị|stk|số tk|tk|số tài khoản|tài khoản|"
    r"đường dây nóng|hotline|tổng đài|"
    r"(?:công văn|văn bản|quyết định|kế hoạch|báo cáo|tờ trình|giấy phép|hợp đồng|hóa đơn|hoá đơn|biên lai|sê-?ri) số|"
    r"số (?:công văn|văn bản|quyết định|hợp đồng|hóa đơn|hoá đơn|biên lai|sê-?ri|seri|khung))|"
    r"(?P<phone>điện thoại|số đt|sđt|đt|dđ|di động|đtdđ|zalo|viber|liên hệ|gọi|tel|phone|mobile|alo)|"
    r"(?P<citizen>cccd|cmnd|cmtnd|căn cước|định danh|chứng minh nhân dân))\b",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"\d{6,}")
_REACH = 48
"""A word further before a number does not speak of it."""


def find_personal_number(text: str) -> str:
    """The code of what was found: an error before a doubt, "" for none."""
    folded = compose(fold_spaces(text))
    found = set(_judge_all(folded))
    return next((code for code in (CITIZEN, PHONE, MAYBE_PHONE) if code in found), "")


def _judge_all(text: str) -> Iterator[str]:
    for number in _CITIZEN_NUMBER.finditer(text):
        if _find_label(text, number.start()) != "other":
            yield CITIZEN
    for number in _PHONE_NUMBER.finditer(text):
        label = _find_label(text, number.start())
        if label == "phone" or (not label and _AS_A_PHONE.fullmatch(number[0])):
            yield PHONE
        elif not label:
            yield MAYBE_PHONE


def _find_label(text: str, position: int) -> str:
    """What the nearest word before a number says it is: "phone", "citizen", "other", or "" where none says.

    What stands before another long number speaks of that one.
    """
    before = text[max(0, position - _REACH) : position]
    found = [label.lastgroup or "" for label in _LABELS.finditer(_LONG_NUMBER.split(before)[-1])]
    return found[-1] if found else ""
