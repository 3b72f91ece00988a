"""What a change of a programme does to what is there already: reports that came, links, forms that were downloaded.

It is shown before a change is made, whatever page or command makes it. Pure: two versions, states and links in,
sentences out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import NamedTuple

from chalicelib.domain.clock import Timeliness, local_date
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.records import Link, State

StatesByPeriod = Mapping[str, Sequence[State]]


class Effect(NamedTuple):
    """One consequence in a sentence; `names` are those whom it concerns. `is_loss`: something is taken away."""

    sentence: str
    names: tuple[str, ...] = ()
    is_loss: bool = False


class _Place(IntEnum):
    """Where a report that counts is found: nowhere, among the figures alone, also among what is owed."""

    NOWHERE = 0
    FIGURES = 1
    OWED = 2


@dataclass(frozen=True)
class BeforeAndAfter:
    """Two versions of a programme, with what there is of it; `leaving` are the codes of units that it closes,
    `reworded` those of periods whose report gets another Word template."""

    before: Programme
    after: Programme
    states: StatesByPeriod
    links: Sequence[Link]
    leaving: Sequence[str]
    at: datetime
    reworded: Sequence[str] = ()


def find_effects(replaced: BeforeAndAfter) -> tuple[Effect, ...]:
    """Everything that the change does, losses first."""
    found = (
        *_find_leaving(replaced), *_find_places(replaced), *_find_timeliness(replaced), *_find_figures(replaced),
        *_find_clocks(replaced), *_find_owed(replaced), *_find_newcomers(replaced), *_find_downloads(replaced),
        *_find_reworded(replaced),
    )  # fmt: skip
    return tuple(sorted(found, key=lambda effect: not effect.is_loss))


# Reports


_MOVES = {
    (_Place.OWED, _Place.NOWHERE): (
        "{n} báo cáo đã nhận ra khỏi bảng theo dõi và không còn được tổng hợp; bản nộp vẫn được giữ", True,
    ),
    (_Place.FIGURES, _Place.NOWHERE): ("{n} báo cáo đã nhận không còn được tổng hợp; bản nộp vẫn được giữ", True),
    (_Place.OWED, _Place.FIGURES): (
        "{n} báo cáo đã nhận thôi là báo cáo phải nộp: không còn tính vào tỷ lệ nộp, số liệu vẫn được tổng hợp", True,
    ),
    (_Place.NOWHERE, _Place.OWED): ("{n} báo cáo đã nhận trở lại bảng theo dõi và được tổng hợp", False),
    (_Place.NOWHERE, _Place.FIGURES): ("{n} báo cáo đã nhận được tổng hợp trở lại", False),
    (_Place.FIGURES, _Place.OWED): ("{n} báo cáo đã nhận trở thành báo cáo phải nộp", False),
}  # fmt: skip


def _find_places(replaced: BeforeAndAfter) -> Iterator[Effect]:
    moved: dict[tuple[_Place, _Place], list[str]] = {}
    for code, states in replaced.states.items():
        old, new = _Places.of(replaced.before, code), _Places.of(replaced.after, code)
        for state in states:
            if state.counts:
                moved.setdefault((old.find(state), new.find(state)), []).append(_name_report(replaced, state))
    for move, (sentence, is_loss) in _MOVES.items():
        if names := moved.get(move):
            yield Effect(sentence.format(n=len(names)), tuple(names), is_loss)


class _Places(NamedTuple):
    units: frozenset[str]
    forms: frozenset[str]
    owed: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, programme: Programme, code: str) -> _Places:
        period = programme.period_by_code.get(code)
        if period is None:
            return cls(frozenset(), frozenset(), frozenset())
        units = frozenset(unit.code for unit in programme.units if unit.is_valid_on(period.data_to))
        owed = frozenset((each.unit, each.form) for each in programme.obligations(code))
        return cls(units, frozenset(programme.form_by_code), owed)

    def find(self, state: State) -> _Place:
        unit, form = state.address.unit, state.address.form
        if unit not in self.units or form not in self.forms:
            return _Place.NOWHERE
        return _Place.OWED if (unit, form) in self.owed else _Place.FIGURES


def _find_timeliness(replaced: BeforeAndAfter) -> Iterator[Effect]:
    judged: dict[Timeliness, list[str]] = {}
    for state, old, new in _iter_in_both(replaced):
        if state.first_received and state.timeliness:
            verdict = new.judge(state.first_received)
            if verdict is not old.judge(state.first_received):
                judged.setdefault(verdict, []).append(_name_report(replaced, state))
    if names := judged.get(Timeliness.LATE):
        yield Effect(f"{len(names)} báo cáo đã nhận đang là đúng hạn sẽ thành muộn", tuple(names), is_loss=True)
    if names := judged.get(Timeliness.ON_TIME):
        yield Effect(f"{len(names)} báo cáo đã nhận đang là muộn sẽ thành đúng hạn", tuple(names))


def _iter_in_both(replaced: BeforeAndAfter) -> Iterator[tuple[State, Period, Period]]:
    """The reports that count, with their period before and after."""
    for code, states in replaced.states.items():
        old, new = replaced.before.period_by_code.get(code), replaced.after.period_by_code.get(code)
        if old and new:
            yield from ((state, old, new) for state in states if state.counts)


def _find_figures(replaced: BeforeAndAfter) -> Iterator[Effect]:
    """Figures that came and are asked no more, and figures that are asked now and did not come."""
    dropped, lacking = [], []
    for state, old, new in _iter_in_both(replaced):
        then, now = _list_asked(replaced.before, old, state), _list_asked(replaced.after, new, state)
        sent = set(state.submission.values) if state.submission else set()
        if sent & (then - now) and now:
            dropped.append(_name_report(replaced, state))
        if (now - then) - sent and then:
            lacking.append(_name_report(replaced, state))
    if dropped:
        yield Effect(f"{len(dropped)} báo cáo đã nhận có số liệu của chỉ tiêu không còn được hỏi", tuple(dropped), True)
    if lacking:
        yield Effect(f"{len(lacking)} báo cáo đã nhận chưa có chỉ tiêu mới được hỏi", tuple(lacking))


def _list_asked(programme: Programme, period: Period, state: State) -> set[str]:
    """The codes that the report's form asks of its unit; none if it is not asked."""
    unit, form = programme.find_unit(state.address.unit, period), programme.form_by_code.get(state.address.form)
    return {row.code for row in programme.rows(form, unit, period)} if unit and form else set()


