"""What a unit said before, from the store: asked when an upload is taken in, and by every page that shows it."""

from __future__ import annotations

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.earlier import Earlier, find_places, take_earlier
from chalicelib.domain.submission.records import Address
from chalicelib.store import obligations, programmes


def find_earlier(programme: Programme, address: Address) -> Earlier:
    """The figures that the unit of `address` sent before its period.

    Costs one Query where the programme follows another one, and one batch of reads where there may be any figures.
    """
    places = find_places(address, programme, programmes.load_followed(programme))
    return take_earlier(places, obligations.find_states([*places.included, *places.last_year]))
