"""The words for states and the printing of figures, for workbook, document, findings and pages alike.

The words for kinds are in the table of kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from chalicelib.domain.clock import Timeliness, local_date
from chalicelib.domain.language.vietnamese import (
    format_count,
    format_day,
    format_flag,
    format_money,
    format_number,
    format_percent,
    round_half_up,
)
from chalicelib.domain.period.consolidation import Phase
from chalicelib.domain.period.contacts import Reason, Trouble
from chalicelib.domain.period.targets import ConditionResult, TargetState
from chalicelib.domain.period.timeliness import Standing
from chalicelib.domain.period.totals import FigureState, Total, UnitFigure
from chalicelib.domain.programme.kinds import Kind, Shape
from chalicelib.domain.programme.model import Indicator
from chalicelib.domain.submission.records import Review
from chalicelib.domain.values import Number, Value, simplify

TIMELINESS: Mapping[Timeliness, str] = {Timeliness.ON_TIME: "Đúng hạn", Timeliness.LATE: "Muộn"}
STANDING: Mapping[Standing, str] = {
    Standing.ON_TIME: TIMELINESS[Timeliness.ON_TIME], Standing.LATE: TIMELINESS[Timeliness.LATE],
    Standing.RECEIVED: "Đã nhận", Standing.MISSING: "Chưa có",
}  # fmt: skip
REVIEW: Mapping[Review, str] = {
    Review.RECEIVED: "Đã nhận", Review.APPROVED: "Đã duyệt", Review.RETURNED: "Trả lại", Review.WITHDRAWN: "Rút lại",
}  # fmt: skip
UNREACHED: Mapping[Reason, str] = {
    Reason.REFUSED: "địa chỉ không nhận thư", Reason.COMPLAINED: "người nhận báo là thư rác",
    Reason.SUPPRESSED: "nơi gửi thư đang chặn địa chỉ này, vì thư trước không tới",
}  # fmt: skip
TARGET: Mapping[TargetState, str] = {
    TargetState.MET: "Đạt", TargetState.UNMET: "Chưa đạt", TargetState.IN_PROGRESS: "Đang thực hiện",
    TargetState.UNKNOWN: "Thiếu số liệu", TargetState.NOT_APPLICABLE: "Không phát sinh",
}  # fmt: skip
FIGURE: Mapping[FigureState, str] = {
    FigureState.KNOWN: "có số liệu", FigureState.MISSING: "thiếu", FigureState.EMPTY: "để trống",
    FigureState.CONFLICT: "mâu thuẫn",
}  # fmt: skip
ESTIMATED = " (ước)"
NO_QUOTIENT = "–"
"""Of nothing there is no share, and nobody has left it out."""
CONFIRMED = "xác nhận không phát sinh"
UNKNOWN = "chưa có số liệu"
MOST_NAMED = 15
"""Units that a sentence names; of more it gives the number."""

PHASE: Mapping[Phase, str] = {
    Phase.OPEN: "đang trong hạn báo cáo", Phase.DUE: "đã hết hạn, chưa khóa", Phase.LOCKED: "đã khóa",
}  # fmt: skip


def print_figure(figure: UnitFigure, indicator: Indicator) -> str:
    """A unit's figure: "1.234", "12 (ước)", "8,5 (Tốt)", "Có", a date, or the word of its state."""
    if figure.state is FigureState.EMPTY and indicator.kind.is_quotient:
        return NO_QUOTIENT
    if figure.state is not FigureState.KNOWN:
        return FIGURE[figure.state]
    estimated = ESTIMATED if figure.estimated else ""
    return print_value(figure.value, indicator.kind) + print_band(indicator, figure.value) + estimated


def print_band(indicator: Indicator, value: Value | None) -> str:
    """The word of a figure's band, as it stands behind the figure: " (Tốt)"; "" for none."""
    word = indicator.find_band(value)
    return f" ({word})" if word else ""


