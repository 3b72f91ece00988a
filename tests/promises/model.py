"""What must become of uploads and obligations, said a second time: in plain Python, after docs/promises.md.

It knows nothing of how the product decides. It is told what was put into the inbox and, in the order of their
commits, which transactions were written; for each of these it says what had to be in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "promises.md"

OBLIGATION = "The life of an obligation"
NOT_POSSIBLE = "–"

Table = dict[tuple[str, str], str]


@cache
def read_table(heading: str) -> Table:
    """The table under a heading of the page: (row, column) to cell."""
    part = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [_split(line) for line in part.splitlines() if line.startswith("|")]
    columns = rows[0][1:]
    return {(row[0], column): cell for row in rows[2:] for column, cell in zip(columns, row[1:], strict=True)}


def _split(line: str) -> list[str]:
    return [re.sub(r"`", "", cell).strip() for cell in line.strip().strip("|").split("|")]


@dataclass(frozen=True)
class Sent:
    """One version in the inbox. `place` is its number in the order of storing; `came` differs for paper only."""

    duty: str
    key: str
    version_id: str
    data: bytes
    place: int
    stored: datetime
    prepared: datetime
    came: datetime
    is_confirmation: bool = False

    @property
    def is_good(self) -> bool:
        return self.data.startswith(b"{")

    @property
    def may_be_kept(self) -> bool:
        return not self.data.startswith(b"secret")

    @property
    def turn(self) -> tuple[Any, ...]:
        return self.came, self.stored, self.prepared, self.key, self.place


@dataclass
class Duty:
    """One obligation. `last` is the newest upload of the figures that stand in it; `turned` once a person decided."""

    state: str = "nothing"
    current: Sent | None = None
    last: Sent | None = None
    revisions: list[Sent] = field(default_factory=list)
    first: datetime | None = None
    until: datetime | None = None
    is_reviewed: bool = False

    @property
    def counts(self) -> bool:
        return self.state in ("received", "approved")

    @property
    def number(self) -> int:
        """The revision that stands."""
        return self.revisions.index(self.current) + 1 if self.current else 0

    @property
    def has_noughts(self) -> bool:
        return self.current is not None and self.current.is_confirmation and self.state != "purged"


class Model:
    """All obligations of a period, and which upload got which answer."""

    def __init__(self, duties: tuple[str, ...], lock: datetime) -> None:
        self.duties = {duty: Duty() for duty in duties}
        self.sent: dict[str, Sent] = {}
        self.answers: dict[str, str] = {}
        self.purged: set[str] = set()
        self.locks = [lock]
        self.counted = [self.counting()]
        self.life = read_table(OBLIGATION)

    def counting(self) -> frozenset[tuple[str, int]]:
        """What an edition made now has as inputs: the units that count, with their revision."""
        return frozenset((name, duty.number) for name, duty in self.duties.items() if duty.counts)

    def begin(self) -> None:
        """A step begins: only the lock in force, and what counts now, may decide in it."""
        self.locks, self.counted = self.locks[-1:], self.counted[-1:]

    def foresee(self, sent: Sent) -> set[str]:
        """The answers that are right: one, unless the lock moved while the upload was taken in."""
        return {self._answer(sent, lock) for lock in self.locks}

    def _answer(self, sent: Sent, lock: datetime) -> str:
        duty = self.duties[sent.duty]
        if not sent.is_good:
            return "rejected"
        if self.is_known(sent):
            return "already_received"
        is_late = sent.came >= max(lock, duty.until or lock)
        is_in_the_place_of_figures = sent.is_confirmation and duty.counts and not duty.has_noughts
        return "rejected" if is_late or is_in_the_place_of_figures else "accepted"

    def is_known(self, sent: Sent) -> bool:
        duty = self.duties[sent.duty]
        if not duty.counts or duty.current is None or duty.first is None:
            return False
        return duty.current.data == sent.data and duty.first <= sent.came

    def take(self, sent: Sent, answer: str) -> int:
        """The upload was answered; gives the number of its revision, or of the one that it equals."""
        assert sent.version_id not in self.answers, f"{sent.version_id} was answered twice"
        assert answer in self.foresee(sent), f"{sent}: {answer} instead of {self.foresee(sent)}"
        duty = self.duties[sent.duty]
        self.answers[sent.version_id] = answer
        if answer == "accepted":
            return self._accept(duty, sent)
        if answer == "rejected":
            return 0
        self._renew(duty, sent)
        return duty.number

    def _accept(self, duty: Duty, sent: Sent) -> int:
        is_newer = duty.has_noughts > sent.is_confirmation or self._is_newer(sent, duty.last)
        duty.revisions.append(sent)
        duty.first = min(duty.first or sent.came, sent.came)
        self.move(sent.duty, "newer" if is_newer else "older")
        if is_newer:
            duty.current = duty.last = sent
        self.counted.append(self.counting())
        return len(duty.revisions)

    def _is_newer(self, sent: Sent, last: Sent | None) -> bool:
        """In their order; but where storage alone knew it, and one of the two is purged, the one that is there."""
        if last is None or sent.turn > last.turn:
            return True
        return last.version_id in self.purged and (last.key, last.came, last.stored) == (
            sent.key,
            sent.came,
            sent.stored,
        )

    def _renew(self, duty: Duty, sent: Sent) -> None:
        """The same bytes again are the newest upload of their figures, unless they came after the lock."""
        is_in_time = any(sent.came < max(lock, duty.until or lock) for lock in self.locks)
        if is_in_time and duty.last and sent.turn > duty.last.turn:
            duty.last = sent

    def move(self, name: str, event: str) -> None:
        duty = self.duties[name]
        after = self.life[duty.state, event]
        assert after != NOT_POSSIBLE, f"{event} was done to {duty.state}"
        duty.state = after
        self.counted.append(self.counting())

    def review(self, name: str, event: str) -> None:
        self.duties[name].is_reviewed = True
        self.move(name, event)

    def purge(self, version_id: str) -> None:
        self.purged.add(version_id)
        sent = self.sent[version_id]
        duty = self.duties[sent.duty]
        duty.is_reviewed = True
        if duty.current == sent:
            self.move(sent.duty, "purge")

    def newest(self, name: str) -> Sent | None:
        """What counts by the order alone, whatever was taken in first; figures come before confirmed noughts."""
        own = [sent for sent in self.sent.values() if sent.duty == name and self._stands(sent)]
        figures = [sent for sent in own if not sent.is_confirmation] or own
        return max(figures, key=lambda sent: sent.turn, default=None)

    def _stands(self, sent: Sent) -> bool:
        return self.answers.get(sent.version_id) in ("accepted", "already_received")
