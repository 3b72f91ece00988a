"""A trial (kiểm tra thử): the answer that a workbook would get, without sending it.

The workbook is posted apart from the inbox. No event tells of it, and neither receipt nor submission comes of it.
It is deleted as soon as it is answered, and the answer itself lives for a day. Of a workbook that bears a mark
of secrecy nothing is kept, not even the answer. Whether the period is open does not matter.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from chalicelib.domain.issues.issue import Refused
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.admission import find_misaddress
from chalicelib.domain.submission.records import Address, Link, Trial
from chalicelib.intake.earlier import find_earlier
from chalicelib.intake.examine import Check, examine
from chalicelib.intake.keeping import MakeCopy, keep_marked_copy
from chalicelib.intake.limits import Use, check_use, count_use
from chalicelib.intake.links import MintedUpload, bound_life, find_address
from chalicelib.store import trials
from chalicelib.store.addresses import trial_copy_key, trial_key
from chalicelib.store.errors import StorageError
from chalicelib.store.objects import StoredObject
from chalicelib.store.uploads import delete_report_versions, read_particulars

LIFE = timedelta(days=1)
"""How long an answer can be read again."""


def mint_trial(
    link: Link, programme: Programme, *, period: str, form: str, file_name: str, now: datetime, redirect: str = ""
) -> MintedUpload:
    """Prepares one trial of the link's unit, as `mint_upload` does an upload; whether the period is open or not.

    Raises LinkClosed, Refused with `upload.not_owed`, and TooOften.
    """
    address = find_address(link, programme, period=period, form=form, now=now)
    if misaddress := find_misaddress(address, programme):
        raise Refused(misaddress)
    check_use(link, Use.TRIAL, now)
    trial_id, life = secrets.token_hex(16), bound_life(link, now)
    post = trials.presign_trial(address, trial_id, file_name=file_name, redirect=redirect, life=life)
    return MintedUpload(trial_id, trial_key(address, trial_id), post.url, post.fields, now + life)


def answer_trial(
    link: Link,
    programme: Programme,
    *,
    address: Address,
    trial_id: str,
    now: datetime,
    check: Check,
    make_copy: MakeCopy,
) -> Trial | None:
    """The answer to a trial, given once and read again while it lives; None where there is nothing to answer.

    A form may be posted again within its fifteen minutes: what lies there is answered, and its answer replaces the
    one before. The workbook is deleted with its answer, and when it cannot be checked; a fault of storage leaves it to
    the next look. Raises TooOften.
    """
    stored = trials.find_workbook(address, trial_id)
    if stored is None:
        return trials.find_answer(address, trial_id)
    trials.delete_answer(address, trial_id)  # first: if this fails, the next look answers the workbook, not the old one
    try:
        count_use(link, Use.TRIAL, now)
        trial = _answer(stored, address, trial_id=trial_id, programme=programme, now=now, check=check, make=make_copy)
    except StorageError:
        raise
    except Exception:
        trials.delete_workbook(address, trial_id)
        raise
    trials.delete_workbook(address, trial_id)
    return trial


def forget_trials(*, now: datetime) -> int:
    """Deletes what came for trials more than a day ago: answers, and workbooks whose answer nobody asked for.

    Returns how many versions.
    """
    return delete_report_versions([each for each in trials.list_versions() if now - each.stored > LIFE])


def _answer(
    stored: StoredObject,
    address: Address,
    *,
    trial_id: str,
    programme: Programme,
    now: datetime,
    check: Check,
    make: MakeCopy,
) -> Trial:
    """The answer comes before the marked copy, which may fail."""
    earlier = find_earlier(programme, address)
    outcome = examine(stored, address, programme, earlier=earlier, check=check)
    file_name = read_particulars(stored).file_name
    trial = Trial(outcome=outcome, checked=now, file_name=file_name, size=stored.size)
    if outcome.keep_bytes:
        trials.put_answer(address, trial_id, trial)
    if outcome.can_be_marked:
        keep_marked_copy(trial_copy_key(address, trial_id), stored.data, outcome, programme, make)
    return trial
