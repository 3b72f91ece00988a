"""The audit: who did what, when, to what. One builder and one list of actions for every door of the product."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain.programme.branches import split_branch
from chalicelib.domain.submission.records import Link, Record

SYSTEM = "tonghop"
"""The programme named in audit lines that belong to no programme."""


class Action(StrEnum):
    """All actions that are audited. The text is stored: never rename or reuse an action."""

    LINK_CREATED = "link.created"
    LINK_GIVEN = "link.given"
    LINK_OPENED = "link.opened"
    LINK_REVOKED = "link.revoked"
    LINK_RENEWED = "link.renewed"
    UPLOAD_PREPARED = "upload.prepared"
    UPLOAD_ACCEPTED = "upload.accepted"
    UPLOAD_REJECTED = "upload.rejected"
    UPLOAD_ALREADY_RECEIVED = "upload.already_received"
    UPLOAD_PURGED = "upload.purged"
    SUBMISSION_JUSTIFIED = "submission.justified"
    SUBMISSION_RETURNED = "submission.returned"
    SUBMISSION_WITHDRAWN = "submission.withdrawn"
    SUBMISSION_APPROVED = "submission.approved"
    SUBMISSION_RESTORED = "submission.restored"
    SUBMISSION_ENTERED = "submission.entered"
    SUBMISSION_CONFIRMED = "submission.confirmed"
    NOTE_WRITTEN = "note.written"
    EXCEPTION_GRANTED = "exception.granted"
    EXCEPTION_ENDED = "exception.ended"
    PROGRAMME_IMPORTED = "programme.imported"
    PROGRAMME_PROPOSED = "programme.proposed"
    PROPOSAL_WITHDRAWN = "proposal.withdrawn"
    RECHECK_ASKED = "recheck.asked"
    DRAFT_SAVED = "draft.saved"
    POINT_CONFIRMED = "point.confirmed"
    POINT_REOPENED = "point.reopened"
    EDITION_ASKED = "edition.asked"
    EDITION_PUBLISHED = "edition.published"
    EDITION_DOWNLOADED = "edition.downloaded"
    EDITION_FILES_REMOVED = "edition.files_removed"
    FILE_DOWNLOADED = "file.downloaded"
    CONSOLE_SIGNED_IN = "console.signed_in"
    PASSWORD_CHANGED = "user.password_changed"  # noqa: S105 - the name of an action
    USER_ADDED = "user.added"
    USER_GRANTED = "user.granted"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"
    USER_REMOVED = "user.removed"
    USER_PASSWORD_RESET = "user.password_reset"  # noqa: S105 - the name of an action
    FACTOR_ASKED = "user.factor_asked"
    FACTOR_WITHDRAWN = "user.factor_withdrawn"
    FACTOR_RENEWED = "user.factor_renewed"
    REMINDER_SENT = "reminder.sent"
    REMINDER_FAILED = "reminder.failed"
    OUTCOME_SENT = "outcome.sent"
    OUTCOME_FAILED = "outcome.failed"
    LETTER_UNCLEAR = "letter.unclear"
    LETTER_WRITTEN = "letter.written"
    REMARK_WRITTEN = "remark.written"
    FEEDBACK_OPENED = "feedback.opened"
    TEXTS_CHANGED = "texts.changed"
    CONTACT_CHANGED = "contact.changed"
    CONTACT_UNREACHED = "contact.unreached"
    AUDIT_EXPORTED = "audit.exported"


class Stamp(NamedTuple):
    """Who acts, and when. Actors: "pv05:an", "unit:A12", "operator:root", "schedule"."""

    actor: str
    at: datetime


class AuditLine(Record):
    """One line of the audit. Never holds cell contents, an email address or a token.

    `action` is text, so that an older version can read actions that a later one added.
    """

    at: datetime
    actor: str
    action: str
    subject: str
    programme: str
    details: dict[str, str] = {}  # noqa: RUF012 - a frozen record copies its default


def make_line(action: Action, subject: str, *, programme: str, stamp: Stamp, **details: str) -> AuditLine:
    """The line of one action; `details` are words or codes, never contents."""
    return AuditLine(
        at=stamp.at, actor=stamp.actor, action=action, subject=subject, programme=programme, details=details
    )


def name_period(part: str, *, period: str, edition: int = 0) -> str:
    """A period of a programme or of a branch, or an edition of it, as subjects of lines name it: "mau/B1/nam/3"."""
    return "/".join(filter(None, (*split_branch(part), period, str(edition or ""))))


def make_link_line(action: Action, link: Link, *, stamp: Stamp, **details: str) -> AuditLine:
    """A line about a unit's link: its unit and the link's name, which does not open anything."""
    return make_line(action, f"unit:{link.unit}", programme=link.programme, stamp=stamp, link=link.name, **details)
