"""What the versions of a form changed, in words for whoever filled in an older one, and how long that one is taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chalicelib.domain.clock import local_date
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.programme.model import Form, FormChange, Programme
from chalicelib.domain.programme.scales import find_places


def tell_changes(programme: Programme, form: Form, *, since: int = 0) -> list[str]:
    """A sentence for each version after `since` that says what it changed, the oldest first."""
    names = programme.name_codes(form)
    changes = sorted((each for each in form.changes if each.version > since), key=lambda each: each.version)
    return [f"Phiên bản {each.version}: {_tell(each, names)}." for each in changes]


def _tell(change: FormChange, names: dict[str, str]) -> str:
    said = (("thêm", change.came), ("bỏ", change.gone), ("sửa", change.changed))
    parts = [f"{verb} {_join(codes, names)}" for verb, codes in said if codes]
    return "; ".join([*parts, *([change.note.rstrip(".")] if change.note else [])])


def _join(codes: Iterable[str], names: dict[str, str]) -> str:
    return ", ".join(f"{code} “{names[code]}”" if code in names else code for code in codes)


def tell_newer(programme: Programme, form: Form, version: int, *, at: datetime) -> list[str]:
    """What to tell a unit that has the blank form of `version`; () where the form is that one still."""
    if version >= form.version:
        return []
    if not is_taken(form, version, at=at):
        fate = "Biểu đã tải không còn được nhận: xin tải biểu mới, chép số liệu sang rồi gửi."
    elif form.accepts_until:
        fate = f"Biểu đã tải vẫn được nhận đến hết ngày {format_day(form.accepts_until)}."
    else:
        fate = "Biểu đã tải vẫn được nhận."
    head = f"Biểu mẫu đã có phiên bản {form.version} sau khi đơn vị tải biểu (phiên bản {version})."
    return [f"{head} {fate}", *tell_changes(programme, form, since=version)]


def list_rescaled(before: Programme, after: Programme, *, form: str) -> list[str]:
    """The codes of what a form of both programmes asks in another unit than before; columns with their table."""
    old, new = _list_units(before, before.form_by_code[form]), _list_units(after, after.form_by_code[form])
    return [code for code, unit in new.items() if code in old and find_places(unit, measured=old[code])]


def list_kept_otherwise(before: Programme, after: Programme) -> list[str]:
    """The codes of what both programmes keep, each in another unit of measure; columns with form and table."""
    old, new = _list_measures(before), _list_measures(after)
    return [code for code, unit in new.items() if code in old and find_places(unit, measured=old[code])]


def _list_measures(programme: Programme) -> dict[str, str]:
    """The units of measure in which numbers are kept."""
    rows = {row.code: row.measure_unit for row in programme.indicators if row.kind.is_number}
    tables = [(form, table) for form in programme.forms for table in form.tables]
    return rows | {
        f"{form.code}.{table.code}.{each.code}": each.measure_unit
        for form, table in tables
        for each in table.columns
        if each.kind.is_number
    }


def _list_units(programme: Programme, form: Form) -> dict[str, str]:
    """The units in which the form asks for numbers."""
    rows = [row for row in map(programme.indicator_by_code.get, form.codes) if row and row.kind.is_number]
    columns = [(table, each) for table in form.tables for each in table.columns if each.kind.is_number]
    return {row.code: form.find_asked_unit(row) for row in rows} | {
        f"{table.code}.{each.code}": each.asked_unit for table, each in columns
    }


def is_taken(form: Form, version: int, *, at: datetime) -> bool:
    """Whether a workbook of this version is taken that comes `at` this moment."""
    if version == form.version:
        return True
    return version in form.accepts and (form.accepts_until is None or local_date(at) <= form.accepts_until)
