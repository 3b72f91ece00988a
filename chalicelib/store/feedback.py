"""What the office told each unit about a period, and when the unit looked at it: one small item for each unit."""

from __future__ import annotations

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.feedback import Feedback
from chalicelib.store import table
from chalicelib.store.addresses import feedback_key, feedback_pk
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed


class FeedbackMoved(ConditionFailed):
    """Somebody else has written it since it was read."""


def find_feedback(programme: str, *, period: str, unit: str) -> Feedback:
    """The feedback, or an empty one (`change` 0) if there was none yet."""
    found = table.find_record(Feedback, feedback_key(programme, period=period, unit=unit))
    return found or Feedback(unit=unit)


def list_feedback(programme: str, *, period: str) -> dict[str, Feedback]:
    """All of a period, by unit: one Query."""
    found = table.query_records(Feedback, feedback_pk(programme, period=period))
    return {each.unit: each for each in found}


def put_feedback(programme: str, *, period: str, feedback: Feedback, line: AuditLine) -> None:
    """Writes it over the one that it was made from. Raises FeedbackMoved."""
    key = feedback_key(programme, period=period, unit=feedback.unit)
    write = table.put_after(key, feedback, change=feedback.change - 1, broken=FeedbackMoved)
    table.write([write, put_line(line)], subject="feedback")
