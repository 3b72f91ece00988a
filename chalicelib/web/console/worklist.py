"""The worklist of a period on its page: what the address asks for, tiles that add up, flags, and pages of rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.period import words
from chalicelib.domain.period.worklist import (
    Flag,
    Order,
    Row,
    Sought,
    Tray,
    count_flags,
    count_trays,
    find_wanted,
    list_former,
    list_rows,
    narrow,
)
from chalicelib.domain.programme.model import Form, Unit
from chalicelib.domain.submission.records import Review, Summary
from chalicelib.store.letters import list_reminders
from chalicelib.store.obligations import query_summaries
from chalicelib.web.console.desk import Desk
from chalicelib.web.forms import parse_number
from chalicelib.web.paging import PageOfRows, cut_page
from chalicelib.web.unit.visits import Label

ROWS_A_PAGE = 50
"""So many reports stand on a page, and so many can be chosen at once."""

_LONGEST = 100

TRAYS: Mapping[Tray, Label] = {
    Tray.TO_LOOK: Label("Chờ xem xét", "wait"),
    Tray.MISSING: Label("Chưa nộp", "warn"),
    Tray.RETURNED: Label("Trả lại, chờ sửa", "bad"),
    Tray.WITHDRAWN: Label("Đã rút", "none"),
    Tray.APPROVED: Label(words.REVIEW[Review.APPROVED], "ok"),
    Tray.EXTRA: Label("Không phải nộp", "none"),
}
FLAGS: Mapping[Flag, Label] = {
    Flag.CORRECTED: Label("Đã sửa sau khi trả lại", "wait"),
    Flag.WARNED: Label("Có cảnh báo", "warn"),
    Flag.REFUSED: Label("Lần gửi gần nhất có lỗi", "bad"),
    Flag.LATE: Label(words.TIMELINESS[Timeliness.LATE], "warn"),
    Flag.REMINDED: Label("Đã nhắc, chưa có báo cáo", "none"),
    Flag.EXCEPTED: Label("Đang được gia hạn", "none"),
}
ORDERS: Mapping[Order, str] = {
    Order.WAITING: "Việc cần làm trước", Order.ROSTER: "Theo danh sách đơn vị", Order.LATEST: "Mới nhận trước",
}  # fmt: skip

_DONE = {
    "duyet": "Đã duyệt {} bản nộp.",
    "bo-duyet": "Đã bỏ duyệt {} bản nộp; các bản này lại chờ xem xét.",
    "nhac": "Đã gửi {} thư nhắc.",
    "gia-han": "Đã gia hạn cho {} báo cáo.",
    "het": "Đã duyệt bản nộp. Trong danh sách này không còn bản nào chờ xem xét.",
}
_NOT_YET = Label("Chưa đến kỳ", "none")
_SOMETIMES = (Tray.WITHDRAWN, Tray.EXTRA)
"""Trays that most periods do not have: without a report they have no tile."""


class Tile(NamedTuple):
    """A number that leads to what it counts."""

    tray: Tray | None
    word: str
    number: int
    query: str
    is_chosen: bool


@dataclass(frozen=True)
class Worklist:
    """The rows of a period, and what is wanted of them. `chosen` are the keys of rows that stay chosen."""

    rows: tuple[Row, ...]
    former: tuple[tuple[Unit, str], ...]
    forms: tuple[Form, ...]
    wanted: Sought
    is_open: bool
    asked_page: str = ""
    as_table: bool = False
    chosen: Collection[str] = field(default=())

    @cached_property
    def found(self) -> tuple[Row, ...]:
        return find_wanted(self.rows, self.wanted)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units of the found rows, in their order."""
        return tuple({row.unit.code: row.unit for row in self.found}.values())

    @cached_property
    def _reports(self) -> PageOfRows[Row]:
        return cut_page(self.found, self.asked_page, most=ROWS_A_PAGE)

    @cached_property
    def _units(self) -> PageOfRows[Unit]:
        return cut_page(self.units, self.asked_page, most=ROWS_A_PAGE)

    @property
    def page(self) -> PageOfRows[Any]:
        """Of units where they are a table by forms, else of reports."""
        return self._units if self.as_table else self._reports

    @property
    def shown(self) -> tuple[Row, ...]:
        """The rows of this page; before them those that stay chosen and stand elsewhere by now."""
        here = self._reports.rows
        keys = {row.key for row in here}
        return (*(row for row in self.rows if row.key in self.chosen and row.key not in keys), *here)

    @property
    def grid(self) -> Iterator[tuple[Unit, str, list[Row | None]]]:
        """The units of this page, with their name and a row for each form; None for a form that is not asked."""
        by_key = {(row.unit.code, row.status.form): row for row in self.rows}
        for unit in self._units.rows:
            rows = [by_key.get((unit.code, form.code)) for form in self.forms]
            yield unit, next(row.name for row in rows if row), rows

    @cached_property
    def counts(self) -> Mapping[Tray, int]:
        return count_trays(self.rows)

    @property
    def due(self) -> int:
        return len(self.rows) - self.counts[Tray.EXTRA]

    @property
    def tiles(self) -> Iterator[Tile]:
        """The trays with their numbers, which add up to what is due; a click on one asks for it alone."""
        for tray, label in TRAYS.items():
            if self.counts[tray] or tray not in _SOMETIMES:
                is_chosen = self.wanted.tray is tray
                yield Tile(tray, label.text, self.counts[tray], self.write(Sought(tray=tray)), is_chosen)

    @property
    def flags(self) -> Iterator[tuple[str, str, bool]]:
        """The flags within the chosen tray: address, text and whether it is chosen; a second click takes it off."""
        counts = count_flags(narrow(self.rows, replace(self.wanted, flag=None)))
        for flag, label in FLAGS.items():
            is_chosen = self.wanted.flag is flag
            if is_chosen or counts.get(flag):
                other = replace(self.wanted, flag=None if is_chosen else flag)
                yield f"?{self.write(other)}", f"{label.text} ({counts.get(flag, 0)})", is_chosen

    @property
    def query(self) -> str:
        """This very list, as an address says it."""
        return self.write(self.wanted, page=self.page.number)

    @property
    def is_narrowed(self) -> bool:
        return replace(self.wanted, order=Order.WAITING) != Sought()

    def write(self, wanted: Sought, *, page: int = 1) -> str:
        return write_query(wanted, page=page, as_table=self.as_table)

    def turn(self, page: int) -> str:
        """The address of another page."""
        return self.write(self.wanted, page=page)

    @property
    def switched(self) -> str:
        """The address of the other view of the same reports: the list, or units by forms."""
        return write_query(self.wanted, as_table=not self.as_table)

    def label(self, row: Row) -> Label:
        return _NOT_YET if row.tray is Tray.MISSING and not self.is_open else TRAYS[row.tray]


