"""Events of SES as EventBridge hands them on, with addresses that must stand in no log and no line of the audit."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from tests.store.sample import NOON

RETURNED = "vanthu@xa-178.example.vn"


def make_event(
    *addresses: str, kind: str = "Permanent", subtype: str = "General", sent: datetime = NOON, **changed: Any
) -> str:
    """The body of the queue's message about a letter to these addresses that came back."""
    recipients = [{"emailAddress": each, "status": "5.1.1"} for each in addresses or (RETURNED,)]
    told = {"bounceType": kind, "bounceSubType": subtype, "bouncedRecipients": recipients}
    return _make("Email Bounced", {"eventType": "Bounce", "bounce": told}, sent, changed)


def make_complaint(address: str = RETURNED, *, sent: datetime = NOON) -> str:
    told = {"complaintSubType": None, "complainedRecipients": [{"emailAddress": address}]}
    return _make("Email Complaint Received", {"eventType": "Complaint", "complaint": told}, sent, {})


def _make(name: str, detail: dict[str, Any], sent: datetime, changed: dict[str, Any]) -> str:
    letter = {"timestamp": sent.isoformat().replace("+00:00", "Z"), "destination": [RETURNED], "messageId": "1"}
    detail |= {"mail": letter}
    return json.dumps({"version": "0", "source": "aws.ses", "detail-type": name, "detail": detail} | changed)
