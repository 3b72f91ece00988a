"""Reminders: their texts as PV05 wants them, and which unit was reminded of what when."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.submission import Record
from chalicelib.store import table
from chalicelib.store.records import Key


class Letter(Record):
    """The text of the reminder at one moment."""

    moment: str
    subject: str
    body: str


class Sent(Record):
    """One unit was reminded of one form at one moment of a period."""

    unit: str
    form: str
    moment: str
    at: datetime


def put_letter(programme: str, letter: Letter) -> None:
    write = table.put_fields(Key(f"T#{programme}", f"M#{letter.moment}"), letter.model_dump())
    table.write([write], subject="letter")


def find_letters(programme: str) -> dict[str, Letter]:
    """The changed texts, by moment."""
    return {letter.moment: letter for letter in table.query_records(Letter, f"T#{programme}", begins="M#")}


def put_sent(programme: str, period: str, sent: Sent) -> None:
    key = Key(f"M#{programme}#{period}", f"{sent.moment}#{sent.form}#{sent.unit}")
    table.write([table.put_fields(key, sent.model_dump())], subject="reminder")


def list_sent(programme: str, period: str) -> list[Sent]:
    return table.query_records(Sent, f"M#{programme}#{period}")
