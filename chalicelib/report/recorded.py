"""Reads an edition's data file back: what it says of itself, and the states it was made from with their figures.

An office that has the data needs neither the store nor the workbooks to compare with an edition, or to supplement it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalicelib.domain.period.edition import Snapshot
from chalicelib.domain.period.timeliness import Standing
from chalicelib.domain.period.totals import FigureState
from chalicelib.domain.programme.kinds import Kind
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Edition, Figure, State, Submission, TableRow
from chalicelib.domain.values import Value, read_number
from chalicelib.report.data import make_snapshot
from chalicelib.report.remake import restore_state

Place = tuple[str, str]
"""The codes of a programme and of a period."""

_MOST_DIGITS = 200
"""Before and behind the decimal sign: units write fifteen, and no product has more than twelve factors."""

_Key = tuple[str, str]
"""A form and a unit."""


class DataInvalid(Exception):
    """The file is not the data of an edition, or not of one of the programmes; the message says so to people."""


@dataclass(frozen=True)
class Recorded:
    """An edition as its data file tells it: the edition, with the words for its programme and period, its contents, and
    the states that it was made from. Their submissions have figures and tables, but no prose."""

    edition: Edition
    title: str
    contents: Snapshot
    states: tuple[State, ...]

    @property
    def place(self) -> Place:
        return self.edition.programme, self.edition.period


def read_recorded(data: bytes, programmes: Collection[Programme]) -> Recorded:
    """What the programme does not know any more is left out. Raises DataInvalid."""
    try:
        raw = json.loads(data)
        programme = next((each for each in programmes if each.code == raw["programme"]), None)
        title = f"{raw['title']}, {raw['period_name']}"
        if programme is None or raw["inputs"].get("branch", "") != programme.branch:
            raise DataInvalid(f"Dữ liệu của chương trình khác: {title}.")
        _check_contents(raw, programme)
        edition = _read_edition(raw)
        states = tuple(_restore_states(raw, programme, edition))
        _check_moments(edition, states)
        return Recorded(edition, title, make_snapshot(raw["figures"], statuses=raw["statuses"]), states)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError) as error:
        raise DataInvalid("Tệp không phải dữ liệu của một lần phát hành.") from error


def _check_contents(raw: Mapping[str, Any], programme: Programme) -> None:
    """Raises ValueError or ArithmeticError for a standing that there is not, and for a figure of another shape than its
    indicator asks for."""
    for each in raw["statuses"]:
        Standing(each["standing"])
    for each in raw["figures"]:
        indicator = programme.indicator_by_code.get(each["indicator"])
        if each["state"] == FigureState.KNOWN:
            _read_value(each["value"], indicator.kind if indicator else None)
            if not isinstance(each["estimated"], bool):
                raise ValueError("estimated")


def _check_moments(edition: Edition, states: Sequence[State]) -> None:
    """Raises ValueError for an instant without its offset."""
    moments = [edition.made, *(moment for state in states for moment in (state.first_received, state.exception_until))]
    moments += [state.submission.received for state in states if state.submission]
    if any(moment and moment.tzinfo is None for moment in moments):
        raise ValueError("offset")


def _read_edition(raw: Mapping[str, Any]) -> Edition:
    told = raw["edition"]
    return Edition(
        programme=raw["programme"], period=raw["period"], number=told["number"], made=told["made"],
        frozen=told["frozen"], programme_version=raw["inputs"]["programme_version"], inputs=(),
        inputs_hash=raw["inputs_hash"], office=raw["inputs"].get("office", {}), reason=told["reason"],
    )  # fmt: skip


def _restore_states(raw: Mapping[str, Any], programme: Programme, edition: Edition) -> Iterator[State]:
    submissions = {(each.address.form, each.address.unit): each for each in _read_submissions(raw, programme, edition)}
    for told in raw["inputs"]["states"]:
        yield restore_state(
            raw["inputs"], told=told, as_of=edition.made,
            find=lambda address, _: submissions.get((address.form, address.unit)),
        )  # fmt: skip


def _read_submissions(raw: Mapping[str, Any], programme: Programme, edition: Edition) -> Iterator[Submission]:
    figures, tables = _read_figures(raw, programme), _read_tables(raw, programme)
    names = {(each["form"], each["unit"]): each["file"] for each in raw["statuses"]}
    for told in raw["inputs"]["states"]:
        if not told["revision"]:
            continue
        key = told["form"], told["unit"]
        received = told["received"]
        yield Submission(
            address=Address(programme=raw["programme"], period=raw["period"], form=told["form"], unit=told["unit"]),
            revision=told["revision"],
            upload_id=told["upload_id"],
            programme_version=edition.programme_version,
            form_version=0,
            sha256=told["sha256"],
            file_name=names.get(key, ""),
            key="",
            version_id="",
            received=datetime.fromisoformat(received) if received else edition.made,
            values=figures.get(key, {}),
            tables=tables.get(key, {}),
            narratives={},
        )


def _read_figures(raw: Mapping[str, Any], programme: Programme) -> dict[_Key, dict[str, Figure]]:
    """The figures that were typed or added up; ratios are made anew."""
    found: dict[_Key, dict[str, Figure]] = {}
    for each in raw["figures"]:
        indicator = programme.indicator_by_code.get(each["indicator"])
        if indicator is None or indicator.quotient or each["state"] != FigureState.KNOWN:
            continue
        found.setdefault((each["form"], each["unit"]), {})[indicator.code] = Figure(
            value=_read_value(each["value"], indicator.kind), sheet=each["sheet"], cell=each["cell"],
            estimated=each["estimated"], confirmed=each.get("confirmed", False),
        )  # fmt: skip
    return found


def _read_tables(raw: Mapping[str, Any], programme: Programme) -> dict[_Key, dict[str, tuple[TableRow, ...]]]:
    found: dict[_Key, dict[str, tuple[TableRow, ...]]] = {}
    for code, rows in raw["tables"].items():
        for each in rows:
            form = programme.form_by_code.get(each["form"])
            table = next((table for table in form.tables if table.code == code), None) if form else None
            if table is None:
                continue
            kinds = {column.code: column.kind for column in table.columns}
            values = {name: _read_value(value, kinds[name]) for name, value in each["values"].items() if name in kinds}
            own = found.setdefault((each["form"], each["unit"]), {})
            own[code] = (*own.get(code, ()), TableRow(sheet=each["sheet"], values=values, cells=each["cells"]))
    return found


def _read_value(value: Any, kind: Kind | None) -> Value:
    """In JSON a decimal is text. Without a kind any value will do. Raises ValueError and ArithmeticError."""
    is_number = kind is not None and kind.is_number
    read: Value = Decimal(value) if is_number and isinstance(value, str) else value
    if not isinstance(read, bool | int | Decimal | str) or (is_number and not _is_readable(read)):
        raise ValueError(value)
    return read


def _is_readable(value: Value) -> bool:
    """Whether it is a number, and one that can be written out."""
    number = read_number(value)
    return number is not None and Decimal(number).is_finite() and abs(Decimal(number).adjusted()) < _MOST_DIGITS
