"""What the user pool does not keep of the console's users: when each signed in last, and who needs a new second factor.

It is kept by name, in small letters, as the pool takes names. The pool has no conditional writes: what must not be
done twice, or by two at once, has its condition here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.records import Record
from chalicelib.store import table
from chalicelib.store.addresses import LEAVERS_KEY, PEOPLE_PK, factor_key, person_key
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed

_LEAVING = timedelta(minutes=1)
"""No function that changes the pool runs longer for a page."""


class PeopleMoved(ConditionFailed):
    """A record about users was changed since it was read: a request was decided, another administrator is leaving."""


class Person(Record):
    """One user: the last sign-in, and when the account was removed; a name that was removed is not given again."""

    name: str
    seen: datetime | None = None
    removed: datetime | None = None


class FactorRequest(Record):
    """An administrator asks for a new second factor for a user, which another administrator gives.

    `groups` and `mail` are those of the account, which is made anew: whoever finishes what was cut off finds them here.
    `is_begun`: the account may be deleted already. `change` counts the writes of the record.
    """

    user: str
    asked: datetime
    actor: str
    groups: tuple[str, ...]
    mail: str = ""
    is_open: bool = True
    is_begun: bool = False
    change: int = 1

    @property
    def asker(self) -> str:
        return self.actor.removeprefix("pv05:")


class Leavers(Record):
    """Administrators who are losing that role, each with the time: for a minute, the pool may still count them.

    Whoever takes the role from one writes this record, so that of two who do it at once one has to look again.
    """

    since: dict[str, datetime] = Field(default_factory=dict)
    change: int = 0

    def find_names(self, now: datetime) -> frozenset[str]:
        return frozenset(name for name, at in self.since.items() if now - at < _LEAVING)

    def add(self, name: str, *, at: datetime) -> Leavers:
        """With one more, and without those whose minute is over."""
        still = {each: self.since[each] for each in self.find_names(at)}
        return Leavers(since=still | {name: at}, change=self.change + 1)


def find_person(name: str) -> Person | None:
    return table.find_record(Person, person_key(name))


def list_people() -> tuple[dict[str, Person], dict[str, FactorRequest]]:
    """All users that were ever noted, and the open requests, by name in small letters."""
    items = list(table.query_items(PEOPLE_PK))
    people = [table.read_record(Person, item) for item in items if "name" in item]
    requests = [table.read_record(FactorRequest, item) for item in items if "user" in item]
    return (
        {each.name.casefold(): each for each in people},
        {each.user.casefold(): each for each in requests if each.is_open},
    )


def find_request(user: str) -> FactorRequest | None:
    """The latest request for this user, open or decided."""
    return table.find_record(FactorRequest, factor_key(user))


def find_leavers() -> Leavers:
    return table.find_record(Leavers, LEAVERS_KEY) or Leavers()


def put(line: AuditLine, *records: Person | FactorRequest | Leavers) -> None:
    """Keeps records together with the line of the audit that says why, which may also stand alone.

    Raises PeopleMoved if a request or the leavers were changed since they were read.
    """
    table.write([*map(_write, records), put_line(line)], subject="people")


def _write(record: Person | FactorRequest | Leavers) -> table.Write:
    if isinstance(record, Person):
        return table.put_same(person_key(record.name), record)
    key = factor_key(record.user) if isinstance(record, FactorRequest) else LEAVERS_KEY
    return table.put_after(key, record, change=record.change - 1, broken=PeopleMoved)
