"""Reads the whole table while others write to it, so that what was read can be restored.

A scan is no snapshot: of a transaction it may read one record before and another one after. So what points to other
records is read again when the scan is over, and then what it points to and the scan has missed. A receipt that was
read then has its effect with it, and a state its revisions and their receipts. What was committed meanwhile may be
missing as a whole: an upload without receipt is taken in by the sweep.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from chalicelib.domain.audit import Action
from chalicelib.domain.clock import list_months
from chalicelib.domain.submission.records import Address
from chalicelib.store import table
from chalicelib.store.addresses import (
    PROGRAMMES_PK,
    Key,
    audit_pk,
    find_kind,
    find_period,
    justifications_pk,
    key_of,
    link_key,
    link_listings_pk,
    outcome_letters_pk,
    parse_state_key,
    receipt_key,
    render_time,
    revision_key,
    states_pk,
    versions_pk,
)
from chalicelib.store.records import Item, Wire, from_wire

_BEFORE = timedelta(minutes=5)
"""A transaction bears the time of its decision, and is written some time later."""

_LONGEST = timedelta(hours=1)


class TableReading:
    """One reading of the table, from `since` on. `given` holds the hash of each item as it was given last."""

    def __init__(self, *, since: datetime) -> None:
        self.given: dict[Key, bytes] = {}
        self._since = since - _BEFORE
        self._presupposed: set[Key] = set()

    def read(self) -> Iterator[Wire]:
        """Every item; one that has changed meanwhile comes again."""
        yield from self._give(table.scan_items())
        yield from self._give(self._read_pointing())
        asked: set[Key] = set()
        while missed := self._presupposed - self.given.keys() - asked:
            yield from self._give(table.find_items(missed).values())
            asked |= missed

    def _give(self, items: Iterable[Wire]) -> Iterator[Wire]:
        for item in items:
            key, seen = key_of(item), hash_item(item)
            if self.given.get(key) != seen:
                self.given[key] = seen
                self._presupposed |= set(_find_presupposed(key, item))
                yield item

    def _read_pointing(self) -> Iterator[Wire]:
        """What points to other records, and what stands beside a state: the audit, and justifications."""
        places = {place for key in self.given if (place := find_period(key.pk))}
        yield from table.query_items(PROGRAMMES_PK)
        for code in {key.sk for key in self.given if key.pk == PROGRAMMES_PK}:
            yield from table.query_items(versions_pk(code))
            yield from table.query_items(link_listings_pk(code))
        for code, period in sorted(places):
            yield from table.query_items(states_pk(code, period=period))
            yield from table.query_items(outcome_letters_pk(code, period=period))
        for code in sorted({code for code, _ in places}):
            yield from self._read_recent(code)

    def _read_recent(self, code: str) -> Iterator[Wire]:
        """The lines of the audit since the reading began, and the justifications that they tell of."""
        for month in list_months(self._since, end=self._since + _LONGEST):
            for item in table.query_items(audit_pk(code, month=month), since=render_time(self._since)):
                yield item
                if address := _find_justified(from_wire(item)):
                    yield from table.query_items(justifications_pk(address))


def hash_item(item: Wire) -> bytes:
    """Equal for items that are equal in every field."""
    return hashlib.blake2b(json.dumps(item, sort_keys=True).encode(), digest_size=16).digest()


def _find_justified(line: Item) -> Address | None:
    """The obligation whose warnings a line of the audit tells to be justified."""
    if line["action"] != Action.SUBMISSION_JUSTIFIED or "unit" not in line["details"]:
        return None
    names = {name: line["details"][name] for name in ("period", "form", "unit")}
    return Address(programme=line["programme"], **names)


def _find_presupposed(key: Key, item: Wire) -> Iterator[Key]:
    """The records without which this one would be torn."""
    kind = find_kind(key.pk)
    if kind == "P":
        address = parse_state_key(key)
        yield from (revision_key(address, number) for number in range(1, int(from_wire(item)["revision"]) + 1))
    elif kind == "S":
        yield receipt_key(item["upload_id"]["S"])
    elif kind == "O":
        yield receipt_key(key.sk.rpartition("#")[2])
    elif kind == "L" and "token_hash" in item:
        yield link_key(item["token_hash"]["S"])
