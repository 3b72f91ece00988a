"""Numbers as Vietnamese officials type them, read without guessing.

"." groups thousands and "," is the decimal mark: "1.234,5". What could be read two ways is an error, and
so is what only estimates ("hơn 500") or holds two figures ("644/707"). Source: domain facts, "How
officials fill in Excel", 1 to 5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.language.spelling import fold_spaces, fold_width, make_key
from chalicelib.domain.programme.kinds import Kind
from chalicelib.domain.values import Number, simplify

MOST_DIGITS = 15
"""A figure of more digits than Excel itself keeps is a slip of the keyboard."""


@dataclass(frozen=True)
class Reading:
    """What a text was read as. `code` is the issue's where it could not be read; `expected` goes with it."""

    number: Number | None = None
    estimated: bool = False
    code: str = ""
    expected: str = ""


_ZERO_WORDS = frozenset(
    make_key(word) for word in ("không", "không có", "không phát sinh", "không vụ nào", "-", "–", "—", "−")
)
_PLACEHOLDERS = re.compile(r"[xX×/\\.…*?+,;:_\s]+|n/?a|kph|chưa có|chưa thống kê|\?+", re.IGNORECASE)
_APPROXIMATE = tuple(
    make_key(word)
    for word in (
        "hơn", "gần", "khoảng", "trên", "dưới", "ước", "ước tính", "ước đạt", "xấp xỉ", "chừng", "độ", "tối thiểu",
        "ít nhất", "nhiều hơn", "hàng chục", "hàng trăm", "hàng nghìn", "hàng ngàn", "hàng vạn", "vài", "nhiều",
    )
)  # fmt: skip
_ESTIMATE = tuple(make_key(word) for word in ("ước đạt", "ước tính", "ước"))
_SCALES = {"nghìn": 1_000, "ngàn": 1_000, "triệu": 1_000_000, "tỷ": 1_000_000_000, "tỉ": 1_000_000_000}
_SCALE_BY_KEY = {make_key(word): factor for word, factor in _SCALES.items()}

_STORED = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_FIGURE = re.compile(r"(?P<sign>[-−+]?) ?(?P<digits>\d[\d., ]*\d|\d)(?P<rest>.*)", re.ASCII | re.DOTALL)
_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+|\d{1,3}( \d{3})+", re.ASCII)
_DECIMAL = re.compile(r"(\d+|\d{1,3}(\.\d{3})+|\d{1,3}( \d{3})+),\d+", re.ASCII)
_PLAIN = re.compile(r"\d+", re.ASCII)


def read_stored(raw: str, kind: Kind) -> Reading:
    """A number cell's stored text. Excel keeps binary fractions: 15 digits tell what was meant.

    1.234 in a column of counts may be 1234 typed on a machine of another locale: an error, never a guess.
    """
    exact = parse_stored(raw)
    if exact is None:
        return Reading(code="cell.number_damaged")
    if exact.adjusted() >= MOST_DIGITS:
        return Reading(code="cell.number_too_large", expected=f"số có không quá {MOST_DIGITS} chữ số")
    return _check_number(simplify(_round_as_shown(exact)), kind)


def parse_stored(raw: str) -> Decimal | None:
    """A number as a workbook's file writes it; None for anything else."""
    return Decimal(raw) if _STORED.fullmatch(raw) else None


def _round_as_shown(number: Decimal) -> Decimal:
    """To Excel's 15 significant digits: 2.9999999999999996 is 3, as the screen says."""
    if len(number.as_tuple().digits) <= MOST_DIGITS:
        return number
    return number.quantize(Decimal(1).scaleb(number.adjusted() - MOST_DIGITS + 1))


def read_typed(text: str, kind: Kind, *, units: frozenset[str] = frozenset(), estimates: bool = False) -> Reading:
    """A figure typed as text. `units` are the keys of units of measure that may stand behind it."""
    folded = fold_spaces(fold_width(text))
    key = make_key(folded)
    if key in _ZERO_WORDS:
        return Reading(number=0)
    if _PLACEHOLDERS.fullmatch(folded):
        return Reading(code="cell.placeholder", expected="một con số; nếu không phát sinh, ghi 0")
    if _is_approximate(key):
        return _read_approximate(folded, key, kind, units, estimates)
    match = _FIGURE.match(folded)
    if match is None:
        return Reading(code="cell.not_a_number", expected="một con số")
    return _read_figure(match, kind, units)


