"""What must not come in: marks of state secrecy, and numbers that identify a person.

Source: Luật Bảo vệ bí mật nhà nước 2018, Điều 5 khoản 5 (no drafting or keeping on a networked machine);
Nghị định 13/2023/NĐ-CP, Điều 2 (personal data).
"""

from __future__ import annotations

import re

from chalicelib.domain.language.spelling import compose, fold_spaces

_DEGREE = r"(?:[Đđ]ộ mật|ĐỘ MẬT)"
_SECRET_ALONE = re.compile(rf"(?:{_DEGREE}\s*:?\s*)?\(?(TUYỆT MẬT|TỐI MẬT|MẬT)\)?[.!]?")
_SECRET_WITHIN = re.compile(rf"\b(?:TUYỆT MẬT|TỐI MẬT)\b|\b{_DEGREE}\s*:\s*(?:[Tt]uyệt mật|[Tt]ối mật|[Mm]ật)\b")

_CITIZEN_NUMBER = re.compile(r"(?<![\d.,])0\d{2}[ .]?[0-3]\d{2}[ .]?\d{6}(?![\d])|(?<![\d.,])0\d{11}(?!\d)", re.ASCII)
_PHONE_NUMBER = re.compile(
    r"(?<![\d.,/])(?:\+84|0)[ .-]?[35789]\d(?:[ .-]?\d){7}(?![\d/])", re.ASCII
)  # mobile numbers: ten digits from 03, 05, 07, 08 and 09


def find_secrecy_mark(text: str) -> str:
    """The secrecy mark in `text`, as a document carries it: alone in a cell, or named as its degree."""
    folded = compose(fold_spaces(text))
    alone = _SECRET_ALONE.fullmatch(folded)
    if alone:
        return alone[1]
    within = _SECRET_WITHIN.search(folded)
    return within[0] if within else ""


def find_personal_number(text: str) -> str:
    """The code for the number found: "text.citizen_number", "text.phone_number" or ""."""
    folded = fold_spaces(text)
    if _CITIZEN_NUMBER.search(folded):
        return "text.citizen_number"
    return "text.phone_number" if _PHONE_NUMBER.search(folded) else ""
