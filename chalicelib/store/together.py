"""Reads together what is decided from together: programmes in force, states of their obligations, and receipts.

Which states to ask for is said by programmes that this process remembers. Whether their versions are the newest is
asked in the same call; if they are not, all of it is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Receipt, State
from chalicelib.store import programmes, table
from chalicelib.store.addresses import Key, receipt_key, state_key
from chalicelib.store.errors import NotFound
from chalicelib.store.records import Wire


class Known(NamedTuple):
    """What was read: existing states by address, existing receipts by upload id.

    `line` is the programme that was asked for, then those it follows, the latest first; empty if there is none.
    """

    code: str
    line: tuple[Programme, ...]
    states: Mapping[Address, State]
    receipts: Mapping[str, Receipt]

    @property
    def programme(self) -> Programme:
        """The programme in force. Raises NotFound for one that was never imported."""
        if not self.line:
            raise NotFound(f"programme {self.code}")
        return self.line[0]

    def find_state(self, address: Address) -> State:
        """The state of an address that was asked for, or an empty one (`change` 0)."""
        return self.states.get(address) or State(address=address, change=0)


def read_together(
    code: str,
    addresses_by: Callable[[tuple[Programme, ...]], Iterable[Address]],
    *,
    years: int = 0,
    upload_ids: Iterable[str] = (),
) -> Known:
    """The newest version of a programme and of those it follows, so many years back, with what is asked for by them.

    One batch of reads (per hundred keys). A version that this process does not know costs a Query and a read of S3.
    """
    receipts = {receipt_key(upload_id): upload_id for upload_id in upload_ids}
    while True:
        remembered = programmes.recall(code, years=years)
        line = tuple(programmes.load(each.version) for each in remembered if each.version)
        states = {state_key(address): address for address in addresses_by(line)}
        found = table.find_items([*_list_keys(remembered), *states, *receipts])
        if _stand(remembered, found):
            return Known(
                code, line, table.take_records(State, found, states), table.take_records(Receipt, found, receipts)
            )


def _list_keys(remembered: Iterable[programmes.Remembered]) -> list[Key]:
    return [key for each in remembered for key in each.keys]


def _stand(remembered: Iterable[programmes.Remembered], found: Mapping[Key, Wire]) -> bool:
    """Whether all of it is so still; what is not, is looked up anew."""
    moved = [each.code for each in remembered if not each.stands(found)]
    for code in moved:
        programmes.find_latest_version(code)
    return not moved
