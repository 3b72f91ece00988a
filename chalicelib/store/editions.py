"""Editions of the consolidated report: numbered from 1 and never changed. Each number is used once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.programme.branches import join_branch
from chalicelib.domain.submission.records import Edition
from chalicelib.store import table
from chalicelib.store.addresses import edition_key, editions_pk
from chalicelib.store.audit import put_line
from chalicelib.store.errors import EditionExists


def put_edition(edition: Edition, line: AuditLine) -> Edition:
    """Writes an edition and its audit line. Raises EditionExists if its number is taken."""
    key = edition_key(edition.programme, period=edition.period, number=edition.number)
    table.write([table.put(key, edition, broken=EditionExists), put_line(line)], subject=f"{key.pk} {edition.number}")
    return edition


def find_edition(programme: str, *, period: str, number: int) -> Edition | None:
    return table.find_record(Edition, edition_key(programme, period=period, number=number))


def find_latest_edition(programme: str, *, period: str) -> Edition | None:
    return table.find_latest(Edition, editions_pk(programme, period=period))


def list_editions(programme: str, *, period: str) -> list[Edition]:
    """All editions of a period, oldest first."""
    return table.query_records(Edition, editions_pk(programme, period=period))


def list_frozen(programme: str, *, period: str, branches: Iterable[str] = ()) -> Iterator[Edition]:
    """The editions of a period that were made after its lock: those of the whole programme, and of these branches."""
    for branch in ("", *branches):
        editions = list_editions(join_branch(programme, branch=branch), period=period)
        yield from (each for each in editions if each.frozen)
