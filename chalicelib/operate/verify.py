"""Verifies that the store is complete: each receipt has its bytes, each revision its obligation, each edition
its inputs and files; and that the inbox tells of uploads. Reads everything and changes nothing."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from chalicelib.domain.programme.branches import split_branch
from chalicelib.domain.submission.records import Address, Answer, Edition, Receipt, Record, State, Submission
from chalicelib.report.shown import CONTENTS
from chalicelib.store import table, uploads, whole
from chalicelib.store.addresses import (
    KeyUnreadable,
    fates_pk,
    find_kind,
    is_draft_file,
    is_version,
    link_listings_pk,
    parse_key,
)
from chalicelib.store.errors import Damaged, NotFound
from chalicelib.store.links import list_links
from chalicelib.store.programmes import Version, list_programmes
from chalicelib.store.records import Wire

UNANSWERED_AFTER = timedelta(hours=1)
"""How long an upload may be without a receipt: the sweep runs every quarter of an hour."""

_AT_ONCE = 8

Progress = Callable[[str, int], None]
Versions = Mapping[tuple[str, str], datetime]
"""When each object of the inbox was stored, by key and version."""

_Model = TypeVar("_Model", bound=Record)


class Discrepancy(NamedTuple):
    """One fault in the store: its code, and what it is about."""

    code: str
    subject: str


class Verified(NamedTuple):
    """How many records were checked, by kind, and the discrepancies found."""

    counts: dict[str, int]
    findings: list[Discrepancy]


class _Records(NamedTuple):
    receipts: list[Receipt]
    revisions: dict[tuple[Address, int], Submission]
    states: dict[Address, State]
    editions: list[Edition]
    removed: set[tuple[str, int]]
    versions: list[Version]


def verify(now: datetime, *, progress: Progress = lambda *_: None) -> Verified:
    """Checks everything once. An empty list of findings means that nothing is missing or changed."""
    damaged: list[Discrepancy] = []
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
        *_check_told(),
    ]
    counts = {name: len(found) for name, found in records._asdict().items()} | {"uploads": len(inbox)}
    return Verified(counts, sorted(set(findings)))


# Reading


def _read_records(damaged: list[Discrepancy]) -> _Records:
    items: dict[str, list[Wire]] = defaultdict(list)
    for item in table.scan_items():
        items[find_kind(item["pk"]["S"])].append(item)
    versions = [item for item in items["G"] if is_version(item["sk"]["S"])]
    return _Records(
        receipts=_read(Receipt, items["U"], damaged),
        revisions={(each.address, each.revision): each for each in _read(Submission, items["S"], damaged)},
        states={each.address: each for each in _read(State, items["P"], damaged)},
        editions=_read(Edition, items["E"], damaged),
        removed={(item["pk"]["S"], int(item["number"]["N"])) for item in items["R"] if "removed" in item},
        versions=_read(Version, versions, damaged),
    )


def _read(model: type[_Model], items: Iterable[Wire], damaged: list[Discrepancy]) -> list[_Model]:
    """The records of these items. A body in S3 that is missing or has changed is a finding."""
    records: list[_Model] = []
    for item in items:
        try:
            records.append(table.read_record(model, item))
        except (NotFound, Damaged) as error:
            damaged.append(Discrepancy("record.body", f"{item['pk']['S']} {item['sk']['S']}: {error}"))
    return records


# Checking


def _check_bytes(records: _Records, inbox: Versions, progress: Progress) -> Iterator[Discrepancy]:
    """Checks that a receipt's bytes are in the inbox with its hash; or are gone, if the law forbids keeping them."""
    key_by_version = {(_find_address(key), version_id): key for key, version_id in inbox}

    def look(receipt: Receipt) -> list[Discrepancy]:
        progress("receipts", 1)
        key = key_by_version.get((receipt.address, receipt.version_id))
        return list(_check_receipt(receipt, key))

    with ThreadPoolExecutor(_AT_ONCE) as readers:
        for found in readers.map(look, records.receipts):
            yield from found


