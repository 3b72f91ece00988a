"""Whether the store holds what it says it holds: each receipt its bytes, each revision its obligation, each edition
its inputs and files. Reads everything and changes nothing."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.submission import Address, Answer, Edition, Receipt, Record, State, Submission
from chalicelib.store import objects, table, uploads, whole
from chalicelib.store.addresses import KeyUnreadable, parse_key
from chalicelib.store.errors import Damaged, NotFound
from chalicelib.store.links import list_links
from chalicelib.store.programmes import Version, list_programmes
from chalicelib.store.records import Wire

UNANSWERED_AFTER = timedelta(hours=1)
"""How long an upload may lie without a receipt: the sweep comes every quarter of an hour."""

_AT_ONCE = 8

Progress = Callable[[str, int], None]
Revisions = Mapping[tuple[Address, int], Submission]
Versions = Mapping[tuple[str, str], datetime]
"""What lies in the inbox: when it was stored, by upload id's key and version."""


class Finding(NamedTuple):
    """One thing that is not as it should be: its code, and what it is about."""

    code: str
    subject: str


class Verified(NamedTuple):
    """How much was looked at, by kind, and what was found."""

    counts: dict[str, int]
    findings: list[Finding]


class _Records(NamedTuple):
    receipts: list[Receipt]
    revisions: dict[tuple[Address, int], Submission]
    states: dict[Address, State]
    editions: list[Edition]
    versions: list[Version]


def verify(now: datetime, *, progress: Progress = lambda *_: None) -> Verified:
    """Looks at everything once. An empty list of findings means that nothing is missing, and nothing has changed."""
    damaged: list[Finding] = []
    records = _read_records(damaged)
    inbox = {(version.key, version.version_id): version.stored for version in whole.list_versions(whole.INBOX)}
    progress("records", sum(map(len, records)))
    findings = [
        *damaged,
        *_check_bytes(records, inbox, progress),
        *_check_answered(records.receipts, inbox, now),
        *_check_obligations(records),
        *_check_editions(records),
        *_check_versions(records.versions),
        *_check_links(),
    ]
    counts = {name: len(found) for name, found in records._asdict().items()} | {"uploads": len(inbox)}
    return Verified(counts, sorted(set(findings)))


# Reading


def _read_records(damaged: list[Finding]) -> _Records:
    items: dict[str, list[Wire]] = defaultdict(list)
    for item in whole.scan_items():
        items[item["pk"]["S"].partition("#")[0]].append(item)

    def read[M: Record](model: type[M], kind: str) -> Iterator[M]:
        for item in items[kind]:
            try:
                yield table.read_record(model, item)
            except (NotFound, Damaged) as error:
                damaged.append(Finding("record.body", f"{item['pk']['S']} {item['sk']['S']}: {error}"))

    return _Records(
        receipts=list(read(Receipt, "U")),
        revisions={(each.address, each.revision): each for each in read(Submission, "S")},
        states={each.address: each for each in read(State, "P")},
        editions=list(read(Edition, "E")),
        versions=[each for each in read(Version, "G") if each.number] if items["G"] else [],
    )
