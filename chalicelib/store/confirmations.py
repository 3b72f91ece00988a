"""The office's confirmations of points of a period, numbered from 1. Each number is used once, and none is replaced: an
edition is made again with those that it had."""

from __future__ import annotations

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.period.points import Confirmation
from chalicelib.store import table
from chalicelib.store.addresses import confirmation_key, confirmations_pk
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed


class ConfirmationExists(ConditionFailed):
    """Somebody else has confirmed a point of the period under this number."""


def put_confirmation(programme: str, *, period: str, confirmation: Confirmation, line: AuditLine) -> None:
    """Keeps the next confirmation with its audit line. Raises ConfirmationExists if its number is taken."""
    key = confirmation_key(programme, period=period, number=confirmation.number)
    table.write([table.put(key, confirmation, broken=ConfirmationExists), put_line(line)], subject=f"{key.pk} {key.sk}")


def list_confirmations(programme: str, *, period: str) -> list[Confirmation]:
    """All confirmations of a period, oldest first."""
    return table.query_records(Confirmation, confirmations_pk(programme, period=period))
