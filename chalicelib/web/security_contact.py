"""security.txt (RFC 9116): the contact for reports of weaknesses, a setting of the deployment."""

from __future__ import annotations

import os
from datetime import timedelta

from chalicelib.web.problems import PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response

GOOD_FOR = timedelta(weeks=26)


def show_contact(request: Request) -> Response:
    """The file with the contact from the setting `SecurityContact`. Without the setting there is no such page."""
    contact = os.environ.get("TONGHOP_SECURITY_CONTACT", "").strip()
    if not contact:
        raise PageUnknown
    expires = (request.now + GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {_make_address(contact)}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: vi, en",
    )
    return Response(200, "\n".join(lines) + "\n", "text/plain; charset=utf-8")


def _make_address(contact: str) -> str:
    """RFC 9116 wants a URI; a plain e-mail address becomes one."""
    return contact if ":" in contact else f"mailto:{contact}"
