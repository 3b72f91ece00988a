"""A unit looks at what became of its figures: noted once for each edition, so that the office knows who has seen it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from chalicelib.domain.audit import Action, Stamp, make_link_line
from chalicelib.domain.submission.feedback import Feedback
from chalicelib.domain.submission.records import Edition, Link
from chalicelib.store import feedback as store
from chalicelib.store.errors import StorageError


def note_opening(link: Link, feedback: Feedback, edition: Edition, *, now: datetime) -> None:
    """Notes the first look. What cannot be noted stands in nobody's way: the next look will be noted."""
    if feedback.find_opening(edition.number):
        return
    line = make_link_line(
        Action.FEEDBACK_OPENED, link, stamp=Stamp(f"unit:{link.unit}", now), period=edition.period,
        edition=str(edition.number),
    )  # fmt: skip
    with suppress(StorageError):
        store.put_feedback(
            link.programme, period=edition.period, feedback=feedback.with_opening(edition.number, now), line=line
        )
