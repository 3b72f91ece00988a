"""The part of a programme that concerns one branch: a unit with those below it.

Whatever is made of a narrowed programme (a consolidation, an edition, a page) knows no other units.
"""

from __future__ import annotations

from chalicelib.domain.programme.model import Programme, Target, Unit

SEPARATOR = "@"
"""Between the codes of a programme and of a branch, where both stand as one word. No code has it."""


class BranchUnknown(KeyError):
    """No unit of the programme stands below a unit of this code."""


def list_branches(programme: Programme) -> tuple[str, ...]:
    """The codes of units above others, in the order of those below."""
    return tuple(dict.fromkeys(unit.parent for unit in programme.units if unit.parent))


def has_branch(programme: Programme, branch: str) -> bool:
    """Whether it can be narrowed to this: "" is the whole."""
    return not branch or branch in list_branches(programme)


def narrow(programme: Programme, branch: str) -> Programme:
    """The programme of the branch alone, with its own office if it issues reports; the whole for "".

    Targets of the whole say nothing of a branch and are left out. Raises BranchUnknown.
    """
    if not branch:
        return programme
    if not has_branch(programme, branch):
        raise BranchUnknown(branch)
    units = tuple(each for each in programme.units if _is_within(programme, each, branch))
    own = next((each for each in programme.branches if each.unit == branch), None)
    changed = {
        "units": units,
        "office": own.make_office(programme.office) if own else programme.office,
        "targets": tuple(_narrow_targets(programme.targets, {unit.code for unit in units})),
        "branches": (own,) if own else (),
        "branch": branch,
    }
    return Programme.model_construct(**{name: getattr(programme, name) for name in Programme.model_fields} | changed)


def _is_within(programme: Programme, unit: Unit, branch: str) -> bool:
    return branch == unit.code or branch in programme.list_above(unit)


def _narrow_targets(targets: tuple[Target, ...], units: set[str]) -> list[Target]:
    """Those of single units; a condition for named units stands only where one of them is."""
    narrowed = []
    for target in targets:
        conditions = tuple(each for each in target.conditions if not each.units or units.intersection(each.units))
        if target.scope == "unit" and conditions:
            narrowed.append(target.model_copy(update={"conditions": conditions}))
    return narrowed


def join_branch(code: str, *, branch: str) -> str:
    """ "mau@B1": the codes of a programme and of its branch as one word; the programme's code for the whole.

    Editions are kept under this word, and pages have it in their addresses.
    """
    return f"{code}{SEPARATOR}{branch}" if branch else code


def name_part(programme: Programme) -> str:
    return join_branch(programme.code, branch=programme.branch)


def split_branch(word: str) -> tuple[str, str]:
    """The code of the programme and of the branch, "" for the whole.

    >>> split_branch("mau@B1"), split_branch("mau")
    (('mau', 'B1'), ('mau', ''))
    """
    programme, _, branch = word.partition(SEPARATOR)
    return programme, branch