def say_number(number: Number, kind: Kind) -> str:
    """A number of an indicator of this kind in a sentence: "1.234", "05", "12,5%", "622,5 triệu"."""
    if kind.is_quotient or kind.is_percent:
        return print_value(number, kind)
    return format_money(number) if kind.is_in_dong else format_count(number)


def print_value(value: Value | None, kind: Kind) -> str:
    """A value of an indicator of this kind; "" for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return format_flag(value)
    if isinstance(value, str):
        return (kind.shape is Shape.DATE and _print_date(value)) or value
    if kind.is_percent:
        return f"{format_number(value)}%"
    return format_percent(value) if kind.is_quotient else format_number(value)


def print_total(total: Total | None, kind: Kind) -> str:
    """ "1.234", "≥ 12", "Tốt: 3; Khá: 2"; "" for none."""
    if total is None:
        return ""
    if total.value is None and total.at_least:
        return f"≥ {format_number(total.at_least)}"
    if total.contributed and total.chosen:
        return "; ".join(f"{each.choice}: {format_number(each.units)}" for each in total.chosen)
    return print_value(total.value, kind)


def print_difference(before: Number | None, after: Number | None, kind: Kind | None) -> str:
    """How far a later figure is from an earlier one: "+1.200", "-3"; of ratios "+2,1 điểm phần trăm". "" for None."""
    if before is None or after is None:
        return ""
    difference = after - before
    if kind and kind.is_quotient:
        return _print_signed(Decimal(difference) * 100, " điểm phần trăm")
    if kind and kind.is_percent and difference:
        return _print_signed(Decimal(difference), " điểm phần trăm")
    return ("+" if difference > 0 else "") + format_number(difference)


def print_growth(before: Number | None, after: Number | None, kind: Kind | None) -> str:
    """The change in per cent: "+12,5%", "-50%"; "" for None, from 0, and of ratios, which change in points."""
    if not before or after is None or (kind and (kind.is_quotient or kind.is_percent)):
        return ""
    return _print_signed((Decimal(after) - Decimal(before)) * 100 / Decimal(before), "%")


def _print_signed(amount: Decimal, unit: str) -> str:
    rounded = round_half_up(abs(amount), 1)
    sign = "+" if amount > 0 else "-"
    return f"{sign}{format_number(rounded)}{unit}" if rounded else f"dưới 0,1{unit}"


def print_kept(value: Value | None, kind: Kind | None) -> str:
    """A value as an edition keeps it, where a decimal and an estimate are text: "12,5", "12 (ước)"; "" for None.

    What stands there for a report instead of a figure has no kind, and is words already.
    """
    if kind is None:
        return "" if value is None else str(value)
    if isinstance(value, str) and kind.is_number:
        number, estimated, _ = value.partition(ESTIMATED)
        return print_value(simplify(Decimal(number)), kind) + estimated
    return print_value(value, kind)


def print_condition(condition: ConditionResult) -> str:
    """What was reached of what is needed: "01/02", "01/02 (ước)", "chưa có số liệu, cần 02"."""
    needed = None if condition.at_least is None else format_count(condition.at_least)
    if condition.value is None:
        return UNKNOWN if needed is None else f"{UNKNOWN}, cần {needed}"
    reached = format_count(condition.value)
    shown = f"{reached}, chưa rõ mức cần đạt" if needed is None else f"{reached}/{needed}"
    return shown + (ESTIMATED if condition.estimated else "")


def _print_date(text: str) -> str:
    """The date as officials write it; "" if the text is not an ISO date."""
    try:
        return format_day(date.fromisoformat(text))
    except ValueError:
        return ""


def tell_trouble(trouble: Trouble) -> str:
    """Why letters to an address have stopped, and the day on which the one was sent that did not arrive."""
    return f"Thư không tới: {UNREACHED[trouble.reason]}, ngày {format_day(local_date(trouble.sent))}"
