"""Workbooks posted for a trial, and the answers to them: apart from the inbox.

The workbook goes with its answer, and the sweep deletes what is older than a day. A lifecycle rule of the bucket is for
what both have missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from chalicelib.domain.submission.records import Address, Trial
from chalicelib.store import objects, uploads
from chalicelib.store.addresses import TRIALS, trial_answer_key, trial_copy_key, trial_key
from chalicelib.store.errors import NotFound, missing_is_denied
from chalicelib.store.objects import PostForm, StoredObject, StoredVersion
from chalicelib.store.settings import read_settings


def presign_trial(address: Address, trial_id: str, *, file_name: str, redirect: str, life: timedelta) -> PostForm:
    """A POST of one workbook, under the same conditions as an upload."""
    key, bucket = trial_key(address, trial_id), read_settings().reports
    return uploads.presign_post(key, bucket=bucket, file_name=file_name, redirect=redirect, life=life)


def find_workbook(address: Address, trial_id: str) -> StoredObject | None:
    """The workbook while it waits for its answer; without bytes if it is too large."""
    return _find(trial_key(address, trial_id), most=uploads.MOST_BYTES)


def delete_workbook(address: Address, trial_id: str) -> None:
    """Deletes every version that was posted."""
    objects.delete_all_versions(read_settings().reports, key=trial_key(address, trial_id))


def find_answer(address: Address, trial_id: str) -> Trial | None:
    found = _find(trial_answer_key(address, trial_id))
    return Trial.model_validate_json(found.data) if found else None


def delete_answer(address: Address, trial_id: str) -> None:
    """Deletes the answer to a workbook that was posted before, with its marked copy and list."""
    own = trial_key(address, trial_id)
    uploads.delete_report_versions(version for version in uploads.list_report_versions(own) if version.key != own)


def put_answer(address: Address, trial_id: str, trial: Trial) -> None:
    data = trial.model_dump_json().encode()
    objects.put_object(trial_answer_key(address, trial_id), data, content_type="application/json")


def has_copy(address: Address, trial_id: str) -> bool:
    """Whether a marked copy was made."""
    return uploads.has_report(trial_copy_key(address, trial_id))


def presign_copy(address: Address, trial_id: str, *, file_name: str) -> str:
    """A download of the marked copy, under the name of the sender's file."""
    return uploads.presign_report(trial_copy_key(address, trial_id), file_name=uploads.name_marked_copy(file_name))


def list_versions() -> Iterator[StoredVersion]:
    """Every version of everything that trials have left."""
    return uploads.list_report_versions(TRIALS)


def _find(key: str, *, most: int = 0) -> StoredObject | None:
    try:
        with missing_is_denied(key):
            return objects.read_object(read_settings().reports, key=key, most=most)
    except NotFound:
        return None