def _is_approximate(key: str) -> bool:
    if key.startswith(("~", "≈", ">", "<", "±", "≥", "≤")):
        return True
    return any(key == word or key.startswith(word + " ") for word in _APPROXIMATE)


def _read_approximate(folded: str, key: str, kind: Kind, units: frozenset[str], estimates: bool) -> Reading:
    estimate = next((each for each in _ESTIMATE if key.startswith(each + " ")), "")
    if not (estimates and estimate):
        return Reading(code="cell.approximate", expected="con số chính xác, không kèm “hơn”, “gần”, “khoảng”")
    rest = " ".join(folded.split(" ")[len(estimate.split(" ")) :])
    match = _FIGURE.match(rest)
    reading = _read_figure(match, kind, units) if match else Reading(code="cell.not_a_number", expected="một con số")
    return Reading(reading.number, reading.number is not None, reading.code, reading.expected)


def _read_figure(match: re.Match[str], kind: Kind, units: frozenset[str]) -> Reading:
    factor, rest = _read_scale(fold_spaces(match["rest"]))
    if rest and any(char.isdigit() for char in rest):
        return Reading(code="cell.two_figures", expected="mỗi ô một con số")
    if rest and make_key(rest).rstrip(".") not in units:
        return Reading(code="cell.other_unit", expected="con số theo đơn vị tính của dòng")
    number = _read_digits(match["digits"], kind)
    if isinstance(number, Reading):
        return number
    scaled = simplify(number * factor * (-1 if match["sign"] in ("-", "−") else 1))
    return _check_number(scaled, kind)


def _read_scale(rest: str) -> tuple[int, str]:
    word, _, behind = rest.partition(" ")
    factor = _SCALE_BY_KEY.get(make_key(word))
    return (factor, behind) if factor else (1, rest)


def _read_digits(digits: str, kind: Kind) -> Decimal | Reading:
    """The number that the digits write by the Vietnamese rule, or why they are refused."""
    if _PLAIN.fullmatch(digits):
        return Decimal(digits)
    if _GROUPED.fullmatch(digits):
        return _read_grouped(digits, kind)
    if _DECIMAL.fullmatch(digits):
        number = Decimal(re.sub(r"[. ]", "", digits).replace(",", "."))
        if kind.is_whole and re.fullmatch(r"\d{1,3},\d{3}", digits):
            return Reading(code="cell.ambiguous", expected="dấu chấm để phân cách hàng nghìn, ví dụ 1.234")
        return number
    if re.search(r"\d [.,]|[.,] \d", digits) or (digits.count(" ") and not _GROUPED.fullmatch(digits)):
        return Reading(code="cell.two_figures", expected="mỗi ô một con số")
    return Reading(code="cell.ambiguous", expected="dấu chấm phân cách hàng nghìn, dấu phẩy thập phân: 1.234,5")


def _read_grouped(digits: str, kind: Kind) -> Decimal | Reading:
    """ "1.234" is 1234; where decimals are usual it might be 1,234 as well, so there it is refused."""
    if not kind.is_whole and re.fullmatch(r"\d{1,3}\.\d{3}", digits):
        return Reading(code="cell.ambiguous", expected="1234 hoặc 1,234 (dấu phẩy là dấu thập phân)")
    return Decimal(re.sub(r"[. ]", "", digits))


def _check_number(number: Number, kind: Kind) -> Reading:
    """Whether a figure of this kind can be this number."""
    if kind.is_whole and not isinstance(number, int):
        return Reading(code="cell.not_whole", expected="số nguyên")
    if Decimal(number).adjusted() >= MOST_DIGITS:
        return Reading(code="cell.number_too_large", expected=f"số có không quá {MOST_DIGITS} chữ số")
    if number < 0:
        return Reading(code="cell.negative", expected="số không âm")
    if kind.at_most is not None and number > kind.at_most:
        return Reading(code="cell.number_too_large", expected=f"số từ 0 đến {kind.at_most}")
    return Reading(number=number)
