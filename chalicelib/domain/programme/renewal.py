"""Makes the files of a programme's next year, or of a rehearsal at another time, from those it has now.

Nothing is invented. The dates of the periods move; the number and the day of the document stay open until they are
given; units that ended, their duties and targets of one year alone are left out. What was left out or has to be read
again is told. Files are edited as text, so their comments, their order and the office's own additions are kept.
"""

from __future__ import annotations

import json
import re
from calendar import isleap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta

from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.programme.amendments import edit_rows, find_key
from chalicelib.domain.programme.loading import (
    INDICATORS,
    PROGRAMME,
    SUCCESSIONS,
    UNITS,
    Problem,
    load_programme,
    read_csv,
)
from chalicelib.domain.programme.making import Row, read_day
from chalicelib.domain.programme.model import NOT_GIVEN, Programme, Target, Unit
from chalicelib.domain.programme.rereading import find_old_words

Files = dict[str, str]

_DATED = re.compile(
    r"^(?P<head>\s*(?P<key>data_from|data_to|opens|due|lock)\s*=\s*)"
    r"(?P<value>\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?)?)",
    re.MULTILINE,
)
_CODE = re.compile(r'^code\s*=\s*"(?P<code>[^"]*)"', re.MULTILINE)
_FOLLOWS = re.compile(r"^follows\s*=.*\n", re.MULTILINE)
_YEAR = re.compile(r"^year\s*=\s*(\d{4})", re.MULTILINE)
_NUMBER = re.compile(r'^number\s*=\s*"(?P<number>[^"\n]*)".*$', re.MULTILINE)
_SIGNED = re.compile(r"^(?:#\s*)?signed\s*=.*$", re.MULTILINE)
_CLOCKS = frozenset({"opens", "due", "lock"})
_BLOCK = re.compile(r"\A.*\n(?:.*\n)*?(?=(?:\s*(?:#.*)?\n)*\Z)")
"""A block of programme.toml up to its last key."""


@dataclass(frozen=True)
class Document:
    """Number and day of the document that sets the programme; without them they stay open."""

    number: str = ""
    signed: date | None = None


@dataclass(frozen=True)
class Renewal:
    """The files of the new programme, and what the office has to know of them."""

    files: Files
    told: tuple[Problem, ...] = ()


def renew_for_year(files: Mapping[str, str], *, code: str, year: int, document: Document = Document()) -> Renewal:
    """The programme for another year, under its new code. Raises ValueError if the file names no year."""
    text = files[PROGRAMME]
    match = _YEAR.search(text)
    if match is None:
        raise ValueError("chương trình không ghi năm")
    years = year - int(match[1])
    moved = _DATED.sub(lambda found: found["head"] + _move_years(found["value"], years), text)
    renewed = {**files, PROGRAMME: _set_document(_rename(moved, code=code, year=year), document)}
    kept, told = _leave_out(renewed, load_programme(renewed))
    asked = (*_find_undecided(kept[PROGRAMME], document), *_find_leap_days(kept[PROGRAMME]))
    return Renewal(kept, (*told, *asked, *find_old_words(kept)))


def rehearse(
    files: Mapping[str, str], *, code: str, period: str, due: datetime, document: Document = Document()
) -> Renewal:
    """The same programme at another time: all dates move by one span, so that `period` falls due at the instant `due`.

    Clocks become date-times; windows, and the days on which units begin and end, move by that span in whole days. A
    unit that outlives the last period has no last day in the rehearsal.
    """
    text = files[PROGRAMME]
    part = re.search(rf'^code\s*=\s*"{re.escape(period)}"(?:(?!^\[\[)[\s\S])*?^due\s*=\s*(\S+)', text, re.MULTILINE)
    if part is None:
        raise ValueError(f"programme.toml không có kỳ “{period}” với thời hạn")
    span = due.astimezone(VIETNAM).replace(tzinfo=None) - _parse(part[1])
    moved = _DATED.sub(lambda found: found["head"] + _move_span(found["key"], value=found["value"], span=span), text)
    renamed = _rename(moved, code=code, year=due.astimezone(VIETNAM).year)
    end = max(date.fromisoformat(found["value"][:10]) for found in _DATED.finditer(text))
    own = ("valid_from", "valid_to")
    changed = {
        PROGRAMME: _set_document(renamed, document),
        UNITS: edit_rows(files[UNITS], lambda row: _move_days(_outlive(row, end), own, span.days)),
    }
    if SUCCESSIONS in files:
        changed[SUCCESSIONS] = edit_rows(files[SUCCESSIONS], lambda row: _move_days(row, ("on",), span.days))
    return Renewal({**files, **changed})


