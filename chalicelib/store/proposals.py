"""Proposals: a programme's whole files as somebody proposes them, with what became of them. At most one is open.

A proposal is numbered from 1 within the programme on whose page it was made; its files lie in S3 under their hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.audit import AuditLine, Stamp
from chalicelib.domain.submission.records import Record
from chalicelib.store import objects, programmes, table
from chalicelib.store.addresses import proposal_files_key, proposal_key, proposals_pk
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed
from chalicelib.store.programmes import Files, Version, dump_files, read_files


class ProposalMoved(ConditionFailed):
    """Another proposal was made, or this one was decided, since it was read."""


class ProposalState(StrEnum):
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    IN_FORCE = "in_force"


class Proposal(Record):
    """`code` is the programme that the files make: the same one, or a new one. `based_on` is the version in force then,
    0 for a new programme. `told` is what has to be confirmed or read again. `change` counts the writes of the record.
    """

    programme: str
    number: int
    code: str
    based_on: int
    what: str
    key: str
    sha256: str
    proposed: datetime
    actor: str
    told: tuple[str, ...] = ()
    change: int = 1
    state: ProposalState = ProposalState.OPEN
    decided: datetime | None = None
    decided_by: str = ""
    version: int = 0

    @property
    def is_open(self) -> bool:
        return self.state is ProposalState.OPEN

    @property
    def proposer(self) -> str:
        """The user's name."""
        return self.actor.removeprefix("pv05:")

    @property
    def name(self) -> str:
        return f"{self.code} V{self.based_on + 1}"

    def holds(self, files: Files) -> bool:
        """Whether exactly these files are proposed."""
        return self.sha256 == _hash(files)

    def close(self, state: ProposalState, *, stamp: Stamp, version: int = 0) -> Proposal:
        """The proposal as it is once that was decided."""
        decided = {"state": state, "decided": stamp.at, "decided_by": stamp.actor, "version": version}
        return self.model_copy(update={**decided, "change": self.change + 1})


def put_proposal(proposal: Proposal, files: Files, line: AuditLine) -> None:
    """Keeps a new proposal with its files. Raises ProposalMoved if its number is taken."""
    objects.put_object(proposal.key, dump_files(files), content_type="application/json")
    key = proposal_key(proposal.programme, proposal.number)
    table.write([table.put(key, proposal, broken=ProposalMoved), put_line(line)], subject=proposal.name)


def name_files(programme: str, number: int, files: Files) -> tuple[str, str]:
    """Where the files of a proposal lie, and their hash."""
    sha256 = _hash(files)
    return proposal_files_key(programme, number, sha256), sha256


def _hash(files: Files) -> str:
    return hashlib.sha256(dump_files(files)).hexdigest()


def put_version(version: Version, files: Files, line: AuditLine, *, closed: Proposal | None) -> None:
    """Puts a version in force, and with it what was decided on its proposal, if it comes from one.

    Raises VersionExists, and ProposalMoved if the proposal was decided before.
    """
    programmes.put_version(version, files, line, also=[_write_closed(closed)] if closed else ())


def _write_closed(closed: Proposal) -> table.Write:
    key = proposal_key(closed.programme, closed.number)
    return table.put_after(key, closed, change=closed.change - 1, broken=ProposalMoved)


def put_closed(closed: Proposal, line: AuditLine) -> None:
    """Records what was decided. Raises ProposalMoved if it was decided before."""
    table.write([_write_closed(closed), put_line(line)], subject=closed.name)


def find_latest_proposal(programme: str) -> Proposal | None:
    return table.find_latest(Proposal, proposals_pk(programme))


def list_proposals(programme: str) -> Sequence[Proposal]:
    return table.query_records(Proposal, proposals_pk(programme))


def load_proposed(proposal: Proposal) -> dict[str, bytes]:
    """All files of the proposal."""
    return dict(read_files(proposal.key, sha256=proposal.sha256))
