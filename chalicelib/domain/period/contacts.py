"""Whom the office reaches at a unit, and what is known of letters that did not."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from chalicelib.domain.submission.records import Record
from chalicelib.domain.values import is_unset


class Reason(StrEnum):
    """Why letters to an address do not arrive."""

    REFUSED = "refused"
    COMPLAINED = "complained"
    SUPPRESSED = "suppressed"


class Trouble(Record):
    """A letter that was `sent` then did not arrive, or was not wanted. `cleared`: the office believes in the address
    again since then.
    """

    reason: Reason
    sent: datetime
    cleared: datetime | None = Field(default=None, exclude_if=is_unset)


class Contact(Record):
    """Whom to call at a unit. Optional personal data for the office alone: never in a report or an audit line."""

    unit: str
    name: str = ""
    phone: str = ""
    mail: str = ""
    trouble: Trouble | None = Field(default=None, exclude_if=is_unset)

    @property
    def failing(self) -> Trouble | None:
        """What keeps letters from the address."""
        return self.trouble if self.trouble and self.trouble.cleared is None else None

    def is_news(self, trouble: Trouble) -> bool:
        """Whether this is the first trouble of the address, or of a letter that was sent after the last was cleared."""
        known = self.trouble
        return known is None or (known.cleared is not None and trouble.sent > known.cleared)

    def changed(self, *, name: str, phone: str, mail: str) -> Contact:
        """The contact with these particulars; what is known of an address goes with the address."""
        trouble = self.trouble if mail == self.mail else None
        return Contact(unit=self.unit, name=name, phone=phone, mail=mail, trouble=trouble)

    def believed(self, now: datetime) -> Contact:
        """The contact with its address used again from now on."""
        cleared = self.failing.model_copy(update={"cleared": now}) if self.failing else self.trouble
        return self.model_copy(update={"trouble": cleared})
