"""Figures as Vietnamese officials type them into a text, read without guessing.

"." groups thousands and "," is the decimal mark: "1.234,5". What could be read two ways is an error, and
so is what only estimates ("hơn 500") or holds two figures ("644/707"). Source: domain facts, "How
officials fill in Excel", 1 to 5. A text is looked at only as far as a figure can be long.

A row that asks in triệu đồng for what is kept in đồng (scales.py) takes "1,5", "1,5 triệu", "1.500.000 đồng" and
"0,0015 tỷ" for the same. There "500 nghìn" may be meant as nghìn triệu too, and bare "1.500" as 1,5: both are refused.
So it is with "5 triệu" where triệu đồng is the unit of measure itself: it is 5, and "2 tỷ" is 2.000.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from chalicelib.domain.language.numerals import read_numeral
from chalicelib.domain.language.spelling import fold_spaces, fold_width, make_key
from chalicelib.domain.programme.kinds import MEASURE, Kind
from chalicelib.domain.programme.scales import Scale, find_worded, move
from chalicelib.domain.submission.numbers import (
    Reading,
    check_number,
    parse_stored,
    read_bare,
    read_stored,
    round_as_shown,
)
from chalicelib.domain.values import Number, simplify

_LONGEST = 300
"""No figure with its unit and its numeral in brackets is longer than this."""


def _keys(*words: str) -> tuple[str, ...]:
    return tuple(make_key(word) for word in words)


_ZERO_WORDS = frozenset(_keys("không", "không có", "không phát sinh", "không vụ nào", "-", "–", "—", "−"))
_PLACEHOLDERS = re.compile(r"[xX×/\\.…*?+,;:_\s]++|n/?a|kph|chưa có|chưa thống kê", re.IGNORECASE)
_APPROXIMATE = _keys(
    "hơn", "gần", "khoảng", "trên", "dưới", "ước", "ước tính", "ước đạt", "xấp xỉ", "chừng", "độ", "tối thiểu",
    "ít nhất", "nhiều hơn", "hàng chục", "hàng trăm", "hàng nghìn", "hàng ngàn", "hàng vạn", "vài", "nhiều",
)  # fmt: skip
_APPROXIMATE_BEHIND = frozenset(_keys("+", "trở lên", "trở xuống", "ước", "ước tính", "khoảng"))
_ESTIMATE = _keys("ước đạt", "ước tính", "ước")
_HALF = make_key("rưỡi")
_HUNDRED = 100
"""From here on a number in words has words of scale: “trăm”, “nghìn”."""
_FIVE_OR_YEAR = make_key("năm")
_SCALES = {"trăm": 100, "nghìn": 1_000, "ngàn": 1_000, "triệu": 10**6, "tr": 10**6, "trđ": 10**6, "tỷ": 10**9}
_SCALE_BY_KEY = {make_key(word): factor for word, factor in (_SCALES | {"tỉ": 10**9}).items()}
_LIKE_DIGITS = {"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "|": "1"}
_CURRENCY_BEFORE = re.compile(r"(?P<currency>[₫$€£]|vnđ|vnd) ?(?=\d)", re.IGNORECASE)

_BREAK = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]|(?<=\d)[ \u00a0\u2000-\u200a\u202f\u3000]{2,}(?=\d)")
_FIGURE = re.compile(r"(?P<sign>[-–−+]?) ?(?P<digits>\d(?:[., ]*+\d)*+)(?P<rest>.*)", re.ASCII)
_FURTHER = re.compile(r"(?:và )?(?P<digits>\d(?:[., ]*+\d)*+)(?P<rest>.*)", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:(?:\.\d{3})++|(?: \d{3})++)", re.ASCII)
_DECIMAL = re.compile(r"(?:\d{1,3}(?:(?:\.\d{3})++|(?: \d{3})++)|\d++),\d++", re.ASCII)
_ONE_GROUP = re.compile(r"\d{1,3}[.,]\d{3}", re.ASCII)
_GROUPED_NOUGHT = re.compile(r"0\d{0,2}[. ]\d{3}\b", re.ASCII)
_APART = re.compile(r"\d [.,]|[.,] \d", re.ASCII)
_BRACKETS = re.compile(r"\(([^()\d]*+)\)", re.ASCII)
_SPOKEN_AGAIN = re.compile(r"bằng chữ ?:? ?", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[+-]?\d{1,20}(?:[.,]\d{1,20})?[eE][+-]?\d{1,4}", re.ASCII)
_CUT_OFF = re.compile(r"\d(?:[., ]?+\d)*+ ?(?:…|\.\.)[….]*+|#+", re.ASCII)
_QUOTES = " '’‘`´\"“”"
_NO_WORD = re.compile(r"[^\w%‰$€£₫]++")

_TWO_FIGURES = Reading(code="cell.two_figures", expected="mỗi ô một con số")
_NOT_A_NUMBER = Reading(code="cell.not_a_number", expected="một con số")
_OTHER_UNIT = Reading(code="cell.other_unit", expected="con số theo đơn vị tính của dòng")
_IN_FULL = Reading(code="cell.ambiguous", expected="con số viết đủ, ví dụ 2.500.000.000")
_EXACT = Reading(code="cell.approximate", expected="con số chính xác, không kèm “hơn”, “gần”, “khoảng”")


@dataclass(frozen=True, slots=True)
class _Part:
    """Digits with the scale words after them: "500 triệu". `factor` is 1 without scale words."""

    digits: str
    factor: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the cell is to hold: a figure of a kind, behind which a unit of measure may stand (their keys). With a
    `scale` it is asked in another unit."""

    kind: Kind
    units: frozenset[str]
    scale: Scale | None = None

    def is_unit(self, words: str) -> bool:
        return make_key(words.rstrip(" .;")) in self.units