def _check_receipt(receipt: Receipt, key: str | None) -> Iterator[Discrepancy]:
    if not receipt.bytes_kept:
        if key is not None:
            yield Discrepancy("receipt.bytes_kept", receipt.upload_id)
    elif key is None:
        if receipt.size:  # the receipt says that the upload never arrived
            yield Discrepancy("receipt.bytes_missing", receipt.upload_id)
    elif (
        receipt.sha256
        and whole.read_version(whole.INBOX, key=key, version_id=receipt.version_id).sha256 != receipt.sha256
    ):
        yield Discrepancy("receipt.bytes_changed", receipt.upload_id)


def _check_answered(receipts: Iterable[Receipt], inbox: Versions, now: datetime) -> Iterator[Discrepancy]:
    """Checks that every upload has its receipt some time after it arrived."""
    answered = {(receipt.address, receipt.version_id) for receipt in receipts}
    for (key, version_id), stored in inbox.items():
        address = _find_address(key)
        if address is None:
            yield Discrepancy("inbox.foreign", key)
        elif (address, version_id) not in answered and stored < now - UNANSWERED_AFTER:
            yield Discrepancy("upload.unanswered", f"{key} {version_id}")


def _find_address(key: str) -> Address | None:
    try:
        return parse_key(key)[0]
    except KeyUnreadable:
        return None


def _check_obligations(records: _Records) -> Iterator[Discrepancy]:
    """Checks that every accepted upload has its revision, every revision its state, and every state its revision."""
    for receipt in records.receipts:
        if receipt.answer is Answer.ACCEPTED:
            revision = records.revisions.get((receipt.address, receipt.revision))
            if revision is None or (revision.upload_id, revision.sha256) != (receipt.upload_id, receipt.sha256):
                yield Discrepancy("receipt.revision", receipt.upload_id)
    for address, number in records.revisions:
        state = records.states.get(address)
        if state is None or state.revision < number:
            yield Discrepancy("revision.obligation", f"{_name(address)} R{number}")
    for address, state in records.states.items():
        current = state.submission
        if current is None:
            continue
        kept = records.revisions.get((address, current.revision))
        if kept is None or (kept.sha256, kept.values) != (current.sha256, current.values):
            yield Discrepancy("obligation.revision", _name(address))


def _check_editions(records: _Records) -> Iterator[Discrepancy]:
    """Checks that every input of an edition is a revision with its hash, and that every file is there, unchanged, but
    for those of drafts that the clock has removed."""
    for edition in records.editions:
        name, (code, _) = f"{edition.programme}/{edition.period}/{edition.number}", split_branch(edition.programme)
        for each in edition.inputs:
            address = Address(programme=code, period=edition.period, form=each.form, unit=each.unit)
            revision = records.revisions.get((address, each.revision))
            if revision is None or revision.sha256 != each.sha256:
                yield Discrepancy("edition.input", f"{name}: {_name(address)} R{each.revision}")
        fate = fates_pk(edition.programme, period=edition.period), edition.number
        files = edition.files | ({CONTENTS: edition.shown} if edition.shown else {})
        for file, key in files.items():
            if fate in records.removed and is_draft_file(key):
                continue
            is_there = _hash_report(key) == edition.hashes[file] if file in edition.hashes else uploads.has_report(key)
            if not is_there:
                yield Discrepancy("edition.file", f"{name}: {file}")


def _check_versions(versions: Iterable[Version]) -> Iterator[Discrepancy]:
    for version in versions:
        if _hash_report(version.key) != version.sha256:
            yield Discrepancy("programme.files", f"{version.programme} V{version.number}")


def _check_links() -> Iterator[Discrepancy]:
    """Checks that every link that a programme lists exists."""
    for code in list_programmes():
        listed = sum(1 for _ in table.query_items(link_listings_pk(code)))
        if listed != len(list_links(code)):
            yield Discrepancy("link.missing", code)


def _check_told() -> Iterator[Discrepancy]:
    """Checks that no restore has left the inbox silent."""
    if whole.is_silenced():
        yield Discrepancy("inbox.silent", whole.INBOX)


def _hash_report(key: str) -> str:
    try:
        return hashlib.sha256(uploads.read_report(key)).hexdigest()
    except (NotFound, Damaged):
        return ""


def _name(address: Address) -> str:
    return f"{address.programme}/{address.period}/{address.form}/{address.unit}"
