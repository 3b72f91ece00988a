"""The office's letters on paper (công văn, NĐ 30/2020/NĐ-CP): urging reports that are missing, returning those to mend.

One letter to all concerned, with a list, or one to each unit. Number, date and signature are left to whoever signs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from chalicelib.domain.language.vietnamese import (
    format_count,
    format_day,
    join_words,
    lower_first,
    render_deadline,
    render_instant,
)
from chalicelib.domain.period.reminders import Missing
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.records import Review, State

_MOST_NAMED = 5
"""With more addressees than this they are named in the list behind the letter alone."""


class Enclosed(NamedTuple):
    """The list behind a letter to many: unit, report, and what `heading` says of it."""

    title: str
    heading: str
    rows: tuple[tuple[str, str, str], ...]


class OfficialLetter(NamedTuple):
    """What one letter says: its subject ("V/v …"), addressees and paragraphs, and the list that it encloses."""

    subject: str
    addressees: tuple[str, ...]
    paragraphs: tuple[str, ...]
    enclosed: Enclosed | None = None


@dataclass(frozen=True)
class Occasion:
    """What all letters of one making share; `by` is the last day that the office gives, if it gives one."""

    programme: Programme
    period: Period
    at: datetime
    by: date | None

    @property
    def basis(self) -> str:
        number = f" (văn bản số {self.programme.number})" if self.programme.has_number else ""
        return f"Thực hiện {self.programme.title}{number}"

    @property
    def of_period(self) -> str:
        return f"báo cáo kỳ {lower_first(self.period.name)}"

    @property
    def closing(self) -> str:
        office = self.programme.office
        return f"Quá trình thực hiện nếu có vướng mắc, đề nghị liên hệ {office.helpdesk} để được hướng dẫn./."

    @property
    def issuer(self) -> str:
        return self.programme.office.full_name or self.programme.office.name

    def say_when(self, otherwise: str) -> str:
        return f"chậm nhất ngày {format_day(self.by)}" if self.by else otherwise


class Concerned(NamedTuple):
    """One report that a letter is about, and what is to be said of it."""

    unit: Unit
    form: Form
    said: str


# Urging


def urge_together(occasion: Occasion, missing: Sequence[Missing]) -> OfficialLetter:
    """One letter about all reports that are missing, with the list of them."""
    concerned = [Concerned(each.unit, each.form, _tell_missing(each)) for each in missing]
    number, units = format_count(len(concerned)), format_count(_count_units(concerned))
    first = (
        f"{occasion.basis}, các đơn vị gửi {occasion.of_period} {render_deadline(occasion.period.due)}. Đến "
        f"{render_instant(occasion.at)}, {occasion.programme.office.contact} chưa nhận được {number} báo cáo của "
        f"{units} đơn vị (danh sách kèm theo)."
    )
    ask = f"{occasion.issuer} đề nghị các đơn vị có tên trong danh sách hoàn thành và gửi báo cáo {_hurry(occasion)}."
    enclosed = _enclose(occasion, concerned, title="Danh sách báo cáo chưa gửi", heading="Tình trạng")
    return OfficialLetter(
        f"đôn đốc gửi {occasion.of_period}", _address(occasion, concerned), (first, ask, occasion.closing), enclosed
    )


def urge_each(occasion: Occasion, missing: Sequence[Missing]) -> list[OfficialLetter]:
    """A letter to each unit about the reports that it has not sent."""
    return [_urge_one(occasion, list(own)) for _, own in groupby(missing, key=lambda each: each.unit.code)]


def _urge_one(occasion: Occasion, missing: Sequence[Missing]) -> OfficialLetter:
    name = occasion.programme.name_fully(missing[0].unit)
    told = "; ".join(_name_missing(each) for each in missing)
    first = (
        f"{occasion.basis}, đơn vị gửi {occasion.of_period} {render_deadline(occasion.period.due)}. Đến "
        f"{render_instant(occasion.at)}, {occasion.programme.office.contact} chưa nhận được của đơn vị: {told}."
    )
    ask = f"{occasion.issuer} đề nghị đơn vị hoàn thành và gửi báo cáo {_hurry(occasion)}."
    return OfficialLetter(f"đôn đốc gửi {occasion.of_period}", (name,), (first, ask, occasion.closing))


def _name_missing(each: Missing) -> str:
    title, told = lower_first(each.form.title), _tell_missing(each)
    return title if told == _NOT_SENT else f"{title} ({told})"


_NOT_SENT = "chưa gửi"


def _tell_missing(each: Missing) -> str:
    state = "đã trả lại, chưa nhận bản chỉnh lý" if each.returned else _NOT_SENT
    return f"{state}; được gia hạn, gửi {render_deadline(each.extended)}" if each.extended else state


def _hurry(occasion: Occasion) -> str:
    otherwise = "ngay khi nhận được công văn này" if occasion.at >= occasion.period.due else "đúng thời hạn"
    return f"{occasion.say_when(otherwise)}, qua đường dẫn nộp đã được giao cho từng đơn vị"


# Returning


def list_returned(programme: Programme, period: Period, states: Iterable[State]) -> Iterator[Concerned]:
    """The reports that wait for their unit to mend them, with the office's reason, in the roster's order."""
    reasons = {
        (state.address.unit, state.address.form): state.comment
        for state in states
        if state.review is Review.RETURNED and state.submission
    }
    for owed in programme.obligations(period.code):
        unit, reason = programme.find_unit(owed.unit, period), reasons.get((owed.unit, owed.form))
        if unit and reason is not None:
            yield Concerned(unit, programme.form_by_code[owed.form], reason)


def return_together(occasion: Occasion, returned: Sequence[Concerned]) -> OfficialLetter:
    """One letter about all reports that were returned, with the list of what is to be mended."""
    number, units = format_count(len(returned)), format_count(_count_units(returned))
    first = (
        f"{occasion.basis}, qua kiểm tra {occasion.of_period}, {occasion.issuer} trả lại {number} báo cáo của {units} "
        f"đơn vị để chỉnh lý, bổ sung (danh sách và lý do kèm theo)."
    )
    ask = f"Đề nghị các đơn vị có tên trong danh sách chỉnh lý, gửi lại báo cáo {_again(occasion)}."
    enclosed = _enclose(
        occasion, returned, title="Danh sách báo cáo trả lại để chỉnh lý, bổ sung", heading="Lý do trả lại"
    )
    return OfficialLetter(
        f"chỉnh lý, bổ sung {occasion.of_period}",
        _address(occasion, returned),
        (first, ask, occasion.closing),
        enclosed,
    )


def return_each(occasion: Occasion, returned: Sequence[Concerned]) -> list[OfficialLetter]:
    """A letter to each unit with the reasons for what was returned to it."""
    return [_return_one(occasion, list(own)) for _, own in groupby(returned, key=lambda each: each.unit.code)]


def _return_one(occasion: Occasion, returned: Sequence[Concerned]) -> OfficialLetter:
    name = occasion.programme.name_fully(returned[0].unit)
    titles = join_words(lower_first(each.form.title) for each in returned)
    first = (
        f"{occasion.basis}, qua kiểm tra {titles}, kỳ {lower_first(occasion.period.name)}, {occasion.issuer} trả lại "
        "để đơn vị chỉnh lý, bổ sung những nội dung sau:"
    )
    ask = f"Đề nghị đơn vị chỉnh lý, gửi lại báo cáo {_again(occasion)}."
    reasons = [line for each in returned for line in _list_reasons(each, is_named=len(returned) > 1)]
    return OfficialLetter(f"chỉnh lý, bổ sung {occasion.of_period}", (name,), (first, *reasons, ask, occasion.closing))


def _list_reasons(each: Concerned, *, is_named: bool) -> list[str]:
    lines = [line.strip() for line in each.said.splitlines() if line.strip()]
    named = [f"{each.form.title}:"] if is_named else []
    return [*named, *(line if line.startswith("-") else f"- {line}" for line in lines)]


def _again(occasion: Occasion) -> str:
    return f"{occasion.say_when('trong thời gian sớm nhất')}, qua đường dẫn nộp đã được giao cho từng đơn vị"


# What both share


def _address(occasion: Occasion, concerned: Sequence[Concerned]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(occasion.programme.name_fully(each.unit) for each in concerned))
    return names if len(names) <= _MOST_NAMED else ("Các đơn vị có tên trong danh sách kèm theo",)


def _count_units(concerned: Sequence[Concerned]) -> int:
    return len({each.unit.code for each in concerned})


def _enclose(occasion: Occasion, concerned: Iterable[Concerned], *, title: str, heading: str) -> Enclosed:
    name: Callable[[Unit], str] = occasion.programme.name_fully
    return Enclosed(title, heading, tuple((name(each.unit), each.form.title, each.said) for each in concerned))
