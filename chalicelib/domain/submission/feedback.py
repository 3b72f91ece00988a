"""What the office tells a unit once a period is reported, and whether the unit has looked at it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from chalicelib.domain.submission.records import Record


class Feedback(Record):
    """The office's remark to one unit for one period (“nhận xét”), and when the unit first opened each edition.

    A write succeeds only if `change`, which counts the writes, has not moved since it was read. `remarks` counts those
    of the office alone.
    """

    unit: str
    remark: str = ""
    remarked: datetime | None = None
    opened: dict[str, datetime] = {}  # noqa: RUF012 - a frozen record copies its default
    """By the number of the edition."""
    remarks: int = 0
    change: int = 0

    def with_remark(self, text: str, at: datetime) -> Self:
        written = {"remark": text, "remarked": at, "remarks": self.remarks + 1}
        return self.model_copy(update=written | {"change": self.change + 1})

    def with_opening(self, edition: int, at: datetime) -> Self:
        return self.model_copy(update={"opened": {**self.opened, str(edition): at}, "change": self.change + 1})

    def find_opening(self, edition: int) -> datetime | None:
        """When the unit first looked at what it has in this edition."""
        return self.opened.get(str(edition))
