"""The current state of each obligation. One Query reads all that a consolidation needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.submission.records import Address, Review, State, Summary
from chalicelib.store import table
from chalicelib.store.addresses import read_state_sk, state_key, states_pk
from chalicelib.store.records import BODY, Wire


def find_state(address: Address) -> State:
    """The state, or an empty one (`change` 0) if nothing has happened to the obligation."""
    return table.find_record(State, state_key(address)) or State(address=address, change=0)


def find_states(addresses: Iterable[Address]) -> dict[Address, State]:
    """The existing states of several obligations: one batch of reads per hundred, no read for an empty list."""
    named = {state_key(address): address for address in addresses}
    return table.take_records(State, table.find_items(named), named)


def is_any_known(programme: str, *, period: str) -> bool:
    """Whether anything has happened in a period: one Query for one item."""
    return next(iter(table.query_items(states_pk(programme, period=period), most=1)), None) is not None


class StateMark(NamedTuple):
    """What tells a state from all that stood and will stand in its place: how often it has been written, and when its
    report came, since after a restore of the table the numbers come a second time."""

    sk: str
    change: str
    last_received: str


def list_marks(programme: str, *, period: str) -> tuple[StateMark, ...]:
    """The marks of all states of a period, ordered by form and unit."""
    items = _query_index(programme, period=period, only=StateMark._fields)
    return tuple(
        StateMark(item["sk"]["S"], item["change"]["N"], item.get("last_received", {"S": ""})["S"]) for item in items
    )


def query_period(programme: str, *, period: str) -> list[State]:
    """All states of a period, ordered by form and unit: one consistent Query, one page per megabyte.

    An obligation for which nothing was ever sent has no state. A state too large for an item costs one
    more read, from S3.
    """
    return list(read_period(programme, period=period))


def read_period(programme: str, *, period: str) -> Iterator[State]:
    """The same one by one: a page is read when it is needed, so that a large period is never held whole."""
    for item in table.query_items(states_pk(programme, period=period)):
        yield table.read_record(State, item)


OUTLINES = "outlines"
"""The index of the table that holds states without what their submissions say, in the order of `change`. DynamoDB
writes it with the state. Its fields (`infra/aws/template.yaml`) are those that are asked for here."""

_CONTENTS: dict[str, Any] = {"values": {}, "tables": {}, "narratives": {}}
_OUTLINE = ("sk", BODY, *(name for name in State.model_fields if name != "last_turn"))


def query_outlines(programme: str, *, period: str) -> list[State]:
    """The same states without what the submissions say: no figures, texts or readings.

    It is for lists of thousands of reports, for which the whole states would be megabytes.
    """
    return [_read_outline(item) for item in _query_index(programme, period=period, only=_OUTLINE)]


def _query_index(programme: str, *, period: str, only: Collection[str]) -> list[Wire]:
    """These fields, of which one is the sk, of all states of a period, ordered by form and unit; consistent as ever."""
    items = table.query_items(states_pk(programme, period=period), only=only, index=OUTLINES)
    newest = {item["sk"]["S"]: item for item in items}
    return [newest[sk] for sk in sorted(newest)]


def _read_outline(item: Wire) -> State:
    if BODY in item:
        return table.read_record(State, item)
    fields = table.read_fields(item)
    del fields["sk"]
    if sent := fields.get("submission"):
        fields["submission"] = sent | _CONTENTS
    return State.model_validate(fields)


_OF_SUBMISSION = ("revision", "received", "upload_id", "warnings", "confirmed")
_OF_STATE = (
    "change", "first_received", "last_received", "timeliness", "review", "exception_until", "last_rejected", "corrects",
)  # fmt: skip
_SUMMARY = ("sk", BODY, *_OF_STATE, *(f"submission.{name}" for name in _OF_SUBMISSION))


def query_summaries(programme: str, *, period: str) -> list[Summary]:
    """What lists judge the same states by: of each a few small fields."""
    return [_read_summary(item) for item in _query_index(programme, period=period, only=_SUMMARY)]


def _read_summary(item: Wire) -> Summary:
    """Read by hand: a page that counts thousands of states would take several times as long with a model of each."""
    if BODY in item:
        return table.read_record(State, item).summary
    form, unit = read_state_sk(item["sk"]["S"])
    sent = item["submission"]["M"] if "submission" in item else {}
    return Summary(
        unit,
        form,
        int(item["change"]["N"]),
        revision=int(sent["revision"]["N"]) if sent else 0,
        sent=_read_time(sent, "received"),
        is_uploaded=bool(sent and sent["upload_id"]["S"]),
        warnings=len(sent["warnings"]["L"]) if "warnings" in sent else 0,
        confirmed=tuple(each["S"] for each in sent["confirmed"]["L"]) if "confirmed" in sent else (),
        first_received=_read_time(item, "first_received"),
        last_received=_read_time(item, "last_received"),
        timeliness=Timeliness(item["timeliness"]["S"]) if "timeliness" in item else None,
        review=Review(item["review"]["S"]),
        exception_until=_read_time(item, "exception_until"),
        last_rejected=_read_time(item, "last_rejected"),
        corrects="corrects" in item and item["corrects"]["BOOL"],
    )


def _read_time(fields: Wire, name: str) -> datetime | None:
    return datetime.fromisoformat(fields[name]["S"]) if name in fields else None
