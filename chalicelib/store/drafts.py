"""Versions of the office's draft of a period's report: numbered from 1. Each number is used once."""

from __future__ import annotations

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.period.draft import Draft, DraftVersion
from chalicelib.store import table
from chalicelib.store.addresses import draft_key, drafts_pk
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed


class DraftMoved(ConditionFailed):
    """Another version was kept since the latest one was read."""


def put_draft(draft: Draft, line: AuditLine) -> None:
    """Keeps the next version with its audit line. Raises DraftMoved if its number is taken."""
    key = draft_key(draft.programme, period=draft.period, number=draft.number)
    table.write([table.put(key, draft, broken=DraftMoved), put_line(line)], subject=f"{key.pk} {draft.number}")


def find_draft(programme: str, *, period: str, number: int) -> Draft | None:
    return table.find_record(Draft, draft_key(programme, period=period, number=number))


def find_latest_draft(programme: str, *, period: str) -> Draft | None:
    return table.find_latest(Draft, drafts_pk(programme, period=period))


def list_versions(programme: str, *, period: str) -> list[DraftVersion]:
    """Who has changed which heading when, oldest first, without the texts."""
    return table.query_parts(DraftVersion, drafts_pk(programme, period=period))
