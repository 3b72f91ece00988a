"""The roster of units in force: as a CSV, and a new one in its place as the programme's next version."""

from __future__ import annotations

from datetime import datetime

from chalicelib.store import programmes
from chalicelib.store.errors import NotFound
from chalicelib.store.programmes import Version

UNITS = "units.csv"


def read_units(programme: str) -> bytes:
    """The CSV as it was imported. Raises NotFound."""
    return _read_files(programme)[UNITS]


def replace_units(programme: str, data: bytes, *, actor: str, now: datetime) -> Version:
    """Makes `data` the roster in force; the same roster again changes nothing.

    Raises ProgrammeInvalid with every mistake in it, NotFound, and VersionExists where another import was faster.
    """
    return programmes.import_version({**_read_files(programme), UNITS: data}, actor=actor, now=now)


def _read_files(programme: str) -> dict[str, bytes]:
    latest = programmes.find_latest_version(programme)
    if latest is None:
        raise NotFound(f"programme {programme}")
    return programmes.load_files(programme, latest.number)
