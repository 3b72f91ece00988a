"""The office's confirmations of points of a period. None is replaced: an edition is remade with those of its day."""

from __future__ import annotations

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.period.points import Confirmation
from chalicelib.store import table
from chalicelib.store.addresses import confirmation_key, confirmations_pk
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed


def put_confirmation(programme: str, *, period: str, confirmation: Confirmation, line: AuditLine) -> None:
    key = confirmation_key(programme, period=period, point=confirmation.point, at=confirmation.at)
    table.write([table.put(key, confirmation, broken=ConditionFailed), put_line(line)], subject="confirmation")


def list_confirmations(programme: str, *, period: str) -> list[Confirmation]:
    """All confirmations of a period, those of one point oldest first."""
    return table.query_records(Confirmation, confirmations_pk(programme, period=period))
