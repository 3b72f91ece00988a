"""Makes a `Programme` from its parts, as files or sheets have them, and says what is wrong, with each misfit's path.

A part is a row of texts (units, indicators, acts, successions) or a record of values (periods, forms, outlines and the
programme itself). `loading.py` reads them from a folder; `misfits.py` and those beside it hold them against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from chalicelib.domain.clock import read_instant
from chalicelib.domain.issues.laws import Act
from chalicelib.domain.language.spelling import suggest
from chalicelib.domain.programme.kinds import Kind, find_kind
from chalicelib.domain.programme.model import Form, Indicator, Outline, Period, Programme, Succession, Unit

Row = dict[str, str]
Raw = dict[str, Any]
Path = tuple[str | int, ...]
"""From the programme to what is meant: ("units", 2, "type") is the type of the third unit."""


class Misfit(NamedTuple):
    """One thing to mend. `path` leads to the value that is wrong, or to the record in which it is missing."""

    path: Path
    what: str


MAIN_FILE = "programme.toml"
"""Of a programme's folder: all that has no file of its own."""


_MOST_SUGGESTED = 1000


def say_unknown(what: str, known: Iterable[str], given: str) -> str:
    """ "không có loại đơn vị “distrct”; có phải là “district”": with the known code that is near, if one is."""
    return f"không có {what} “{given}”{suggest(given, known)}"


def say_each_unknown(what: str, known: Collection[str], given: Iterable[str]) -> dict[str, str]:
    """What to say of each; what is near is looked for only `_MOST_SUGGESTED` times: among thousands it is slow."""
    wrong = enumerate(dict.fromkeys(given))
    return {each: say_unknown(what, known if number < _MOST_SUGGESTED else (), each) for number, each in wrong}


def place_below(path: Path, misfits: Iterable[Misfit]) -> Iterator[Misfit]:
    yield from (Misfit((*path, *each.path), each.what) for each in misfits)


