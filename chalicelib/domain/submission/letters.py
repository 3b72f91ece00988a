"""Letters to units: what each is about, and how far it has come.

A letter is claimed before it is sent, and what became of it is written afterwards. A claim that stays alone means that
the process ended in between, or the channel did not answer: nobody knows whether the letter left, so it is never sent
again by itself. A person may send it again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from chalicelib.domain.submission.records import Record

SOON = timedelta(minutes=10)
"""After this long a claim without an outcome is unclear; no process that sends letters lives as long."""


class Moment(StrEnum):
    """What a letter is about; first the moments of reminding, in order of time."""

    OPENING = "opening"
    MIDWAY = "midway"
    EVE = "eve"
    OVERDUE = "overdue"


class Progress(StrEnum):
    """How far a letter has come."""

    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"


class Letter(Record):
    """One letter to one unit. `at` is when it came to its `progress`; `change` counts its writes.

    A write succeeds only if `change` has not moved since the letter was read, so two processes never send the same
    letter. A letter kept by a version that did not tell the states apart counts as claimed.
    """

    unit: str
    form: str
    moment: str
    at: datetime
    progress: Progress = Progress.CLAIMED
    change: int = 0

    def moved(self, progress: Progress, at: datetime) -> Self:
        """The letter after one more write."""
        return self.model_copy(update={"progress": progress, "at": at, "change": self.change + 1})

    def is_unclear(self, now: datetime) -> bool:
        """Whether nobody knows if it was sent."""
        return self.progress is Progress.CLAIMED and now - self.at >= SOON


class Reminder(Letter):
    """The letter about a missing report at one moment of a period."""