@lru_cache(maxsize=1_024)
def accepted_units(measure_unit: str, also: tuple[str, ...] = ()) -> frozenset[str]:
    """The keys of what may stand behind a figure: the column's own unit of measure and its other spellings.

    They are kept, since each figure of each form asks for those of its programme.
    """
    known = {measure_unit, *also}
    if "đồng" in known:
        known |= {"đ", "₫", "vnđ", "vnd", "đồng chẵn"}
    return frozenset(make_key(unit.rstrip(".")) for unit in known if unit)


def read_typed(
    text: str, kind: Kind, *, units: frozenset[str] = frozenset(), estimates: bool = False, scale: Scale | None = None
) -> Reading:
    """Reads a figure typed as text. `units` are the keys of the units of measure that may follow it; with a `scale` it
    is asked in another unit, and read in the unit of measure."""
    if len(text) > _LONGEST:
        return _NOT_A_NUMBER
    wide = fold_width(text)
    if sum(any(char.isdigit() for char in line) for line in _BREAK.split(wide)) > 1:
        return _TWO_FIGURES
    folded = _strip_quotes(fold_spaces(wide))
    key = make_key(folded)
    if make_key(folded.rstrip(" .;")) in _ZERO_WORDS:
        return Reading(number=0)
    if _PLACEHOLDERS.fullmatch(folded):
        return Reading(code="cell.placeholder", expected="một con số")
    asked = _Asked(kind, units, scale or find_worded(units))
    if _is_approximate(key):
        return _read_approximate(folded, key=key, asked=asked, estimates=estimates)
    return _read_exact(folded, asked)


def read_shown(
    raw: str, *, shown: str, kind: Kind, units: frozenset[str] = frozenset(), scale: Scale | None = None
) -> Reading:
    """A number cell whose number format adds words or another scale: `shown` is what the screen says, unrounded.

    35 shown as "35 triệu" is 35 to every formula and 35.000.000 to whoever reads it: an error. "35 kg" is 35 in a
    line of kg. A percentage is a figure where the line is in per cent, and nowhere else.
    """
    seen = read_typed(shown, kind, units=units, scale=scale)
    if seen.number is None or "%" in shown or seen.number == _find_stored(raw, kind, scale):
        return seen
    return Reading(code="cell.shown_otherwise", expected="con số viết đủ, kèm đơn vị tính")