def find_later(codes: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Where a code stands again, with the code."""
    seen: set[str] = set()
    for number, code in enumerate(codes):
        if code in seen:
            yield number, code
        seen.add(code)


class PartsInvalid(Exception):
    """The parts do not make a programme; `misfits` has them all."""

    def __init__(self, misfits: Sequence[Misfit]) -> None:
        self.misfits = tuple(misfits)
        super().__init__("\n".join(f"{misfit.path}: {misfit.what}" for misfit in misfits))


def make_programme(raw: Mapping[str, Any], *, version: int = 0) -> Programme:
    """The programme of these parts, not yet held against each other. Raises PartsInvalid."""
    misfits: list[Misfit] = []
    parts: dict[str, Any] = {name: tuple(_make_all(name, raw.get(name, ()), misfits)) for name in PARTS}
    main = {key: value for key, value in raw.items() if key not in PARTS}
    try:
        programme: Programme = make_record(lambda: Programme(**main, **parts, version=version), ())
    except PartsInvalid as invalid:
        misfits += invalid.misfits
    if misfits:
        raise PartsInvalid(misfits)
    return programme


def _make_all(name: str, records: Any, misfits: list[Misfit]) -> Iterator[BaseModel]:
    if not are_records(records):
        misfits.append(no_records(name))
        return
    for number, record in enumerate(records):
        try:
            yield make_record(partial(PARTS[name], record), (name, number))
        except PartsInvalid as invalid:
            misfits += invalid.misfits


def are_records(value: Any) -> bool:
    """Whether it is a list of records, as a part is that stands several times."""
    return isinstance(value, Sequence) and all(isinstance(each, dict) for each in value)


def no_records(name: str) -> Misfit:
    return Misfit((name,), f"mỗi mục phải mở đầu bằng [[{name}]]")


def make_record(make: Callable[[], Any], path: Path) -> Any:
    """What `make` makes. Raises PartsInvalid, with paths from the programme; `path` leads to the record."""
    try:
        return make()
    except PartsInvalid as invalid:
        misfits = [Misfit((*path, *each.path), each.what) for each in invalid.misfits]
    except ValidationError as error:
        misfits = [Misfit((*path, *detail["loc"]), _translate(detail)) for detail in error.errors()]
    except OverflowError:
        misfits = [Misfit(path, "có ngày giờ hoặc số quá lớn, quá nhỏ")]
    except (ValueError, TypeError) as error:
        misfits = [Misfit(path, str(error))]
    raise PartsInvalid(misfits)


_WORDS = {
    "missing": "thiếu",
    "extra_forbidden": "không biết khóa này",
    "string_type": "phải là chữ, đặt trong ngoặc kép",
    "string_pattern_mismatch": "không đúng dạng",
    "string_too_long": "không được dài quá {max_length} ký tự",
    "bool_type": "ghi true hoặc false",
    "bool_parsing": "ghi true hoặc false",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "date_type": "phải là ngày",
    "date_parsing": "phải là ngày",
    "date_from_datetime_parsing": "phải là ngày",
    "date_from_datetime_inexact": "phải là ngày, không ghi giờ",
    "tuple_type": "phải là danh sách, đặt trong [ ]",
    "dict_type": "phải là các cặp khóa = giá trị",
    "model_type": "phải là các cặp khóa = giá trị",
    "greater_than_equal": "không được nhỏ hơn {ge}",
    "less_than_equal": "không được lớn hơn {le}",
    "enum": "phải là một trong: {expected}",
    "literal_error": "phải là một trong: {expected}",
}


def _translate(detail: Any) -> str:
    """A misfit that pydantic found, in words; one of our own validators has its words already."""
    known = _WORDS.get(detail["type"])
    return known.format(**detail.get("ctx", {})) if known else detail["msg"].removeprefix("Value error, ")


# Rows of texts: what a column's text stands for; a reader raises ValueError


def _text(text: str) -> str:
    return text


def _required(text: str) -> str:
    if not text:
        raise ValueError("không được để trống")
    return text


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _split_required(text: str) -> tuple[str, ...]:
    return _split(_required(text))


def read_day(text: str) -> date | None:
    """Accepts 2024-07-01 and 01/07/2024 (day first), because Excel rewrites dates in a CSV; None for "".

    Raises ValueError.
    """
    if not text:
        return None
    iso = text
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        iso = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    try:
        return date.fromisoformat(iso)
    except ValueError:
        raise ValueError(f"“{text}” không phải ngày (ghi 2024-07-01 hoặc 01/07/2024)") from None


def _required_day(text: str) -> date | None:
    return read_day(_required(text))


def _unit_code(text: str) -> str:
    """The statistics office's codes have 2, 3 or 5 digits; Excel turns 07012 into 7012."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", _required(text)):
        raise ValueError(f"mã đơn vị “{text}” chỉ được gồm chữ không dấu, chữ số, dấu chấm và gạch nối")
    if re.fullmatch(r"\d{4}", text):
        raise ValueError(f"mã đơn vị “{text}” có 4 chữ số: Excel có thể đã bỏ số 0 ở đầu (0{text})")
    return text


def _optional_unit_code(text: str) -> str:
    return _unit_code(text) if text else ""


def _organisation_code(text: str) -> str:
    """Quyết định 20/2020/QĐ-TTg: groups of capitals and digits, with dots between, up to 35 characters."""
    if text and not (len(text) <= 35 and re.fullmatch(r"[A-Z0-9]+(\.[A-Z0-9]+)*", text)):
        raise ValueError(f"mã định danh “{text}” phải dạng H37.12.3: chữ in hoa không dấu, chữ số, dấu chấm, 35 ký tự")
    return text


def _indicator_code(text: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Za-z0-9_]*", _required(text)):
        raise ValueError(f"mã “{text}” phải bắt đầu bằng chữ in hoa, chỉ gồm chữ không dấu và số")
    return text


def _kind(text: str) -> Kind:
    return find_kind(_required(text))


_CERTAINTIES = {"chắc chắn": True, "cần xác nhận": False}


def _certainty(text: str) -> bool:
    if text and text.lower() not in _CERTAINTIES:
        raise ValueError(f"“{text}” phải là “chắc chắn” hoặc “cần xác nhận”")
    return _CERTAINTIES.get(text.lower(), True)


def _stated_certainty(text: str) -> bool:
    """An act that says nothing of its certainty is not certain."""
    return bool(text) and _certainty(text)


Reader = Callable[[str], Any]
_UNIT: dict[str, Reader] = {
    "code": _unit_code, "name": _required, "full_name": _required, "type": _required, "parent": _text,
    "valid_from": read_day, "valid_to": read_day, "certain": _certainty, "note": _text,
}  # fmt: skip
_UNIT_LATER: dict[str, Reader] = {"organisation_code": _organisation_code}
_INDICATOR: dict[str, Reader] = {
    "code": _indicator_code, "group": _required, "label": _required, "measure_unit": _text, "kind": _kind,
    "senders": _split_required, "part_of": _text, "computed": _text, "also": _split, "valid_from": read_day,
    "valid_to": read_day, "source": _text, "note": _text,
}  # fmt: skip
_INDICATOR_LATER: dict[str, Reader] = {
    "per": _text,
    "comparable_from": read_day,
    "certain": _certainty,
    "asked_if": _text,
    "bands": _split,
    "choices": _split,
    "plausible": _text,
    "asked_in": _text,
}
_SUCCESSION: dict[str, Reader] = {
    "old_code": _unit_code, "old_name": _required, "old_parent": _optional_unit_code, "new_code": _unit_code,
    "on": _required_day,
}  # fmt: skip
_ACT: dict[str, Reader] = {
    "number": _required, "kind": _required, "title": _required, "subject": _text, "valid_from": read_day,
    "valid_to": read_day, "certain": _stated_certainty, "replaced_by": _split, "also": _split, "note": _text,
}  # fmt: skip
COLUMNS: dict[str, tuple[str, ...]] = {
    "units": tuple(_UNIT), "indicators": tuple(_INDICATOR), "successions": tuple(_SUCCESSION), "laws": tuple(_ACT),
}  # fmt: skip
"""The columns that a part's rows must have; units and indicators may also have those that came later."""
UNIT_COLUMNS = COLUMNS["units"]


def _read_row(readers: Mapping[str, Reader], row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {}
    misfits: list[Misfit] = []
    for column, read in readers.items():
        try:
            values[column] = read(row.get(column, ""))
        except ValueError as error:
            misfits.append(Misfit((column,), str(error)))
    if misfits:
        raise PartsInvalid(misfits)
    return values


def _make_unit(row: Row) -> Unit:
    return Unit(**_read_row(_UNIT | _UNIT_LATER, row))


def _make_indicator(row: Row) -> Indicator:
    indicator = Indicator(**_read_row(_INDICATOR | _INDICATOR_LATER, row))
    if indicator.kind.is_quotient and not all(indicator.quotient or ("", "")):
        raise PartsInvalid([Misfit(("computed",), "tỷ lệ phải ghi dạng “tử số / mẫu số”")])
    read_later: dict[str, Callable[[], object]] = {
        "computed": lambda: indicator.formula, "bands": lambda: indicator.grading,
        "plausible": lambda: indicator.ranges,
    }  # fmt: skip
    for column, read in read_later.items():
        try:
            read()
        except ValueError as error:
            raise PartsInvalid([Misfit((column,), str(error))]) from None
    return indicator


def _make_succession(row: Row) -> Succession:
    values = _read_row(_SUCCESSION, row)
    return Succession(
        old=values["old_code"],
        old_name=values["old_name"],
        old_parent=values["old_parent"],
        new=values["new_code"],
        on=values["on"],
    )


def _make_act(row: Row) -> Act:
    return Act(**_read_row(_ACT, row))


# Records of values


def _make_period(raw: Raw) -> Period:
    clocks = ("opens", "due", "lock")
    wrong = [clock for clock in clocks if not isinstance(raw.get(clock), date)]
    if wrong:
        raise PartsInvalid([Misfit((clock,), f"phải là ngày, ví dụ {clock} = 2022-05-15") for clock in wrong])
    instants = {clock: read_instant(raw[clock]) for clock in clocks}
    grace = timedelta(hours=raw.get("grace_hours", 0))
    return Period(**{key: raw[key] for key in raw if key != "grace_hours"} | instants, grace=grace)


PARTS: dict[str, Callable[[Any], BaseModel]] = {
    "units": _make_unit,
    "indicators": _make_indicator,
    "successions": _make_succession,
    "laws": _make_act,
    "periods": _make_period,
    "forms": Form.model_validate,
    "outlines": Outline.model_validate,
}
