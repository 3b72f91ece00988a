"""Keeps the marked copy beside the answer that announces it. `intake/copying.py` makes it, and is slow to import."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import PurePosixPath

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Outcome
from chalicelib.store import uploads

logger = logging.getLogger(__name__)

MakeCopy = Callable[[bytes, Outcome, Programme], bytes | None]


def keep_marked_copy(key: str, data: bytes, outcome: Outcome, programme: Programme, make: MakeCopy) -> None:
    """Makes the copy that an answer announces and stores it under `key`. A failure here never affects the answer."""
    try:
        copy = make(data, outcome, programme)
        if copy is not None:
            uploads.put_marked_copy(key, copy)
    except Exception:  # the copy is an extra: its page says that it is missing
        logger.exception("no marked copy", extra={"correlation_id": PurePosixPath(key).stem})
