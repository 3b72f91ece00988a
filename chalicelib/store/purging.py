"""Removes the contents of one upload from the records and buckets that hold them.

The records themselves stay: that something was sent, when, by whom and with which answer is no secret. Only this
module overwrites records, because the law requires it for state secrets; none of our Lambda functions calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.period.draft import Draft
from chalicelib.domain.submission.records import Receipt, Record, State, Submission
from chalicelib.store import feedback, justifications, notes, objects, prepared, table, uploads, whole
from chalicelib.store.addresses import (
    HANDOUTS,
    Key,
    body_prefix,
    draft_key,
    feedback_key,
    find_kind,
    is_made_handout,
    justification_key,
    marked_copy_key,
    note_key,
    outcome_letter_key,
    posted_scan_key,
    receipt_key,
    recheck_key,
    revision_key,
    state_key,
    trials_prefix,
    upload_key,
)
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed, StateMoved
from chalicelib.store.objects import StoredVersion
from chalicelib.store.records import body_keys, from_wire, read_body_fields

_MOST_WRITES = 100
"""Writes in one transaction: DynamoDB's limit."""


# Records


def empty_senders_words(receipt: Receipt, submission: Submission | None) -> None:
    """Empties the file's name as it was prepared and the justifications, which are the sender's own words, and the
    office's notes and its remark to the unit since it came, which may quote them."""
    said = _empty_justifications(submission) if submission else ()
    writes = iter([*_empty_names(receipt), *said, *_empty_notes(receipt), *_empty_remark(receipt)])
    while chunk := list(islice(writes, _MOST_WRITES)):
        table.write(chunk, subject=receipt.upload_id)


def write_over(receipt: Receipt, submission: Submission | None, after: State, line: AuditLine) -> None:
    """Replaces the records with the emptied ones, and removes the letter, so that none about the upload is sent later.

    Raises StateMoved if the state changed in between.
    """
    writes = [
        _over(receipt_key(receipt.upload_id), receipt),
        table.put_after(state_key(after.address), after, change=after.change - 1, broken=StateMoved),
        put_line(line),
        table.remove(_letter_key(receipt)),
    ]
    if submission:
        writes.append(_over(revision_key(submission.address, submission.revision), submission))
    table.write(writes, subject=receipt.upload_id)


def empty_drafts(programme: str, drop: Callable[[Draft], Draft]) -> list[Draft]:
    """Replaces the versions of the office's drafts that `drop` changes. Returns all versions as they are then."""
    versions = []
    for draft in _list_drafts(programme):
        emptied = drop(draft)
        if emptied != draft:
            table.write([_over(_draft_key(draft), emptied)], subject=f"{draft.period} {draft.number}")
        versions.append(emptied)
    return versions


def _list_drafts(programme: str) -> list[Draft]:
    found = (table.read_record(Draft, item) for item in table.scan_items() if find_kind(item["pk"]["S"]) == "D")
    return [draft for draft in found if draft.programme == programme]


def _draft_key(draft: Draft) -> Key:
    return draft_key(draft.programme, period=draft.period, number=draft.number)


def find_twins(receipt: Receipt) -> list[str]:
    """The ids of other uploads, of any unit and period, with the same bytes."""
    found = (from_wire(item) for item in table.scan_items() if find_kind(item["pk"]["S"]) == "U")
    return sorted(
        str(item["upload_id"])
        for item in found
        if item.get("sha256") == receipt.sha256 and item.get("upload_id") != receipt.upload_id
    )


def _empty_names(receipt: Receipt) -> Iterator[table.Write]:
    for key, known in prepared.list_with_keys(receipt.address):
        if known.upload_id == receipt.upload_id and known.file_name:
            yield _over(key, known.model_copy(update={"file_name": ""}))


def _empty_justifications(submission: Submission) -> Iterator[table.Write]:
    for said in justifications.list_all(submission.address, submission.revision):
        if said.text:
            key = justification_key(said.address, said.revision, said.at)
            yield _over(key, said.model_copy(update={"text": ""}))


def _empty_notes(receipt: Receipt) -> Iterator[table.Write]:
    for note in notes.list_notes(receipt.address):
        if note.text and note.at >= receipt.received:
            yield _over(note_key(note.address, note.at), note.model_copy(update={"text": ""}))


def _empty_remark(receipt: Receipt) -> Iterator[table.Write]:
    address = receipt.address
    told = feedback.find_feedback(address.programme, period=address.period, unit=address.unit)
    if told.remark and told.remarked and told.remarked >= receipt.received:
        key = feedback_key(address.programme, period=address.period, unit=address.unit)
        yield _over(key, told.model_copy(update={"remark": "", "change": told.change + 1}))


def _letter_key(receipt: Receipt) -> Key:
    address = receipt.address
    return outcome_letter_key(
        address.programme, period=address.period, answered=receipt.decided, upload_id=receipt.upload_id
    )


def _over(key: Key, record: Record) -> table.Write:
    return table.put_over(key, record, broken=ConditionFailed)


# Objects


def delete_objects(receipt: Receipt, *, scan: str) -> int:
    """Deletes every version of every object that holds contents of the upload; returns how many.

    `scan` is the key of the scan it was entered from, "" for none. Files made for a download go with it, whatever
    they hold, and so do the trials of the obligation: both are made again when they are asked for again.
    """
    own = _list_own(receipt)
    for version in own:
        uploads.delete_upload(version.key, version.version_id)
    scans = [scan, posted_scan_key(scan.rpartition("/")[2])] if scan else []
    keys = [marked_copy_key(receipt.address, receipt.upload_id), *scans, *sorted(set(_list_traces(receipt)))]
    return len(own) + sum(uploads.purge_report(key) for key in keys)


def _list_own(receipt: Receipt) -> list[StoredVersion]:
    """The bytes as received. A form that was posted twice to its key has two uploads there, told by their versions."""
    key = upload_key(receipt.address, receipt.upload_id)
    lying = uploads.list_uploads(key.rpartition("/")[0] + "/")
    return [one for one in lying if one.version_id == receipt.version_id and (one.version_id or one.key == key)]


def _list_traces(receipt: Receipt) -> Iterator[str]:
    """The keys of bodies of records, files made for a download, the obligation's trials, the period's recheck."""
    address = receipt.address
    items = [receipt_key(receipt.upload_id), revision_key(address, receipt.revision), state_key(address)]
    emptied = {body for item in table.find_items(items).values() for body in body_keys(item)}
    for key in items:
        bodies = set(_list_reports(body_prefix(key))) - emptied
        yield from (body for body in bodies if _holds(body, upload_id=receipt.upload_id))
    yield from _list_draft_bodies(address.programme)
    yield from (key for key in _list_reports(HANDOUTS) if is_made_handout(key))
    yield from _list_reports(trials_prefix(address))
    yield recheck_key(address.programme, period=address.period)  # it quotes cells


def _list_draft_bodies(programme: str) -> Iterator[str]:
    """The stored parts of the drafts' versions as they were before a purge: nothing else replaces one."""
    for key, item in table.find_items(_draft_key(draft) for draft in _list_drafts(programme)).items():
        yield from set(_list_reports(body_prefix(key))).difference(body_keys(item))


def _holds(body: str, *, upload_id: str) -> bool:
    """Whether the stored part of a revision or of a state, today's or an earlier one, came from the upload."""
    fields = read_body_fields(objects.read_body(body))
    return upload_id in (fields.get("upload_id"), (fields.get("submission") or {}).get("upload_id"))


def _list_reports(prefix: str) -> Iterator[str]:
    return (version.key for version in whole.list_versions(whole.REPORTS, prefix=prefix))