# Periods and what is owed


def _find_clocks(replaced: BeforeAndAfter) -> Iterator[Effect]:
    for old in replaced.before.periods:
        new = replaced.after.period_by_code.get(old.code)
        if new is None:
            continue
        if not old.is_locked(replaced.at) and new.is_locked(replaced.at):
            silent = _list_silent(replaced, new)
            sentence = f"{new.name} bị khóa ngay: {len(silent)} báo cáo chưa nhận không gửi được nữa"
            yield Effect(sentence, silent, is_loss=True)
        elif old.is_locked(replaced.at) and not new.is_locked(replaced.at):
            yield Effect(f"{new.name} đã khóa sẽ nhận báo cáo trở lại")
        elif old.opens <= replaced.at < new.opens:
            yield Effect(f"{new.name} đang nhận báo cáo sẽ đóng lại đến thời điểm mở mới", is_loss=True)


def _list_silent(replaced: BeforeAndAfter, period: Period) -> tuple[str, ...]:
    sent = {(each.address.unit, each.address.form) for each in replaced.states.get(period.code, ()) if each.counts}
    owed = replaced.after.obligations(period.code)
    return tuple(replaced.after.name_unit(each.unit) for each in owed if (each.unit, each.form) not in sent)


def _find_owed(replaced: BeforeAndAfter) -> Iterator[Effect]:
    for code in dict.fromkeys((*replaced.before.period_by_code, *replaced.after.period_by_code)):
        then, now = (
            len(each.obligations(code)) if code in each.period_by_code else 0
            for each in (replaced.before, replaced.after)
        )
        if then != now:
            name = (replaced.after.period_by_code.get(code) or replaced.before.period_by_code[code]).name
            yield Effect(f"{name}: {then} báo cáo phải nộp thành {now}", is_loss=now < then)


# Units, links, forms downloaded