def open_worklist(desk: Desk, query: Mapping[str, str], *, chosen: Collection[str] = ()) -> Worklist:
    """The worklist of the desk's period, as an address asks for it. What the address says wrongly is passed over."""
    summaries = query_summaries(desk.programme.code, period=desk.period.code)
    rows = _list_rows(desk, summaries)
    asked = {row.status.form for row in rows}
    return Worklist(
        rows=rows,
        former=list_former(desk.programme, desk.period, summaries),
        forms=tuple(form for form in desk.programme.forms if form.code in asked),
        wanted=read_wanted(query),
        is_open=desk.request.now >= desk.period.opens,
        asked_page=query.get("trang", ""),
        as_table=query.get("xem") == "bang",
        chosen=chosen,
    )


def _list_rows(desk: Desk, summaries: Sequence[Summary]) -> tuple[Row, ...]:
    """Every report of the desk's period. Reminders are told to those who may send some."""
    code, period = desk.programme.code, desk.period
    reminders = list_reminders(code, period=period.code) if desk.may("remind") else ()
    return list_rows(desk.programme, period, summaries, reminders=reminders, now=desk.request.now)


# Addresses


def read_wanted(query: Mapping[str, str]) -> Sought:
    tray, flag, order = query.get("o", ""), query.get("dau", ""), query.get("xep", "")
    return Sought(
        tray=Tray(tray) if tray in list(Tray) else None,
        flag=Flag(flag) if flag in list(Flag) else None,
        form=query.get("bieu", "")[:_LONGEST],
        unit_type=query.get("loai", "")[:_LONGEST],
        words=query.get("tim", "").strip()[:_LONGEST],
        order=Order(order) if order in list(Order) else Order.WAITING,
    )


def write_query(wanted: Sought, *, page: int = 1, as_table: bool = False) -> str:
    """What `read_wanted` reads, without what goes without saying."""
    order = "" if wanted.order is Order.WAITING else wanted.order
    said: dict[str, Any] = {
        "o": wanted.tray, "dau": wanted.flag, "bieu": wanted.form, "loai": wanted.unit_type, "tim": wanted.words,
        "xep": order, "xem": "bang" if as_table else "", "trang": page if page > 1 else "",
    }  # fmt: skip
    return urlencode({name: value for name, value in said.items() if value})


def read_list(text: str) -> dict[str, str]:
    """The list that somebody came from: what `write_query` wrote, carried along in a field."""
    return dict(parse_qsl(text[:1000]))


def say_done(text: str) -> str:
    """What was done, as the address says it ("duyet-12"); "" for anything else."""
    done, _, number = text.rpartition("-") if text not in _DONE else (text, "", "0")
    return _DONE[done].format(int(number)) if done in _DONE and parse_number(number) is not None else ""


def go_to_list(query: Mapping[str, str], *, done: str = "") -> str:
    """The part of an address behind the question flag: the list, and what was done."""
    wanted, page = read_wanted(query), parse_number(query.get("trang", "")) or 1
    told = "&".join(filter(None, (write_query(wanted, page=page), f"xong={done}" if done else "")))
    return f"?{told}" if told else ""
