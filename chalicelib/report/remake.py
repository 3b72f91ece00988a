"""An edition made again from what it recorded of its inputs: the revisions it names, the data it was made with.

The bytes are the same as long as the code is: its version stands among the inputs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import Difference, EditionInfo
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Review, State, Submission
from chalicelib.report.files import make_files

LoadProgramme = Callable[[str, int], Programme]
FindRevision = Callable[[Address, int], Submission | None]


class InputMissing(Exception):
    """A revision that the edition was made from is not there any more."""


def remake_edition(
    recorded: bytes,
    template: bytes,
    *,
    load: LoadProgramme,
    find: FindRevision,
) -> dict[str, bytes]:
    """The files of the edition whose JSON file is `recorded`. Raises InputMissing."""
    raw = json.loads(recorded)
    told = raw["edition"]
    made_at = datetime.fromisoformat(told["made"])
    info = EditionInfo(
        number=told["number"],
        made=made_at,
        is_frozen=told["frozen"],
        reason=told["reason"],
        differences=tuple(Difference(**each) for each in raw["differences"]),
        previous_number=told["previous"],
    )
    return make_files(_consolidate(raw["inputs"], made_at, load, find), info, template)


def _consolidate(
    manifest: Mapping[str, Any], as_of: datetime, load: LoadProgramme, find: FindRevision
) -> Consolidation:
    """One consolidation, and before it those that it is compared with."""
    programme = load(manifest["programme"], manifest["programme_version"])
    previous, earlier = (_consolidate(each, as_of, load, find) if each else None for each in manifest["compared"])
    return consolidate(
        programme,
        manifest["period"],
        [_restore_state(manifest, each, find, as_of) for each in manifest["states"]],
        as_of=as_of,
        previous=previous,
        earlier=earlier,
        made_with=manifest["made_with"],
    )


def _restore_state(manifest: Mapping[str, Any], told: Mapping[str, Any], find: FindRevision, as_of: datetime) -> State:
    address = Address(programme=manifest["programme"], period=manifest["period"], form=told["form"], unit=told["unit"])
    submission = find(address, told["revision"]) if told["revision"] else None
    if told["revision"] and (submission is None or submission.sha256 != told["sha256"]):
        raise InputMissing(f"{address.form} {address.unit} R{told['revision']}")
    return State(
        address=address,
        change=1,
        revision=told["revision"],
        submission=submission,
        first_received=_read(told["first_received"]),
        timeliness=Timeliness(told["timeliness"]) if told["timeliness"] else None,
        review=Review(told["review"]),
        comment=told["comment"],
        exception_until=_read(told["exception_until"]),
        exception_reason=told["exception_reason"],
        last_rejected=as_of + timedelta(seconds=1) if told["refused"] else None,
    )


def _read(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None
