"""What a unit said before, from the store: asked when an upload is taken in, and by every page that shows it."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.earlier import YEARS_HELD, Earlier, find_places, take_earlier
from chalicelib.domain.submission.records import Address
from chalicelib.store import obligations, programmes


def find_earlier(programme: Programme, address: Address) -> Earlier:
    """The figures that the unit of `address` sent before its period."""
    return find_all_earlier(programme, [address])[address]


def find_all_earlier(programme: Programme, addresses: Iterable[Address]) -> dict[Address, Earlier]:
    """The earlier figures of several obligations.

    Costs one Query for each programme that is followed, and one batch of reads (per hundred) where there may be any
    figures.
    """
    followed = programmes.list_followed(programme, most=YEARS_HELD)
    places = {address: find_places(address, programme, *followed) for address in addresses}
    states = obligations.find_states(each for own in places.values() for each in own.all)
    return {address: take_earlier(own, states) for address, own in places.items()}
