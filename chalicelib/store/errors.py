"""Failures of storage. botocore's errors are translated into these in this module only.

StorageError
├── ConditionFailed      a named condition of a conditional write does not hold
│   ├── ReceiptExists    this upload already has its receipt: another delivery was faster
│   ├── StateMoved       the state changed since the decision was made: gather and decide again
│   ├── RevisionExists   a revision of this number already exists
│   ├── EditionExists    an edition of this number already exists
│   ├── FateSettled      it is settled already what becomes of a draft's files
│   ├── VersionExists    a programme version of this number already exists
│   ├── LinkExists       a link with this token hash already exists
│   ├── LinkClosed       the link is unknown or revoked
│   └── LinkMoved        the link was revoked meanwhile, or has another expiry by now
├── Conflict             another transaction holds an item: try again
├── Throttled            too many requests, after all retries: try later
├── Unavailable          storage failed or did not answer; the write may have happened
├── NotFound             there is no such object
├── Denied               ours to mend: a policy, a key (KMS) or a credential refuses
└── Damaged              the bytes read differ in length or hash from the bytes stored
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
)
from botocore.exceptions import ConnectionError as NotConnected

UNANSWERED = (HTTPClientError, NotConnected, IncompleteReadError, FlexibleChecksumError)
"""What botocore raises when an answer is missing or incomplete. Errors caused by our mistakes are not translated."""

ClientUnusable = BotoCoreError
"""What botocore raises before any request: no region, no credentials, an endpoint that is no address."""


class StorageError(Exception):
    """Any refusal or failure of storage. The message names the record or object and storage's code, never contents."""


class ConditionFailed(StorageError):
    """A condition of a conditional write does not hold."""


class ReceiptExists(ConditionFailed):
    """This upload already has its receipt."""


class StateMoved(ConditionFailed):
    """The state of the obligation changed since it was read."""


class RevisionExists(ConditionFailed):
    """A revision of this number already exists."""


class EditionExists(ConditionFailed):
    """An edition of this number already exists."""


class FateSettled(ConditionFailed):
    """A draft's files were downloaded, and stay, or are removed already."""


class VersionExists(ConditionFailed):
    """A programme version of this number already exists."""


class LinkExists(ConditionFailed):
    """A link with this token hash already exists."""


class LinkClosed(ConditionFailed):
    """The link is unknown or revoked."""


class LinkMoved(ConditionFailed):
    """The link was revoked since it was read, or has another expiry."""


class Conflict(StorageError):
    """Another transaction holds one of the items."""


class Throttled(StorageError):
    """Too many requests, after all retries."""


class Unavailable(StorageError):
    """Storage failed or did not answer; a write may have happened."""


class NotFound(StorageError):
    """There is no such object."""


class Denied(StorageError):
    """A policy, a key or a credential refuses: a fault in operation, never the sender's."""


class Damaged(StorageError):
    """The bytes read differ in length or hash from the bytes stored."""


@contextmanager
def missing_is_denied(subject: str) -> Iterator[None]:
    """For reads without the right to list the bucket: S3 then answers "denied" for a missing object too.

    Raises NotFound for both answers.
    """
    try:
        with translated(subject):
            yield
    except Denied as error:
        raise NotFound(subject) from error


_KIND_BY_CODE: Mapping[str, type[StorageError]] = {
    **dict.fromkeys(("NoSuchKey", "NoSuchVersion", "NotFound", "404"), NotFound),
    **dict.fromkeys(
        (
            "AccessDenied", "AccessDeniedException", "403", "ExpiredToken", "ExpiredTokenException",
            "InvalidAccessKeyId", "SignatureDoesNotMatch", "UnrecognizedClientException",
        ),
        Denied,
    ),
    **dict.fromkeys(
        (
            "ThrottlingException", "ThrottlingError", "Throttling", "ProvisionedThroughputExceededException",
            "ProvisionedThroughputExceeded", "RequestLimitExceeded", "SlowDown", "TooManyRequestsException",
        ),
        Throttled,
    ),
    **dict.fromkeys(
        (
            "TransactionConflictException", "TransactionConflict", "TransactionInProgressException",
            # Two deliveries decided the same upload at once: one token, different times.
            "IdempotentParameterMismatchException", "ConditionalRequestConflict", "OperationAborted",
        ),
        Conflict,
    ),
    **dict.fromkeys(
        ("InternalServerError", "InternalError", "ServiceUnavailable", "RequestTimeout", "500", "502", "503", "504"),
        Unavailable,
    ),
}  # fmt: skip

Conditions = Sequence[type[ConditionFailed]]


@contextmanager
def translated(subject: str, conditions: Conditions = ()) -> Iterator[None]:
    """Raises a StorageError about `subject` for any botocore error raised inside.

    `conditions` gives, for each write in order, the error to raise when its condition does not hold.
    """
    try:
        yield
    except ClientError as error:
        raise translate(error, subject, conditions) from error
    except (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError) as error:
        raise Denied(f"{subject}: {type(error).__name__}") from error
    except UNANSWERED as error:
        raise Unavailable(f"{subject}: {type(error).__name__}") from error


def translate(error: ClientError, subject: str, conditions: Conditions = ()) -> StorageError:
    """The StorageError that says what `error` means."""
    code = error.response.get("Error", {}).get("Code", "")
    if code == "TransactionCanceledException":
        return _translate_reasons(error.response.get("CancellationReasons", []), subject, conditions)
    if code in ("ConditionalCheckFailedException", "PreconditionFailed", "412"):
        return (conditions[0] if conditions else ConditionFailed)(subject)
    # For example S3 writes KMS.DisabledException, DynamoDB KMSDisabledException.
    kind = Denied if code.startswith("KMS") else _KIND_BY_CODE.get(code, StorageError)
    return kind(f"{subject}: {code}")


def _translate_reasons(reasons: Sequence[Mapping[str, Any]], subject: str, conditions: Conditions) -> StorageError:
    """Picks one reason: a failed condition before a conflict, and conditions in the order of the writes."""
    codes = [str(reason.get("Code", "None")) for reason in reasons]
    for code, condition in zip(codes, conditions, strict=False):
        if code == "ConditionalCheckFailed":
            return condition(subject)
    told = [code for code in codes if code != "None"]
    kind = _KIND_BY_CODE.get(told[0], StorageError) if told else StorageError
    return kind(f"{subject}: {', '.join(told) or 'TransactionCanceledException'}")
