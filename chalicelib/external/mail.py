"""Letters by e-mail through SES. Nothing is sent without a sender's address in the settings."""

from __future__ import annotations

import os
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.domain.period.contacts import Contact
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
    return contact.mail


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
            )
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            code = error.response.get("Error", {}).get("Code", "")
            if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and "Throttl" not in code:
                raise NotTaken(code) from error
            raise


def _find_sender() -> str:
    return os.environ.get("TONGHOP_MAIL_FROM", "")