# programme.toml


def _rename(text: str, *, code: str, year: int) -> str:
    """Sets the new code and year, and the old code as the programme that this one follows."""
    old = _CODE.search(text)
    followed = old["code"] if old else ""
    text = _FOLLOWS.sub("", text)
    named = f"code = {json.dumps(code, ensure_ascii=False)}\nfollows = {json.dumps(followed, ensure_ascii=False)}"
    text = _CODE.sub(lambda _: named, text, count=1)
    return _YEAR.sub(f"year = {year}", text, count=1)


def _set_document(text: str, document: Document) -> str:
    """Writes number and day where they are given; otherwise leaves them open, with the symbol of the old number."""
    old = _NUMBER.search(text)
    open_number = NOT_GIVEN + (old["number"].lstrip(f" 0123456789{NOT_GIVEN}") if old else "")
    given = json.dumps(document.number, ensure_ascii=False)  # a TOML string too
    number = f"number = {given}" if document.number else f'number = "{open_number}" # ghi khi có văn bản'
    signed = f"signed = {document.signed.isoformat()}" if document.signed else "# signed = ngày ký, ghi khi có văn bản"
    text = _NUMBER.sub(lambda _: number, text, count=1)
    if _SIGNED.search(text):
        return _SIGNED.sub(lambda _: signed, text, count=1)
    return _NUMBER.sub(lambda found: f"{found[0]}\n{signed}", text, count=1)


def _find_undecided(text: str, document: Document) -> Iterator[Problem]:
    if not document.number:
        yield _tell(text, words="number =", what="số, ký hiệu của chương trình mới chưa có")
    if document.signed is None:
        yield _tell(text, words="signed =", what="ngày ký chương trình mới chưa có")
    yield _tell(text, words="[office]", what="người ký và nơi nhận chép từ chương trình trước, xin xem lại")


def _find_leap_days(text: str) -> Iterator[Problem]:
    """A window that ended with February ends a day too early in a leap year, if it is to end with February again."""
    for found in _DATED.finditer(text):
        day = date.fromisoformat(found["value"][:10])
        if found["key"] == "data_to" and (day.month, day.day) == (2, 28) and isleap(day.year):
            line = text.count("\n", 0, found.start("value")) + 1
            yield Problem(PROGRAMME, line, f"số liệu đến ngày 28/02, năm {day.year} có ngày 29/02, xin xem lại")


def _tell(text: str, *, words: str, what: str) -> Problem:
    """What there is to say of the first line of programme.toml that has these words."""
    lines = (number for number, line in enumerate(text.splitlines(), start=1) if words in line)
    return Problem(PROGRAMME, next(lines, 0), what)


# What is left out


@dataclass(frozen=True)
class _Rest:
    """What ends with the old programme: its units that owe nothing any more, and their codes and types that nobody has.

    `lost` are those units by codes that no other unit holds; `bare` are the types without a unit.
    """

    first_end: date
    ended: tuple[Unit, ...]
    lost: Mapping[str, Unit]
    bare: frozenset[str]

    @classmethod
    def of(cls, programme: Programme) -> _Rest:
        first_end = min(period.data_to for period in programme.periods)
        ended = tuple(unit for unit in programme.units if is_over(unit.valid_to, first_end))
        left = [unit for unit in programme.units if unit not in ended]
        codes, types = {unit.code for unit in left}, {unit.type for unit in left}
        return cls(
            first_end, ended,
            lost={unit.code: unit for unit in ended if unit.code not in codes},
            bare=frozenset(unit.type for unit in ended if unit.type not in types),
        )  # fmt: skip

    def is_aim_of(self, target: Target) -> bool:
        """Whether the target was set for what has ended."""
        named = (unit for condition in target.conditions for unit in condition.units)
        return target.unit_type in self.bare or any(unit in self.lost for unit in named)


def is_over(last_day: date | None, first_end: date) -> bool:
    """Whether a unit ended before the data of the first period are complete: then it owes nothing in any period."""
    return last_day is not None and last_day < first_end


