"""Parts in, a programme out: the year is filled in, recurring periods are written out, everything is held together."""

from __future__ import annotations

from typing import Any, NamedTuple

from chalicelib.domain.programme.making import Misfit, PartsInvalid, Path, Raw, make_programme
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.recurrence import expand_periods, trace


class Assembled(NamedTuple):
    """`misfits` do not fit, and `programme` is None where a part cannot be read; `remarks` are only to be looked at."""

    programme: Programme | None
    misfits: list[Misfit]
    remarks: list[Misfit]


def assemble(raw: Raw, *, version: int = 0) -> Assembled:
    """The programme of these parts, and what is to be said of it."""
    from chalicelib.domain.programme.misfits import find_misfits  # imported here: what is in force has none
    from chalicelib.domain.programme.remarks import find_remarks

    try:
        programme, origins = put_together(raw, version=version)
    except PartsInvalid as invalid:
        return Assembled(None, list(invalid.misfits), [])
    found = find_misfits(programme), find_remarks(programme)
    return Assembled(programme, *([trace(misfit, origins) for misfit in misfits] for misfits in found))


def put_together(raw: Raw, *, version: int) -> tuple[Programme, tuple[Path, ...]]:
    """The programme of these parts, not yet held against each other, and where its periods come from.

    `{year}` in any text stands for the programme's year, so that a renewed programme shows its own.
    Raises PartsInvalid.
    """
    parts, origins = expand_periods(_fill_in(raw, str(raw.get("year", ""))))
    try:
        return make_programme(parts, version=version), origins
    except PartsInvalid as invalid:
        raise PartsInvalid([trace(misfit, origins) for misfit in invalid.misfits]) from None


def _fill_in(value: Any, year: str) -> Any:
    if isinstance(value, str):
        return value.replace("{year}", year)
    if isinstance(value, dict):
        return {key: _fill_in(each, year) for key, each in value.items()}
    return [_fill_in(each, year) for each in value] if isinstance(value, list) else value