def _find_stored(raw: str, kind: Kind, scale: Scale | None) -> Number | None:
    exact = parse_stored(raw) if scale else None
    return scale.store(round_as_shown(exact)) if scale and exact is not None else read_stored(raw, kind).number


def _strip_quotes(folded: str) -> str:
    """The text without the apostrophe that makes a text of a number, or the quotation marks of an export."""
    stripped = folded.lstrip(_QUOTES)
    return folded if stripped == folded else stripped.rstrip(_QUOTES)


def _is_approximate(key: str) -> bool:
    if key.startswith(("~", "≈", ">", "<", "±", "≥", "≤")):
        return True
    return any(key == word or key.startswith(word + " ") for word in _APPROXIMATE)


def _read_approximate(folded: str, *, key: str, asked: _Asked, estimates: bool) -> Reading:
    estimate = next((each for each in _ESTIMATE if key.startswith(each + " ")), "")
    if not (estimates and estimate):
        return _EXACT
    reading = _read_exact(" ".join(folded.split(" ")[len(estimate.split(" ")) :]), asked)
    return Reading(reading.number, reading.number is not None, reading.code, reading.expected)


def _read_exact(folded: str, asked: _Asked) -> Reading:
    """A figure, optionally with its numeral in brackets: "05 (năm) cuộc", as NĐ 30/2020 writes figures."""
    spoken = _BRACKETS.search(folded)
    if spoken is None or spoken.start() == 0:
        return _read_figure(folded, asked)
    figure = fold_spaces(f"{folded[: spoken.start()]} {folded[spoken.end() :]}")
    if asked.scale and (asked.is_unit(spoken[1]) or asked.scale.find_places(spoken[1]) is not None):
        return _read_figure(f"{figure} {fold_spaces(spoken[1])}", asked)
    reading = _read_figure(figure, asked)
    if reading.number is None or asked.is_unit(spoken[1]):
        return reading
    words = fold_spaces(_SPOKEN_AGAIN.sub("", spoken[1])).rstrip("./ ")
    named = _read_spoken(words, asked)
    if named is None:
        return _EXACT if make_key(words) in _APPROXIMATE_BEHIND else _OTHER_UNIT
    before_scale = _FIGURE.match(figure)
    spelled = read_numeral(words) if asked.scale else named
    if named == reading.number or (before_scale and before_scale["digits"].lstrip("0") == str(spelled)):
        return reading
    return Reading(code="cell.words_differ", expected="số và chữ như nhau")


def _read_spoken(words: str, asked: _Asked) -> Number | None:
    """What words in brackets say; of a scaled figure the number of its unit of measure, or the digits alone."""
    if asked.scale is None:
        return _read_numeral(words, asked)
    said = _read_words(words, asked).number
    return read_numeral(words) if said is None else said


def _read_numeral(words: str, asked: _Asked) -> int | None:
    """The number that the words name, with or without a unit of measure: "năm", "năm cuộc"."""
    named = read_numeral(words)
    if named is not None:
        return named
    parts = words.split(" ")
    splits = (place for place in range(1, len(parts)) if asked.is_unit(" ".join(parts[place:])))
    return next((read_numeral(" ".join(parts[:place])) for place in splits), None)


def _read_figure(folded: str, asked: _Asked) -> Reading:
    spoiled = _find_spoiled(folded, asked)
    if spoiled is not None:
        return spoiled
    figure = _put_currency_behind(folded)
    match = _FIGURE.match(figure)
    if match is None:
        return _read_words(folded, asked)
    parts, rest = _split_amount(match, asked)
    is_negative = match["sign"] in ("-", "–", "−")
    if asked.scale:
        return _read_scaled(parts, rest, asked, asked.scale, is_negative=is_negative)
    wrong = _check_rest(rest, asked)
    if wrong is not None:
        return wrong
    total = _add_parts(parts, asked.kind)
    if isinstance(total, Reading):
        return total
    return check_number(simplify(-total if is_negative else total), asked.kind)


