"""Whom the office reaches at a unit."""

from __future__ import annotations

from chalicelib.domain.submission.records import Record


class Contact(Record):
    """Whom to call at a unit. Optional personal data for the office alone: never in a report or an audit line."""

    unit: str
    name: str = ""
    phone: str = ""
    mail: str = ""
