"""Letters to units, and the office's own texts for them.

A letter is written step by step, and only by the process that read it last.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.letters import Letter, LetterText, OutcomeLetter, Reminder
from chalicelib.store import table
from chalicelib.store.addresses import (
    Key,
    outcome_letter_key,
    outcome_letters_pk,
    reminded_key,
    reminded_pk,
    render_time,
    text_key,
    texts_pk,
)
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed


class LetterMoved(ConditionFailed):
    """Another process moved this letter since it was read: it is sending it, or has sent it."""


def list_reminders(programme: str, *, period: str) -> list[Reminder]:
    return table.query_records(Reminder, reminded_pk(programme, period=period))


def list_outcome_letters(programme: str, *, period: str, since: datetime | None = None) -> list[OutcomeLetter]:
    """The letters about uploads of a period that were answered `since` this time, in the order of their receipts."""
    start = render_time(since) if since else ""
    return table.query_records(OutcomeLetter, outcome_letters_pk(programme, period=period), since=start)


def move(programme: str, *, period: str, letter: Letter, line: AuditLine | None = None) -> None:
    """Writes a letter's next step, with its audit line where it has one. Raises LetterMoved."""
    writes = [put_letter(programme, period=period, letter=letter), *([put_line(line)] if line else [])]
    table.write(writes, subject="letter")


def put_letter(programme: str, *, period: str, letter: Letter) -> table.Write:
    """The write of a letter over the one before it; of a first one where there is none."""
    key = _key(programme, period=period, letter=letter)
    return table.put_after(key, letter, change=letter.change - 1, broken=LetterMoved)


def _key(programme: str, *, period: str, letter: Letter) -> Key:
    if isinstance(letter, OutcomeLetter):
        return outcome_letter_key(programme, period=period, answered=letter.answered, upload_id=letter.upload_id)
    return reminded_key(programme, period=period, moment=letter.moment, form=letter.form, unit=letter.unit)


# Texts


def put_text(programme: str, text: LetterText, line: AuditLine) -> None:
    """Replaces the text of a moment. As with contacts, the audit line makes each request unique."""
    write = table.put_fields(text_key(programme, moment=text.moment), text.model_dump())
    table.write([write, put_line(line)], subject="text")


def find_texts(programme: str) -> dict[str, LetterText]:
    """The changed texts, by moment."""
    return {text.moment: text for text in table.query_records(LetterText, texts_pk(programme))}
