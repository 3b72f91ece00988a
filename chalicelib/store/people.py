"""What the user pool does not keep of the console's users: when each signed in last, and who needs a new second factor.

It is kept by name, in small letters, as the pool takes names.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.records import Record
from chalicelib.store import table
from chalicelib.store.addresses import PEOPLE_PK, factor_key, person_key
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed


class RequestMoved(ConditionFailed):
    """The request was decided, or another one was made, since it was read."""


class Person(Record):
    """One user: the last sign-in, and when the account was removed; a name that was removed is not given again."""

    name: str
    seen: datetime | None = None
    removed: datetime | None = None


class FactorRequest(Record):
    """An administrator asks for a new second factor for a user, which another administrator gives.

    `groups` and `mail` are those of the account, which is made anew: whoever finishes what was cut off finds them here.
    `change` counts the writes of the record.
    """

    user: str
    asked: datetime
    actor: str
    groups: tuple[str, ...]
    mail: str = ""
    is_open: bool = True
    change: int = 1

    @property
    def asker(self) -> str:
        return self.actor.removeprefix("pv05:")


def find_person(name: str) -> Person | None:
    return table.find_record(Person, person_key(name))


def put_person(person: Person, line: AuditLine) -> None:
    """Keeps what is known of a user, with the line of the audit that says why."""
    table.write([table.put_same(person_key(person.name), person), put_line(line)], subject="person")


def list_people() -> tuple[dict[str, Person], dict[str, FactorRequest]]:
    """All users that were ever noted, and the open requests, by name in small letters."""
    items = list(table.query_items(PEOPLE_PK))
    people = [table.read_record(Person, item) for item in items if "user" not in item]
    requests = [table.read_record(FactorRequest, item) for item in items if "user" in item]
    return (
        {each.name.casefold(): each for each in people},
        {each.user.casefold(): each for each in requests if each.is_open},
    )


def find_request(user: str) -> FactorRequest | None:
    """The latest request for this user, open or decided."""
    return table.find_record(FactorRequest, factor_key(user))


def put_request(request: FactorRequest, line: AuditLine) -> None:
    """Keeps a request, a new one or what became of it. Raises RequestMoved if it was changed since it was read."""
    write = table.put_after(factor_key(request.user), request, change=request.change - 1, broken=RequestMoved)
    table.write([write, put_line(line)], subject="request")