def _read_scaled(parts: list[_Part], rest: str, asked: _Asked, scale: Scale, *, is_negative: bool) -> Reading:
    """A figure that is asked in another unit than its unit of measure, in the latter."""
    if len(parts) > 1 and parts[-1].factor == 1 and not rest.strip(" .;"):
        return _IN_FULL
    places = _find_places(rest, asked, scale, spoken=parts[0].factor)
    if isinstance(places, Reading):
        return places
    # Where the decimal mark moves from the unit that is asked or kept, decimals are usual.
    total = _add_parts(parts, asked.kind if places in (0, scale.places - scale.words) else MEASURE)
    if isinstance(total, Reading):
        return total
    number = simplify(-total if is_negative else total)
    is_bare = parts[0].factor == 1 and not rest.strip(" .;")
    if is_bare:
        return read_bare(number, asked.kind, scale)
    return check_number(move(number, places), asked.kind, scale)


def _find_places(rest: str, asked: _Asked, scale: Scale, *, spoken: int) -> int | Reading:
    """By how many places the decimal mark moves from the figure as typed to the unit of measure.

    `rest` is the unit behind the figure, if one is typed, `spoken` the factor of the scale words before it.
    """
    unit = rest.rstrip(" .;")
    if unit:
        places = 0 if asked.is_unit(unit) else scale.find_places(unit)
        return places if places is not None else _check_rest(rest, asked) or _OTHER_UNIT
    if spoken == 1:
        return scale.places
    if not scale.words or spoken < 10**scale.words:
        return Reading(code="cell.ambiguous", expected=f"con số theo {scale.asked}, hoặc ghi đủ cả đơn vị tính")
    return scale.places - scale.words


def _find_spoiled(folded: str, asked: _Asked) -> Reading | None:
    """A damaged figure: "1E+05", "12…", "1O"."""
    if _SCIENTIFIC.fullmatch(folded):
        return Reading(code="cell.scientific", expected="đủ các chữ số")
    if _CUT_OFF.fullmatch(folded):
        return Reading(code="cell.cut_off", expected="đủ các chữ số")
    token = folded.split(" ")[0]
    letter = next((char for char in token if char in _LIKE_DIGITS), "")
    is_mixed = letter and any(char.isdigit() for char in token) and set(token) <= {*"0123456789.,", *_LIKE_DIGITS}
    if not is_mixed or asked.is_unit(token.lstrip("0123456789.,")):
        return None
    return Reading(code="cell.letter_in_number", expected=f"chữ số {_LIKE_DIGITS[letter]} thay cho chữ “{letter}”")


def _put_currency_behind(folded: str) -> str:
    match = _CURRENCY_BEFORE.match(folded)
    return f"{folded[match.end() :]} {match['currency']}" if match else folded


def _read_words(folded: str, asked: _Asked) -> Reading:
    """A number in words. "năm" alone may be five or a year."""
    words = folded.rstrip(" .;")
    if make_key(words) == _FIVE_OR_YEAR:
        return _NOT_A_NUMBER
    if asked.scale:
        return _read_scaled_words(words, asked, asked.scale)
    named = _read_numeral(words, asked)
    return _NOT_A_NUMBER if named is None else check_number(named, asked.kind)


def _read_scaled_words(words: str, asked: _Asked, scale: Scale) -> Reading:
    parts = words.split(" ")
    for place in range(len(parts), 0, -1):
        named = read_numeral(" ".join(parts[:place]))
        if named is not None:
            places = _find_places(" ".join(parts[place:]), asked, scale, spoken=named if named >= _HUNDRED else 1)
            return places if isinstance(places, Reading) else check_number(move(named, places), asked.kind, scale)
    return _NOT_A_NUMBER


