"""Groups units before and after a reform into areas that can be compared.

A unit may become part of another one, or be divided between several. Figures are never divided: units that
share land are put into one area, and only whole areas are compared. Codes are reused over time, so a code
identifies a unit only together with its side of the reform.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.programme.model import Succession


@dataclass(frozen=True, slots=True)
class Area:
    """The smallest set of units on both sides that cover the same land. `divided` names the units whose land went
    to several successors; they can be compared only as part of the area."""

    before: frozenset[str]
    after: frozenset[str]
    divided: tuple[str, ...] = ()


Node = tuple[bool, str]
"""A unit's code with its side: True is after the reform."""


def find_areas(before: Collection[str], after: Collection[str], successions: Sequence[Succession]) -> tuple[Area, ...]:
    """Areas that hold the units `before` and `after`. Without `successions` a code is the same unit on both sides.

    A unit that no succession names (a department) is compared with itself. An area also names units of its
    land that are in neither collection, which shows that the area's reports are incomplete.
    """
    parent: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    for old, new in _find_links(before, after, successions):
        parent[root((False, old))] = root((True, new))
    asked = [(False, unit) for unit in before] + [(True, unit) for unit in after]
    wanted = {root(node) for node in asked}
    members: dict[Node, list[Node]] = {}
    for node in sorted(parent):
        members.setdefault(root(node), []).append(node)
    divided = _find_divided(successions)
    return tuple(_make_area(nodes, successions, divided) for top, nodes in members.items() if top in wanted)


def _find_links(
    before: Collection[str], after: Collection[str], successions: Sequence[Succession]
) -> Iterable[tuple[str, str]]:
    for each in successions:
        yield (each.old if each.old in before else each.old_parent), each.new
    named = {code for each in successions for code in (each.old, each.old_parent, each.new)}
    for unit in set(before) & set(after) - named:
        yield unit, unit


def _find_divided(successions: Sequence[Succession]) -> Mapping[str, str]:
    """Names, by code, of the old units whose land went to several new ones."""
    heirs: dict[str, set[str]] = {}
    for each in successions:
        heirs.setdefault(each.old, set()).add(each.new)
    return {each.old: each.old_name for each in successions if len(heirs[each.old]) > 1}


def _make_area(nodes: Sequence[Node], successions: Sequence[Succession], divided: Mapping[str, str]) -> Area:
    before = frozenset(unit for is_after, unit in nodes if not is_after)
    inside = {each.old for each in successions if each.old in before or each.old_parent in before}
    return Area(
        before=before,
        after=frozenset(unit for is_after, unit in nodes if is_after),
        divided=tuple(sorted(name for code, name in divided.items() if code in inside)),
    )
