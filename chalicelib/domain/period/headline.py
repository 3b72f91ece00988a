"""The province's figures of two editions side by side: which have changed, by how much, and over which units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.domain.values import Number


@dataclass(frozen=True, slots=True)
class Headline:
    """The province's figure of an indicator as an edition keeps it. `contributed` counts the units that it covers,
    `missing` names those that it lacks."""

    value: Number | None
    contributed: int
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HeadlineChange:
    """A figure of the province in an earlier and a later edition; None on the side that does not have it."""

    indicator: str
    before: Headline | None
    after: Headline | None

    @property
    def values(self) -> tuple[Number | None, Number | None]:
        """Before and after."""
        before, after = (side.value if side else None for side in (self.before, self.after))
        return before, after

    @property
    def is_of_other_units(self) -> bool:
        """Whether the two figures cover different units, so that the difference is not only one of their work."""
        sides = [(side.contributed, side.missing) for side in (self.before, self.after) if side]
        return len(set(sides)) > 1


def find_headline_changes(
    before: Mapping[str, Headline], after: Mapping[str, Headline], *, order: Iterable[str]
) -> Iterator[HeadlineChange]:
    """The figures of the province that differ, in this order of indicators; those that it does not name come last."""
    for code in dict.fromkeys((*order, *before, *after)):
        change = HeadlineChange(code, before.get(code), after.get(code))
        old, new = change.values
        if old != new:
            yield change