def _split_amount(match: re.Match[str], asked: _Asked) -> tuple[list[_Part], str]:
    """The parts of an amount, and what stands behind them: "2 tỷ 500 triệu đồng" has two and "đồng"."""
    parts: list[_Part] = []
    further: re.Match[str] | None = match
    rest = ""
    while further is not None:
        factor, rest = _read_scale(further["rest"].strip(), asked)
        parts.append(_Part(further["digits"], factor))
        further = _FURTHER.match(rest) if factor > 1 else None
    return parts, rest


def _read_scale(rest: str, asked: _Asked) -> tuple[int, str]:
    """The factor of scale words and what stands behind them: "nghìn tỷ đồng". A unit may be of such words itself."""
    if asked.is_unit(rest):
        return 1, rest
    factor = 1
    while (more := _SCALE_BY_KEY.get(make_key(rest.partition(" ")[0].rstrip(".,;")), 0)) > factor:
        factor, rest = factor * more, rest.partition(" ")[2]
    return factor, rest


def _check_rest(rest: str, asked: _Asked) -> Reading | None:
    """What is wrong with the words behind a figure; None where they are its unit of measure, or none."""
    words = rest.rstrip(" .;")
    if not words or asked.is_unit(words):
        return None
    if make_key(words).split(" ")[0] == _HALF:
        return _IN_FULL
    if make_key(words) in _APPROXIMATE_BEHIND:
        return _EXACT
    if any(char.isdigit() for char in words):
        return _TWO_FIGURES
    return _NOT_A_NUMBER if _NO_WORD.fullmatch(words) else _OTHER_UNIT


def _add_parts(parts: list[_Part], kind: Kind) -> Decimal | Reading:
    """The sum of the parts. "1 tỷ 2" may also mean 1,2 tỷ, so it is refused."""
    total, above = Decimal(0), 0
    for part in parts:
        number = _read_digits(part, kind)
        if isinstance(number, Reading):
            return number
        scaled = number * part.factor
        if above and scaled >= above:
            return _TWO_FIGURES
        if above and (total % above or (part.factor == 1 and scaled < min(above // 10, 1000))):
            return _IN_FULL
        total, above = total + scaled, part.factor
    return total


def _read_digits(part: _Part, kind: Kind) -> Decimal | Reading:
    """The number that the digits write by the Vietnamese rule, or why they are refused."""
    digits = part.digits
    if digits.isdigit():
        return Decimal(digits)
    if _GROUPED_NOUGHT.match(digits):
        return Reading(code="cell.ambiguous", expected="dấu phẩy nếu là số thập phân, ví dụ 0,5")
    if _GROUPED.fullmatch(digits):
        return _read_grouped(part, kind)
    if _DECIMAL.fullmatch(digits):
        if kind.is_whole and part.factor == 1 and _ONE_GROUP.fullmatch(digits):
            return Reading(code="cell.ambiguous", expected="dấu chấm để phân cách hàng nghìn, ví dụ 1.234")
        return Decimal(_join_groups(digits).replace(",", "."))
    if _APART.search(digits) or not ("," in digits or "." in digits):
        return _TWO_FIGURES
    return Reading(code="cell.ambiguous", expected="dấu chấm phân cách hàng nghìn, dấu phẩy thập phân: 1.234,5")


def _read_grouped(part: _Part, kind: Kind) -> Decimal | Reading:
    """ "1.234" is 1234; where decimals are usual it might be 1,234 as well, so there it is refused.

    Decimals are usual in measures and before "tỷ"; "1.250 triệu" is how officials write 1.250.000.000.
    """
    if _ONE_GROUP.fullmatch(part.digits):
        if part.factor >= 10**9:
            return Reading(code="cell.ambiguous", expected="dấu phẩy nếu là số thập phân (1,234 tỷ), hoặc số viết đủ")
        if not kind.is_whole:
            return Reading(code="cell.ambiguous", expected="1234 hoặc 1,234 (dấu phẩy là dấu thập phân)")
    return Decimal(_join_groups(part.digits))


def _join_groups(digits: str) -> str:
    return digits.replace(".", "").replace(" ", "")
