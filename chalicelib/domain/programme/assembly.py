"""Parts in, a programme out: the year is filled in, recurring periods are written out, everything is held together."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.programme.making import Misfit, PartsInvalid, Raw, make_programme
from chalicelib.domain.programme.misfits import find_misfits
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.recurrence import expand_periods, trace


def assemble(raw: Raw, *, version: int = 0) -> tuple[Programme | None, list[Misfit]]:
    """The programme of these parts and what does not fit in it; no programme where a part cannot be read.

    `{year}` in any text stands for the programme's year, so that a renewed programme shows its own.
    """
    try:
        parts, origins = expand_periods(_fill_in(raw, str(raw.get("year", ""))))
    except PartsInvalid as invalid:
        return None, list(invalid.misfits)
    try:
        programme = make_programme(parts, version=version)
    except PartsInvalid as invalid:
        return None, [trace(misfit, origins) for misfit in invalid.misfits]
    return programme, [trace(misfit, origins) for misfit in find_misfits(programme)]


def _fill_in(value: Any, year: str) -> Any:
    if isinstance(value, str):
        return value.replace("{year}", year)
    if isinstance(value, dict):
        return {key: _fill_in(each, year) for key, each in value.items()}
    return [_fill_in(each, year) for each in value] if isinstance(value, list) else value
