"""Letters by e-mail through SES, and what SES says of those that did not arrive. Nothing is sent without a sender's
address in the settings.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from email.utils import parseaddr
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.domain.period.contacts import Contact, Reason, Trouble
from chalicelib.external.channel import NotTaken
from chalicelib.store.errors import translated

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient


@cache
def _ses() -> SESClient:
    """A client without retries, because a retried letter may arrive twice."""
    return boto3.client("ses", config=Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1}))


def is_ready() -> bool:
    """Whether the settings have a sender's address."""
    return bool(_find_sender())


def find_address(contact: Contact) -> str:
    return "" if contact.failing else contact.mail


def send(to: str, *, subject: str, text: str) -> None:
    """Sends one plain letter to one address.

    Raises NotTaken if the letter or the address is wrong, or if SES refuses (sandbox, quota, missing right); and
    StorageErrors.
    """
    letter = {"Subject": {"Data": subject, "Charset": "UTF-8"}, "Body": {"Text": {"Data": text, "Charset": "UTF-8"}}}
    with translated("mail"):
        try:
            _ses().send_email(
                Source=_find_sender(),
                Destination={"ToAddresses": [to]},
                Message=letter,  # type: ignore[arg-type]
                **_name_events(),
            )
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            code = error.response.get("Error", {}).get("Code", "")
            if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and "Throttl" not in code:
                raise NotTaken(code) from error
            raise


def _name_events() -> Any:
    """The configuration set, by which SES tells of the letter's fate."""
    name = os.environ.get("TONGHOP_MAIL_EVENTS", "")
    return {"ConfigurationSetName": name} if name else {}


def _find_sender() -> str:
    return os.environ.get("TONGHOP_MAIL_FROM", "")


# Letters that did not arrive

_SOURCE = "aws.ses"
_RECIPIENTS = {
    "Email Bounced": ("bounce", "bounceSubType", "bouncedRecipients"),
    "Email Complaint Received": ("complaint", "complaintSubType", "complainedRecipients"),
}
"""What EventBridge calls the two events, and the names of their parts."""

_SUPPRESSED = ("OnAccountSuppressionList", "Suppressed")
_MOST_RECIPIENTS = 50
"""SES sends a letter to no more; ours go to one."""


class MailUnreadable(ValueError):
    """An event of SES that no retry can make readable. The message holds nothing of the event."""


class Undelivered(NamedTuple):
    """The addresses, in small letters, that a letter did not reach, and why."""

    addresses: frozenset[str]
    trouble: Trouble | None
    """None if the next letter may well arrive: a full mailbox, a server that is away."""


def parse_event(body: str) -> Undelivered | None:
    """What an event of SES says, as EventBridge hands it on; None if it is none of SES. Raises MailUnreadable."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or event.get("source") != _SOURCE:
        return None
    try:
        return _read_event(event)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise MailUnreadable("an event of SES lacks a part") from None


def _read_event(event: dict[str, Any]) -> Undelivered:
    part, kind, recipients = _RECIPIENTS[event["detail-type"]]
    told = event["detail"][part]
    if len(told[recipients]) > _MOST_RECIPIENTS:
        raise ValueError
    addresses = frozenset(parseaddr(each["emailAddress"].strip())[1].casefold() for each in told[recipients])
    sent = datetime.fromisoformat(event["detail"]["mail"]["timestamp"]).astimezone(UTC)
    reason = _find_reason(told, told.get(kind))
    return Undelivered(addresses - {""}, Trouble(reason=reason, sent=sent) if reason else None)


def _find_reason(told: dict[str, Any], subtype: Any) -> Reason | None:
    if subtype in _SUPPRESSED:
        return Reason.SUPPRESSED
    if "bounceType" not in told:
        return Reason.COMPLAINED
    return Reason.REFUSED if told["bounceType"] == "Permanent" else None