def _find_leaving(replaced: BeforeAndAfter) -> Iterator[Effect]:
    for code in replaced.leaving:
        sent = sum(
            bool(each.submission) for own in replaced.states.values() for each in own if each.address.unit == code
        )
        links = sum(link.unit == code and link.is_valid(replaced.at) for link in replaced.links)
        kept = f"{sent} báo cáo đã nhận vẫn được giữ" if sent else "chưa có báo cáo nào được nhận"
        sentence = f"{replaced.before.name_unit(code)} thôi hoạt động: {kept}"
        advice = f"; {links} đường dẫn đang dùng, xin thu hồi ở mục “Đường dẫn”" if links else ""
        yield Effect(sentence + advice, is_loss=True)


def _find_newcomers(replaced: BeforeAndAfter) -> Iterator[Effect]:
    today = local_date(replaced.at)
    known, open_now = ({unit.code for unit in _list_open(each, today)} for each in (replaced.before, replaced.after))
    linked = {link.unit for link in replaced.links if link.is_valid(replaced.at)}
    new = sorted(open_now - known - linked)
    if new:
        yield Effect(f"{len(new)} đơn vị mới chưa có đường dẫn nộp", tuple(map(replaced.after.name_unit, new)))


def _list_open(programme: Programme, day: date) -> Iterable[Unit]:
    """Units that are there on the day or come later."""
    return (unit for unit in programme.units if unit.valid_to is None or unit.valid_to >= day)


def _find_downloads(replaced: BeforeAndAfter) -> Iterator[Effect]:
    """Links that have downloaded a form which asks otherwise now, or which will not be taken any more."""
    other, refused = [], []
    for link in replaced.links:
        if not link.is_valid(replaced.at):
            continue
        kinds = {_judge_download(replaced, link, key) for key in link.downloaded}
        if _REFUSED in kinds:
            refused.append(replaced.before.name_unit(link.unit))
        elif _OTHER in kinds:
            other.append(replaced.before.name_unit(link.unit))
    if refused:
        sentence = f"{len(refused)} đường dẫn đã tải biểu mẫu mà phiên bản mới không nhận nữa; xin báo đơn vị tải lại"
        yield Effect(sentence, tuple(refused), is_loss=True)
    if other:
        sentence = f"{len(other)} đường dẫn đã tải biểu mẫu hỏi khác với phiên bản mới; bản đã tải vẫn nộp được"
        yield Effect(sentence, tuple(other))


_SAME, _OTHER, _REFUSED = "same", "other", "refused"


def _judge_download(replaced: BeforeAndAfter, link: Link, key: str) -> str:
    period, _, form = key.partition("/")
    then, now = (
        _describe_form(each, link.unit, period=period, form=form) for each in (replaced.before, replaced.after)
    )
    if then is None or then == now:
        return _SAME
    own = replaced.after.form_by_code.get(form)
    is_taken = now is not None and own is not None and link.downloaded[key] in (own.version, *own.accepts)
    return _OTHER if is_taken else _REFUSED


def _describe_form(programme: Programme, unit: str, *, period: str, form: str) -> object:
    """What the form asks this unit in this period; None where it is not asked."""
    own, asked = programme.period_by_code.get(period), programme.form_by_code.get(form)
    found = programme.find_unit(unit, own) if own else None
    if own is None or asked is None or found is None or asked not in programme.forms_of(found, own):
        return None
    return (
        _head(asked), programme.rows(asked, found, own), programme.tables(asked, found, own),
        programme.narratives(asked, own),
    )  # fmt: skip


def _head(form: Form) -> Form:
    """The form without the parts that are asked in some periods alone, which are compared where they are asked."""
    return form.model_copy(update={"sections": (), "tables": (), "narratives": (), "confirm": ""})


def _find_reworded(replaced: BeforeAndAfter) -> Iterator[Effect]:
    if replaced.reworded:
        sentence = "Báo cáo của {n} kỳ in theo mẫu Word khác từ lần phát hành tới; các lần đã phát hành giữ nguyên"
        names = tuple(replaced.after.period_by_code[code].name for code in replaced.reworded)
        yield Effect(sentence.format(n=len(names)), names)


def _name_report(replaced: BeforeAndAfter, state: State) -> str:
    """Unit, form and period, by their names before the replaced."""
    address = state.address
    period = replaced.before.period_by_code.get(address.period) or replaced.after.period_by_code.get(address.period)
    form = replaced.before.form_by_code.get(address.form) or replaced.after.form_by_code.get(address.form)
    named = (form.title if form else address.form, period.name if period else address.period)
    return f"{replaced.before.name_unit(address.unit)} ({', '.join(named)})"
