"""Letters to units: what each is about, and how far it has come.

A letter is claimed before it is sent, and what became of it is written afterwards. A claim that stays alone means that
the process ended in between, or the channel did not answer: nobody knows whether the letter left, so it is never sent
again by itself. A person may send it again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.admission import find_misaddress
from chalicelib.domain.submission.records import Answer, Receipt, Record, Upload

PATIENCE = timedelta(minutes=10)
"""After this long a claim without an outcome is unclear; no process that sends letters lives as long."""


TRIED_AGAIN = timedelta(hours=3)
"""After this long the schedule sends an outcome letter again that surely did not leave."""


class Moment(StrEnum):
    """What a letter is about: the moments of reminding, in order of time, then how an upload ended."""

    OPENING = "opening"
    MIDWAY = "midway"
    EVE = "eve"
    OVERDUE = "overdue"
    RECEIVED = "received"
    TO_MEND = "to_mend"
    NOT_TAKEN = "not_taken"


class LetterText(Record):
    """The text of the letter at one moment; the places in it are filled in for each unit."""

    moment: str
    subject: str
    body: str


class Progress(StrEnum):
    """How far a letter has come. `UNADDRESSED`: the unit had no contact that a letter reaches, and none was sent."""

    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    UNADDRESSED = "unaddressed"


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
        return self.progress is Progress.CLAIMED and now - self.at >= PATIENCE


class Reminder(Letter):
    """The letter about a missing report at one moment of a period."""

    def is_recent(self, now: datetime, *, within: timedelta) -> bool:
        """Whether it was sent, or is being sent, so lately that another one would be a second for one thing."""
        return now - self.at < (within if self.progress is Progress.SENT else PATIENCE)


class OutcomeLetter(Letter):
    """The letter that tells a unit how its upload ended. It is due from the moment of the receipt (`answered`).

    It holds neither figures nor an address: whom it goes to and what it says is looked up when it is sent.
    """

    upload_id: str
    answered: datetime

    def is_due(self, now: datetime) -> bool:
        """Whether the schedule sends it: at once, and again some hours after it surely did not leave."""
        return self.progress is Progress.DUE or (self.progress is Progress.FAILED and now - self.at >= TRIED_AGAIN)

    def is_left(self, now: datetime) -> bool:
        """Whether it did not leave, or perhaps did not: a person may send it then."""
        is_open = self.progress in (Progress.DUE, Progress.CLAIMED) and now - self.at >= PATIENCE
        return is_open or self.progress is Progress.FAILED


def begin_letter(receipt: Receipt, upload: Upload, programme: Programme) -> OutcomeLetter | None:
    """The letter due about a receipt.

    None if the programme sends none, if the same bytes were received before (they were answered then), if the office
    entered the figures from paper itself, and if the programme does not know the unit's duty.
    """
    is_told = receipt.answer is Answer.ALREADY_RECEIVED or upload.on_paper is not None
    if not programme.outcome_letters or is_told or find_misaddress(receipt.address, programme):
        return None
    return OutcomeLetter(
        unit=receipt.address.unit, form=receipt.address.form, moment=find_ending(receipt), at=receipt.decided,
        progress=Progress.DUE, change=1, upload_id=receipt.upload_id, answered=receipt.decided,
    )  # fmt: skip


def find_ending(receipt: Receipt) -> Moment:
    """How an upload ended. What may not be kept and what came too late cannot be mended in the workbook."""
    if receipt.answer is Answer.ACCEPTED:
        return Moment.RECEIVED
    is_late = any(issue.code == "upload.locked" for issue in receipt.issues)
    return Moment.NOT_TAKEN if is_late or not receipt.bytes_kept else Moment.TO_MEND
