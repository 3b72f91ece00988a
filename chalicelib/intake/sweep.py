"""Finds uploads whose event was lost and processes them. Uploads with a receipt are left alone."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from chalicelib.domain.submission.records import Receipt
from chalicelib.intake.examine import Check
from chalicelib.intake.keeping import MakeCopy
from chalicelib.intake.receive import Clock, derive_id, receive
from chalicelib.store import receipts, uploads
from chalicelib.store.addresses import INBOX, KeyUnreadable, parse_key
from chalicelib.store.objects import StoredVersion

logger = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=15)
"""An upload this old without a receipt counts as lost: longer than the queue's first deliveries."""

LASTING = timedelta(minutes=10)
"""How long the function takes uploads in, of its fifteen minutes: what comes after them needs time too."""

BATCH = 1000
MOST_FOUND = 20_000
"""Versions that are looked up together, and lost ones that a run keeps in mind; the others wait for the next run."""

RECENT = timedelta(days=7)
EVERYTHING_AT = 18
"""The hour (UTC) whose first run looks at everything: 01:00 in Viet Nam."""


def _ignore(_: Receipt) -> None:
    return


class Swept(NamedTuple):
    """The result of a run: uploads without receipt (`lost`), and how many of them were processed and failed.

    `foreign` objects have keys that this system never minted. The rest of `lost` is left for the next run; beyond
    MOST_FOUND, neither is counted.
    """

    lost: int
    taken: int
    failed: int
    foreign: int


def sweep(
    *,
    now: Clock,
    check: Check,
    make_copy: MakeCopy | None = None,
    prefix: str = INBOX,
    patience: timedelta = PATIENCE,
    lasting: timedelta | None = None,
    since: timedelta | None = None,
    answered: Callable[[Receipt], None] = _ignore,
) -> Swept:
    """Takes in what has lain in the inbox for longer than `patience` without a receipt, as much as `lasting` allows.

    With `since`, what came longer ago than that is not looked at. `answered` is told each receipt.

    One upload that cannot be taken in does not stop the others, whichever comes first: their order is random,
    so that even one that ends the process leaves the others their turn in another run. At least one is tried.
    """
    moment = now()
    ripe = _list_ripe(moment - patience, moment - since if since else None, prefix)
    lost, foreign = _gather_lost(ripe)
    random.shuffle(lost)
    results: list[bool] = []
    for version in lost:
        if results and lasting is not None and now() - moment > lasting:
            break
        results.append(_take(version, answered, now=now, check=check, make_copy=make_copy))
    return Swept(lost=len(lost), taken=results.count(True), failed=results.count(False), foreign=foreign)


def is_inbox_told() -> bool:
    """Whether the inbox tells intake of uploads: a restore that was cut off leaves its notifications off."""
    return uploads.has_notifications()


def _gather_lost(ripe: Iterator[StoredVersion]) -> tuple[list[StoredVersion], int]:
    """What is lost, and how many objects are foreign. Memory holds one batch, and what is lost."""
    lost: list[StoredVersion] = []
    foreign = 0
    while len(lost) < MOST_FOUND and (batch := list(islice(ripe, BATCH))):
        ours = [version for version in batch if _is_ours(version)]
        foreign += len(batch) - len(ours)
        lost += find_lost(ours)
    return lost, foreign


def find_lost(versions: Sequence[StoredVersion]) -> list[StoredVersion]:
    """The `versions` that are not finished: without a receipt, or still there though the law forbids keeping them.

    At most two batches of reads per hundred.
    """
    first = receipts.find_receipts(_upload_id(version) for version in versions)
    unfinished = [version for version in versions if not _is_finished(first.get(_upload_id(version)), version)]
    further = [version for version in unfinished if _upload_id(version) in first]
    second = receipts.find_receipts(_further_id(version) for version in further)
    return [version for version in unfinished if not _is_finished(second.get(_further_id(version)), version)]


def choose_since(now: datetime) -> timedelta | None:
    """Usually the last days; once a day everything, because old uploads have been looked at hundreds of times."""
    return None if now.hour == EVERYTHING_AT and now.minute < 15 else RECENT


def _list_ripe(before: datetime, after: datetime | None, prefix: str) -> Iterator[StoredVersion]:
    for version in uploads.list_uploads(prefix):
        if version.stored <= before and (after is None or version.stored > after):
            yield version


def _is_ours(version: StoredVersion) -> bool:
    try:
        parse_key(version.key)
    except KeyUnreadable:
        logger.warning("a foreign object in the inbox")
        return False
    return True


def _take(
    version: StoredVersion, answered: Callable[[Receipt], None], *, now: Clock, check: Check, make_copy: MakeCopy | None
) -> bool:
    try:
        receipt = receive(version.key, version.version_id, now=now, check=check, make_copy=make_copy)
    except Exception:  # whatever stops this one must not stop the others; it is logged and counted
        logger.exception("an upload could not be taken in", extra={"correlation_id": _upload_id(version)})
        return False
    answered(receipt)
    return True


def _upload_id(version: StoredVersion) -> str:
    return parse_key(version.key)[1]


def _further_id(version: StoredVersion) -> str:
    return derive_id(_upload_id(version), version_id=version.version_id)


def _is_finished(receipt: Receipt | None, version: StoredVersion) -> bool:
    return receipt is not None and receipt.version_id == version.version_id and receipt.bytes_kept
