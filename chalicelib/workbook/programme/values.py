"""What a cell of a sổ may hold: how it is read into a value of the programme, and written from one.

`read` gets the cell's text and raises ValueError with what is expected. A blank cell is no value: the programme's own
default stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from chalicelib.domain.language.spelling import fold_spaces, make_key
from chalicelib.domain.programme import windows
from chalicelib.domain.programme.making import read_day

YES, NO = "Có", "Không"
NOTHING = "(trống)"
"""Stands for a text that is given and empty."""
GENERAL = "chung"
"""Stands for the outline of all periods that have none of their own."""


class CellRule(NamedTuple):
    """A kind of cell; `expected` says in words what it holds, and `choices` are offered as a list."""

    read: Callable[[str], Any]
    write: Callable[[Any], Any]
    expected: str
    choices: tuple[str, ...] = ()


def _same(value: Any) -> Any:
    return value


def _read_text(text: str) -> str:
    return "" if text.strip() == NOTHING else text


def _write_text(value: str) -> str:
    return value or NOTHING


def _read_word(text: str) -> str:
    """A code may have come with invisible characters from elsewhere; a text of several words keeps its spaces."""
    folded = fold_spaces(text)
    return text.strip() if " " in folded else folded


def _read_whole(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,9}(?:\.0+)?", text.strip()):
        raise ValueError(text)
    return int(text.partition(".")[0])


def _read_amount(text: str) -> int | str:
    """A whole number, or the code of a figure."""
    return _read_whole(text) if re.fullmatch(r"[-\d.,]+", text.strip()) else text.strip()


def _read_flag(text: str) -> bool:
    found = {make_key(YES): True, make_key(NO): False, "true": True, "false": False, "x": True}.get(make_key(text))
    if found is None:
        raise ValueError(text)
    return found


def _read_date(text: str) -> date:
    day = read_day(text.strip())
    if day is None:
        raise ValueError(text)
    return day


def _read_moment(text: str) -> date:
    """A day, or a day with its time of day: "2026-05-14T16:30:00", "14/5/2026 16:30"."""
    day, _, time = text.strip().replace("T", " ").partition(" ")
    if not time.strip():
        return _read_date(day)
    hour, minute, *_ = (int(part) for part in time.strip().split(":"))
    return datetime.combine(_read_date(day), datetime.min.time()).replace(hour=hour, minute=minute)


def _read_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _read_recipients(text: str) -> list[str]:
    """One a line, without the dash and the end sign that the report prints itself, nor the line that it begins with."""
    named = [line.strip(" -–+").rstrip(" ;.") for line in _read_lines(text)]
    return [name for name in named if name and make_key(name) != make_key(_AS_ABOVE)]


def _read_codes(text: str) -> list[str]:
    return [code.strip() for code in re.split(r"[\n,;|]", text) if code.strip()]


def _read_numbers(text: str) -> list[int]:
    return [_read_whole(part) for part in _read_codes(text)]


def _read_periods(text: str) -> list[str]:
    """Codes; "không" is none at all, a part that is switched off."""
    return [] if make_key(text) == make_key(NO) else _read_codes(text)


def _join_lines(values: list[str]) -> str:
    return "\n".join(values)


def _join(values: list[Any]) -> str:
    return ", ".join(map(str, values))


def _write_day_text(text: str) -> date | str:
    try:
        return read_day(text) or ""
    except ValueError:
        return text


_AS_ABOVE = "Như trên"
TEXT = CellRule(_read_text, _write_text, "chữ")
WORD = CellRule(_read_word, _same, "mã hoặc chữ ngắn")
LONG = CellRule(_read_text, _write_text, "chữ, mỗi dòng một đoạn")
NUMBER = CellRule(_read_whole, _same, "số nguyên")
AMOUNT = CellRule(_read_amount, _same, "số nguyên, hoặc mã của một chỉ tiêu")
FLAG = CellRule(_read_flag, lambda value: YES if value else NO, f"{YES} hoặc {NO}", (YES, NO))
DAY = CellRule(_read_date, _same, "ngày, ví dụ 15/05/2026")
MOMENT = CellRule(_read_moment, _same, "ngày, ví dụ 15/05/2026, có thể kèm giờ")
LINES = CellRule(_read_lines, _join_lines, "mỗi dòng trong ô một mục (Alt+Enter để xuống dòng)")
RECIPIENTS = CellRule(_read_recipients, _join_lines, "mỗi dòng một nơi (Alt+Enter để xuống dòng), không gạch đầu dòng")
CODES = CellRule(_read_codes, _join, "các mã, cách nhau bằng dấu phẩy")
NUMBERS = CellRule(_read_numbers, _join, "các số nguyên, cách nhau bằng dấu phẩy")
PERIODS = CellRule(
    _read_periods, lambda codes: _join(codes) or NO, f"mã các kỳ, cách nhau bằng dấu phẩy; “{NO}” là chưa dùng"
)
OUTLINE = CellRule(
    lambda text: "" if make_key(text) == GENERAL else text.strip(),
    lambda code: code or GENERAL,
    f"mã kỳ, hoặc “{GENERAL}” cho các kỳ không có đề cương riêng",
)
DAY_TEXT = CellRule(str.strip, _write_day_text, "ngày, ví dụ 15/05/2026")
"""Of a row of texts, whose days are read with the row."""
OF_PROSE = (TEXT, LONG, LINES)
OF_DAYS = (DAY, MOMENT, DAY_TEXT)
"""What a cell that Excel holds as a date may be read as."""


def choose(*choices: str) -> CellRule:
    """A text that is one of these; the list is offered, and the programme says what does not fit."""
    return CellRule(str.strip, _same, " hoặc ".join(choices), choices)


def choose_by_name(names: Mapping[str, str], *, also: Mapping[str, str] | None = None) -> CellRule:
    """One of these codes, of which an officer reads and writes the name; who knows the code may write it. `also` are
    other words for codes."""
    codes = {make_key(word): code for code, name in names.items() for word in (name, code)}
    codes |= {make_key(word): code for word, code in (also or {}).items()}

    def read(text: str) -> str:
        if make_key(text) not in codes:
            raise ValueError(text)
        return codes[make_key(text)]

    listed = tuple(names.values())
    return CellRule(read, lambda code: names.get(code, code), "một trong: " + "; ".join(listed), listed)


WINDOW = CellRule(str.strip, _same, windows.EXPECTED, windows.EXAMPLES)
"""A window is read by the programme; what is offered may be changed."""
SEVERITY = choose_by_name({"error": "lỗi", "warning": "cảnh báo"})


def _read_bars(text: str) -> str:
    return "|".join(_read_codes(text))


def _read_barred_lines(text: str) -> str:
    return "|".join(part.strip() for part in re.split(r"[\n|]", text) if part.strip())


BARRED = CellRule(_read_bars, lambda text: _join(text.split("|")), "các mã, cách nhau bằng dấu phẩy")
BARRED_LINES = CellRule(_read_barred_lines, lambda text: text.replace("|", "\n"), LINES.expected)
"""Of a row of texts, which has several values as "a|b"."""
