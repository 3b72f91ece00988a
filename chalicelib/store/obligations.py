"""The current state of each obligation, laid out so that one Query gives a consolidation everything."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domain.submission.records import Address, State
from chalicelib.store import table
from chalicelib.store.addresses import state_key, states_pk


def find_state(address: Address) -> State:
    """The state, or the empty one (`change` 0) of an obligation that nothing has happened to."""
    return table.find_record(State, state_key(address)) or State(address=address, change=0)


def find_states(addresses: Iterable[Address]) -> dict[Address, State]:
    """The states there are of several obligations: one batch of reads for each hundred, none for none."""
    wanted = {state_key(address): address for address in addresses}
    found = table.find_items(wanted)
    return {wanted[key]: table.read_record(State, item) for key, item in found.items()}


def is_any_known(programme: str, period: str) -> bool:
    """Whether anything has happened in a period: one Query for one item."""
    return next(iter(table.query_items(states_pk(programme, period), most=1)), None) is not None


def query_period(programme: str, period: str) -> list[State]:
    """All states of a period, in the order of form and unit: one consistent Query, a page per megabyte.

    An obligation that nothing was ever sent for has no state. A state too large for an item costs one
    read of S3 more.
    """
    return table.query_records(State, states_pk(programme, period))
