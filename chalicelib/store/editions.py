"""Editions of the consolidated report: numbered from 1 and never changed. Each number is used once.

What becomes of a draft's files is a record of its own beside that of the edition, written once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.period.draft_files import EditionOutline, Fate
from chalicelib.domain.programme.branches import join_branch
from chalicelib.domain.submission.records import Edition
from chalicelib.store import table, uploads
from chalicelib.store.addresses import (
    drafts_prefix,
    edition_key,
    editions_pk,
    fate_key,
    fates_pk,
    parse_draft_file,
)
from chalicelib.store.audit import put_line
from chalicelib.store.errors import EditionExists, FateSettled
from chalicelib.store.objects import StoredVersion


def put_edition(edition: Edition, line: AuditLine) -> Edition:
    """Writes an edition and its audit line. Raises EditionExists if its number is taken."""
    key = edition_key(edition.programme, period=edition.period, number=edition.number)
    table.write([table.put(key, edition, broken=EditionExists), put_line(line)], subject=f"{key.pk} {edition.number}")
    return edition


def find_edition(programme: str, *, period: str, number: int) -> Edition | None:
    return table.find_record(Edition, edition_key(programme, period=period, number=number))


def find_latest_edition(programme: str, *, period: str) -> Edition | None:
    return table.find_latest(Edition, editions_pk(programme, period=period))


def find_shown(programme: str, *, period: str) -> str:
    """The key of what the latest edition keeps for pages, "" if it keeps nothing or there is none. Its long list of
    inputs is not read."""
    pk = editions_pk(programme, period=period)
    latest = next(table.query_items(pk, newest_first=True, most=1, only=("shown",)), {})
    return str(table.read_fields(latest).get("shown", ""))


def list_editions(programme: str, *, period: str) -> list[Edition]:
    """All editions of a period, oldest first."""
    return table.query_records(Edition, editions_pk(programme, period=period))


def list_outlines(programme: str, *, period: str) -> list[EditionOutline]:
    """Of all editions of a period what decides on their files, oldest first; nothing is read from S3."""
    return table.query_parts(EditionOutline, editions_pk(programme, period=period))


def list_frozen(programme: str, *, period: str, branches: Iterable[str] = ()) -> Iterator[Edition]:
    """The editions of a period that were made after its lock: those of the whole programme, and of these branches."""
    for branch in ("", *branches):
        editions = list_editions(join_branch(programme, branch=branch), period=period)
        yield from (each for each in editions if each.frozen)


# The files of drafts


def settle(programme: str, *, period: str, fate: Fate, line: AuditLine) -> None:
    """Writes what becomes of a draft's files, with its audit line. Raises FateSettled if that is written already."""
    key = fate_key(programme, period=period, number=fate.number)
    table.write([table.put(key, fate, broken=FateSettled), put_line(line)], subject=f"{key.pk} {fate.number}")


def find_fate(programme: str, *, period: str, number: int) -> Fate | None:
    return table.find_record(Fate, fate_key(programme, period=period, number=number))


def list_fates(programme: str, *, period: str) -> dict[int, Fate]:
    """By the number of the edition."""
    return {each.number: each for each in table.query_records(Fate, fates_pk(programme, period=period))}


def list_draft_files(programme: str, *, period: str) -> Mapping[int, Sequence[StoredVersion]]:
    """Every version of every draft's file of a period, by the number of the edition."""
    lying: dict[int, list[StoredVersion]] = defaultdict(list)
    for version in uploads.list_report_versions(drafts_prefix(programme, period=period)):
        lying[parse_draft_file(version.key)].append(version)
    return lying