def _leave_out(files: Files, programme: Programme) -> tuple[Files, list[Problem]]:
    """The files without what has ended or was for one year alone, and what that was, by name."""
    rest = _Rest.of(programme)
    dropped = [target for target in programme.targets if target.once or rest.is_aim_of(target)]
    targets = {target.code for target in dropped}
    main = _drop_blocks(
        files[PROGRAMME], kind="targets", is_dropped=lambda block: find_key(block, key="code") in targets
    )
    main = _drop_blocks(main, kind="duties", is_dropped=lambda block: find_key(block, key="unit_type") in rest.bare)
    units = edit_rows(files[UNITS], lambda row: None if is_over(read_day(row["valid_to"]), rest.first_end) else row)
    indicators = edit_rows(files[INDICATORS], lambda row: _retire(row, rest.lost))
    told = [*_tell_units(programme, rest), *map(_tell_target, dropped), *_tell_indicators(files, rest)]
    return {**files, PROGRAMME: main, UNITS: units, INDICATORS: indicators}, told


def _retire(row: Row, lost: Mapping[str, Unit]) -> Row:
    """An indicator that only units of the past were asked is kept, but asked of nobody after their last day."""
    senders = row["senders"].split("|")
    left = [sender for sender in senders if sender.strip().removeprefix("unit:") not in lost]
    if len(left) == len(senders):
        return row
    if left:
        return row | {"senders": "|".join(left)}
    last = lost[senders[-1].strip().removeprefix("unit:")]
    return row | {"senders": last.type, "valid_to": str(last.valid_to)}


def _tell_units(programme: Programme, rest: _Rest) -> Iterator[Problem]:
    for unit in rest.ended:
        end = format_day(unit.valid_to) if unit.valid_to else ""
        yield Problem(UNITS, 0, f"bỏ {unit.full_name} ({unit.code}), đã kết thúc ngày {end}")
    for unit_type in sorted(rest.bare):
        name = f"loại đơn vị “{programme.unit_types[unit_type]}”"
        yield Problem(PROGRAMME, 0, f"bỏ báo cáo phải nộp của {name}, không còn đơn vị nào")
        if unit_type == programme.headline:
            yield Problem(PROGRAMME, 0, f"số chung tính theo {name}: không còn đơn vị nào, xin ghi loại khác")


def _tell_target(target: Target) -> Problem:
    why = "chỉ đặt ra cho một năm" if target.once else "đặt ra cho đơn vị đã kết thúc"
    return Problem(PROGRAMME, 0, f"bỏ chỉ tiêu {target.code} “{target.title}”: {why}")


def _tell_indicators(files: Files, rest: _Rest) -> Iterator[Problem]:
    for line, row in read_csv(files[INDICATORS]):
        if _retire(row, rest.lost) != row:
            yield Problem(INDICATORS, line, f"{row['code']} hỏi đơn vị đã kết thúc, nay không hỏi đơn vị đó nữa")


# Texts


def _drop_blocks(text: str, *, kind: str, is_dropped: Callable[[str], bool]) -> str:
    """`programme.toml` without some blocks of this kind; comments and blank lines behind a block stay."""
    blocks = re.split(r"(?m)^(?=\[)", text)
    return "".join(
        _BLOCK.sub("", block) if block.startswith(f"[[{kind}]]") and is_dropped(block) else block for block in blocks
    )


# Dates


def _parse(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment.astimezone(VIETNAM).replace(tzinfo=None) if moment.tzinfo else moment


def _move_years(value: str, years: int) -> str:
    day = date.fromisoformat(value[:10])
    if not MINYEAR <= day.year + years <= MAXYEAR:
        raise ValueError(f"không có năm {day.year + years}")
    try:
        moved = day.replace(year=day.year + years)
    except ValueError:  # 29 February in a year that is not a leap year
        moved = day.replace(year=day.year + years, day=28)
    return moved.isoformat() + value[10:]


def _move_span(key: str, *, value: str, span: timedelta) -> str:
    if key in _CLOCKS:
        return (_parse(value) + span).isoformat(timespec="seconds")
    return (date.fromisoformat(value[:10]) + timedelta(days=span.days)).isoformat()


def _outlive(row: Row, end: date) -> Row:
    last_day = read_day(row["valid_to"])
    return row | {"valid_to": ""} if last_day and last_day > end else row


def _move_days(row: Row, columns: tuple[str, ...], days: int) -> Row:
    dates = {column: read_day(row[column]) for column in columns}
    return row | {column: (day + timedelta(days=days)).isoformat() for column, day in dates.items() if day}
