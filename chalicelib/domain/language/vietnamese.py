"""Formats figures, dates and changes in Vietnamese, as officials write them: "1.234,5", "02 buổi", "tăng 12,5%".

Figures that officials type are read in `numbers.py` and `typed_figures.py`. Source for the leading zeros of days
and months: NĐ 30/2020/NĐ-CP, Phụ lục I, II.4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.values import Number, Value, read_number, simplify

_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_PLACE = re.compile(r"(?:Xã|Phường|Thị trấn|Thị xã|Huyện|Quận|Thành phố|Đặc khu)\s")
"""Begins the full name of a place. Within a sentence it has no capital."""


def format_number(number: Number, places: int | None = None) -> str:
    """The number with "." between thousands and a decimal ","; `places` rounds half up, None keeps all digits.

    >>> format_number(1234567), format_number(Decimal("1234.50")), format_number(Decimal("0.125"), 1)
    ('1.234.567', '1.234,5', '0,1')
    """
    exact = round_half_up(Decimal(number), places) if places is not None else Decimal(number)
    sign, text = ("-", f"{-exact:f}") if exact < 0 else ("", f"{exact:f}")
    whole, _, fraction = text.partition(".")
    if places is None:
        fraction = fraction.rstrip("0")
    return sign + f"{int(whole):,}".replace(",", ".") + (f",{fraction}" if fraction else "")


def format_count(number: Number) -> str:
    """A count in running text: a leading zero below ten ("02 buổi"); zero is "0".

    >>> format_count(2), format_count(0), format_count(12), format_count(Decimal("1.5"))
    ('02', '0', '12', '1,5')
    """
    return f"0{number}" if isinstance(number, int) and 0 < number < 10 else format_number(number)


YES_WORDS = ("Có", "x", "1", "true", "đã có", "đã ban hành", "rồi")
NO_WORDS = ("Không", "0", "false", "chưa", "chưa có")
"""What is typed into a cell that asks for Có or Không."""


def format_flag(flag: bool) -> str:
    """ "Có" or "Không", as the forms ask for it."""
    return "Có" if flag else "Không"


def format_value(value: Value) -> str:
    """A value as its cell shows it: "Có", "1.234,5", a text as it is."""
    number = read_number(value)
    if number is not None:
        return format_number(number)
    return format_flag(value) if isinstance(value, bool) else str(value)


def format_percent(share: Number, places: int = 1) -> str:
    """A fraction as a percentage: format_percent(Decimal("0.125")) is "12,5%"; whole percentages have no decimals.

    >>> format_percent(Decimal("0.125")), format_percent(1), format_percent(Decimal(2) / 3)
    ('12,5%', '100%', '66,7%')
    """
    with localcontext(_EXACT):
        rounded = round_half_up(Decimal(share) * 100, places)
    return f"{format_number(rounded)}%"


def format_money(amount: Number) -> str:
    """An amount of đồng as it is read, where nothing is lost by it: "622,5 triệu", "1,25 tỷ", "1.234.567.890".

    >>> format_money(622_500_000), format_money(1_250_000_000), format_money(1_234_567_890), format_money(900_000)
    ('622,5 triệu', '1,25 tỷ', '1.234.567.890', '900.000')
    """
    for thousandths, name in ((1_000_000, "tỷ"), (1_000, "triệu")):
        if amount >= 1000 * thousandths and not amount % thousandths:
            return f"{format_number(simplify(Decimal(amount) / (1000 * thousandths)))} {name}"
    return format_number(amount)


UNCHANGED = "không thay đổi"


def format_change(before: Number, after: Number, *, say: Callable[[Number], str] = format_count) -> str:
    """How a figure changed: "tăng 12,5%", "giảm 3%", "không thay đổi".

    Gives the difference instead, as `say` says it, if the earlier figure is 0 or the percentage is too small to print.

    >>> format_change(200, 225), format_change(0, 3), format_change(7, 7), format_change(100000, 100001)
    ('tăng 12,5%', 'tăng 03', 'không thay đổi', 'tăng 01')
    """
    percent = find_percent(before, after)
    if after == before or not percent:
        return format_difference(before, after, unit="", say=say)
    return f"{'tăng' if after > before else 'giảm'} {format_number(abs(percent))}%"


def format_difference(before: Number, after: Number, *, unit: str, say: Callable[[Number], str] = format_count) -> str:
    """How a figure changed, counted: "tăng 05 cuộc (+12,5%)", "giảm 03 vụ (-50%)", "tăng 03 vụ" from 0.

    The sign is a minus, after which no line ends as it may after a hyphen. What a unit has in brackets is not said.

    >>> format_difference(40, 45, unit="cuộc (buổi)"), format_difference(0, 3, unit="")
    ('tăng 05 cuộc (+12,5%)', 'tăng 03')
    """
    if after == before:
        return UNCHANGED
    with localcontext(_EXACT):
        counted = say(simplify(abs(Decimal(after) - Decimal(before))))
    said = f"{'tăng' if after > before else 'giảm'} {counted} {unit.partition(' (')[0]}".rstrip()
    percent = find_percent(before, after)
    sign = "+" if after > before else "\N{MINUS SIGN}"
    return f"{said} ({sign}{format_number(abs(percent))}%)" if percent else said


def find_percent(before: Number, after: Number) -> Decimal | None:
    """The change in per cent with one decimal; None if the earlier figure is 0."""
    if not before:
        return None
    with localcontext(_EXACT):
        return round_half_up((Decimal(after) - Decimal(before)) * 100 / Decimal(before), 1)


def format_points(before: Number, after: Number) -> str:
    """The change of a ratio, in percentage points: "tăng 2,1 điểm phần trăm"."""
    with localcontext(_EXACT):
        points = round_half_up((Decimal(after) - Decimal(before)) * 100, 1)
    if not points:
        return UNCHANGED
    return f"{'tăng' if points > 0 else 'giảm'} {format_number(abs(points))} điểm phần trăm"


def format_size(size: int) -> str:
    """A file size in KB below 1 MB, otherwise in MB, rounded up to a tenth.

    >>> format_size(35_000), format_size(10 * 2**20), format_size(10 * 2**20 + 1), format_size(21 * 2**19)
    ('34 KB', '10 MB', '10,1 MB', '10,5 MB')
    """
    if size < 2**20:
        return f"{format_number(max(1, round(size / 1024)))} KB"
    tenths = -(-size * 10 // 2**20)
    return f"{format_number(Decimal(tenths) / 10)} MB"


def round_half_up(number: Decimal, places: int) -> Decimal:
    """Commercial rounding: 0.25 with one place is 0.3."""
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_EXACT)


def format_day(day: date) -> str:
    """ "14/5/2022", "05/02/2022": days below 10, January and February have a leading zero.

    >>> format_day(date(2022, 5, 14)), format_day(date(2022, 2, 5)), format_day(date(2022, 11, 1))
    ('14/5/2022', '05/02/2022', '01/11/2022')
    """
    return f"{day.day:02}/{_month(day)}/{day.year}"


def format_moment(moment: datetime) -> str:
    """ "08:05 14/5/2022", in Viet Nam time."""
    local = moment.astimezone(VIETNAM)
    return f"{local:%H:%M} {format_day(local.date())}"


def _month(day: date) -> str:
    return f"{day.month:02}" if day.month <= 2 else str(day.month)


def format_roman(number: int) -> str:
    """The number of an appendix: format_roman(4) is "IV"."""
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def join_words(words: Iterable[str]) -> str:
    """ "A, B và C"."""
    listed = list(words)
    return " và ".join(([", ".join(listed[:-1])] if len(listed) > 1 else []) + listed[-1:])


def share_hundred(parts: Iterable[int]) -> tuple[Decimal, ...]:
    """Percentages of the parts with one decimal, adding up to exactly 100 (largest remainders); all 0 if the sum is 0.

    >>> share_hundred([1, 1, 1]), share_hundred([0, 0])
    ((Decimal('33.4'), Decimal('33.3'), Decimal('33.3')), (Decimal('0'), Decimal('0')))
    """
    counts = list(parts)
    total = sum(counts)
    if not total:
        return tuple(Decimal(0) for _ in counts)
    tenths = [count * 1000 // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda place: -(counts[place] * 1000 % total))
    for place in by_remainder[: 1000 - sum(tenths)]:
        tenths[place] += 1
    return tuple(Decimal(each) / 10 for each in tenths)


def render_instant(instant: datetime) -> str:
    """ "08:05 ngày 14/5/2022"."""
    local = instant.astimezone(VIETNAM)
    return f"{local.hour:02}:{local.minute:02} ngày {format_day(local)}"


def render_deadline(due: datetime) -> str:
    """ "trước ngày 15/5/2022", with hours and minutes if the deadline is not at midnight.

    Seconds, which a rehearsal alone may have, are left out: nobody is told a later time than the true one.
    """
    local = due.astimezone(VIETNAM)
    day = f"ngày {format_day(local.date())}"
    if (local.hour, local.minute) == (0, 0):
        return f"trước {day}"
    return f"trước {local:%H:%M} {day}"


def render_value(value: Value | None) -> str:
    """A figure as officials write it; a dash if there is none.

    >>> render_value(1234), render_value(True), render_value("2022-05-14"), render_value(None)
    ('1.234', 'Có', '14/5/2022', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return format_flag(value)
    if isinstance(value, int | Decimal):
        return format_number(value)
    try:
        return format_day(date.fromisoformat(value))
    except ValueError:
        return value


def lower_first(text: str) -> str:
    """The text as it stands within a sentence: "Năm 2026" becomes "năm 2026"; an abbreviation stays ("UBND xã")."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def lower_name(name: str) -> str:
    """A type of units, or a unit's full name, as it stands within a sentence; a body's own name stays.

    >>> lower_name("Trạm, trường"), lower_name("Xã Mẫu"), lower_name("Đội Cứu hộ"), lower_name("Hội đồng Một")
    ('trạm, trường', 'xã Mẫu', 'Đội Cứu hộ', 'Hội đồng Một')
    """
    is_own_name = any(word[:1].isupper() for word in name.split()[1:])
    return name if is_own_name and not _PLACE.match(name) else lower_first(name)
