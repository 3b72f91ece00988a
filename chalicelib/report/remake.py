"""Makes an edition again from its recorded inputs: the revisions it names and the data it was made with.

The bytes are the same if the code is the same and, for a programme without its own Word template, the shipped
template is the same. The edition recorded the code's version and the template's hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import Difference, EditionInfo
from chalicelib.domain.period.plausibility import add_points
from chalicelib.domain.period.points import Confirmation
from chalicelib.domain.programme.branches import narrow, split_branch
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Edition, Review, State, Submission
from chalicelib.report.files import JSON
from chalicelib.report.gather import describe_makers, load_template
from chalicelib.report.rendering import Rendered, make_files
from chalicelib.store import confirmations as kept
from chalicelib.store import drafts, editions, programmes, submissions, uploads
from chalicelib.store.addresses import is_draft_file
from chalicelib.store.errors import NotFound, missing_is_denied

LoadProgramme = Callable[[str, int], Programme]
FindRevision = Callable[[Address, int], Submission | None]


class InputMissing(Exception):
    """A revision, a version of the draft or a confirmation that the edition was made from no longer exists."""


@dataclass(frozen=True)
class Remade:
    """A stored edition made again: its files and why others could not be made, which of all differ from the stored
    ones, and the versions it was made with then and now."""

    files: Mapping[str, bytes]
    missing: Mapping[str, str]
    differing: tuple[str, ...]
    made_with: Mapping[str, str]
    made_with_now: Mapping[str, str]


def remake_stored(programme: str, *, period: str, number: int) -> Remade:
    """Makes a stored edition again and compares it byte for byte with its stored files; a draft's that are gone are
    compared by their recorded hashes.

    `programme` is its code, or names one branch of it.
    Raises NotFound and InputMissing.
    """
    edition = editions.find_edition(programme, period=period, number=number)
    if edition is None:
        raise NotFound(f"edition {programme}/{period}/{number}")
    data = uploads.read_report(edition.files[JSON])
    stored = {name: _hash_stored(key, recorded=edition.hashes.get(name, "")) for name, key in edition.files.items()}
    code, _ = split_branch(programme)
    template = load_template(code, edition.programme_version, period)
    files, missing = remake_edition(
        data, template=template, load=programmes.load_version, find=submissions.find_revision,
        texts=_find_texts(edition), confirmations=_list_confirmations(edition),
    )  # fmt: skip
    return Remade(
        files=files,
        missing=missing,
        differing=tuple(
            name
            for name in sorted(files.keys() | stored.keys())
            if name not in files or _hash(files[name]) != stored.get(name)
        ),
        made_with=json.loads(data)["inputs"]["made_with"],
        made_with_now=describe_makers(template),
    )


def _hash_stored(key: str, *, recorded: str) -> str:
    """A file's hash as it lies there, and as it was recorded where a draft's is gone: a table that was restored may not
    know that the file was removed."""
    try:
        with missing_is_denied(key):
            return _hash(uploads.read_report(key))
    except NotFound:
        if not is_draft_file(key):
            raise
    return recorded


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _find_texts(edition: Edition) -> Mapping[str, str]:
    """The office's own texts, in the version that the edition was made with. Raises InputMissing."""
    number = int(edition.office.get("draft", 0))
    draft = drafts.find_draft(edition.programme, period=edition.period, number=number) if number else None
    if number and draft is None:
        raise InputMissing(f"dự thảo {edition.period} {number}")
    return draft.texts if draft else {}


def _list_confirmations(edition: Edition) -> list[Confirmation]:
    """The confirmations that the edition was made with. Raises InputMissing."""
    number = int(edition.office.get("confirmations", 0))
    known = kept.list_confirmations(edition.programme, period=edition.period)[:number] if number else []
    if len(known) != number:
        raise InputMissing(f"xác nhận {edition.period} {number}")
    return known


def remake_edition(
    recorded: bytes,
    *,
    template: bytes,
    load: LoadProgramme,
    find: FindRevision,
    texts: Mapping[str, str] | None = None,
    confirmations: Sequence[Confirmation] = (),
) -> Rendered:
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
    consolidation = _consolidate(raw["inputs"], made_at, load, find)
    return make_files(consolidation, add_points(info, consolidation, confirmations), template, texts)


def _consolidate(
    manifest: Mapping[str, Any], as_of: datetime, load: LoadProgramme, find: FindRevision
) -> Consolidation:
    """One consolidation; first those that it is compared with."""
    whole = load(manifest["programme"], manifest["programme_version"])
    programme = narrow(whole, manifest.get("branch", ""))
    previous, earlier = (_consolidate(each, as_of, load, find) if each else None for each in manifest["compared"])
    return consolidate(
        programme,
        manifest["period"],
        (restore_state(manifest, told=each, find=find, as_of=as_of) for each in manifest["states"]),
        as_of=as_of,
        previous=previous,
        earlier=earlier,
        made_with=manifest["made_with"],
        office=manifest.get("office"),
    )


def restore_state(
    manifest: Mapping[str, Any], *, told: Mapping[str, Any], find: FindRevision, as_of: datetime
) -> State:
    """One state of those that a manifest tells (`told`). Raises InputMissing."""
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
