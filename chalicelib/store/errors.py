"""What storage can answer instead of doing what was asked, translated from botocore in this one place.

StorageError
├── ConditionFailed      a named condition of a conditional write does not hold
│   ├── ReceiptExists    this upload has its receipt already: another delivery was faster
│   ├── StateMoved       the state changed since the decision was made: gather and decide again
│   ├── RevisionExists   a revision of this number stands already
│   ├── EditionExists    an edition of this number stands already
│   ├── VersionExists    a programme version of this number stands already
│   ├── LinkExists       a link with this token hash stands already
│   └── LinkClosed       the link is unknown or revoked
├── Conflict             another transaction holds an item: try again
├── Throttled            too much at once, after all retries: try later
├── Unavailable          storage failed or did not answer; the write may have happened
├── NotFound             there is no such object
├── Denied               ours to mend: a policy, a key (KMS) or a credential refuses
└── Damaged              bytes that came differ in length or hash from what was stored
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
"""What botocore raises where an answer did not come, or not whole. What is a mistake of ours stays as it is."""

ClientUnusable = BotoCoreError
"""botocore's own complaint before any request: no region, no credentials, an endpoint that is no address."""


class StorageError(Exception):
    """Any refusal or failure of storage; the message names the thing and storage's own code, never contents."""


class ConditionFailed(StorageError):
    """A condition of a conditional write does not hold."""


class ReceiptExists(ConditionFailed):
    """This upload has its receipt already."""


class StateMoved(ConditionFailed):
    """The state of the obligation changed since it was read."""


class RevisionExists(ConditionFailed):
    """A revision of this number stands already."""


class EditionExists(ConditionFailed):
    """An edition of this number stands already."""


class VersionExists(ConditionFailed):
    """A programme version of this number stands already."""


class LinkExists(ConditionFailed):
    """A link with this token hash stands already."""


class LinkClosed(ConditionFailed):
    """The link is unknown or revoked."""


class Conflict(StorageError):
    """Another transaction holds one of the items."""


class Throttled(StorageError):
    """Too much at once, after all retries."""


class Unavailable(StorageError):
    """Storage failed or did not answer; a write may have happened."""


class NotFound(StorageError):
    """There is no such object."""


class Denied(StorageError):
    """A policy, a key or a credential refuses: an operational fault, never the sender's."""


class Damaged(StorageError):
    """Bytes that came differ in length or hash from what was stored."""


@contextmanager
def missing_is_denied(subject: str) -> Iterator[None]:
    """For reads by who may not list a bucket: S3 then says "denied" of what is not there. Raises NotFound for both."""
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
            # The same upload was decided twice at once, under one token, with different times in it.
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
    """Raises a StorageError about `subject` for whatever botocore raises inside.

    `conditions` names, write by write, what it means that the condition of this write does not hold.
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
    # S3 writes KMS.DisabledException, DynamoDB KMSDisabledException, and more of the kind.
    kind = Denied if code.startswith("KMS") else _KIND_BY_CODE.get(code, StorageError)
    return kind(f"{subject}: {code}")


def _translate_reasons(reasons: Sequence[Mapping[str, Any]], subject: str, conditions: Conditions) -> StorageError:
    """A failed condition says more than a conflict beside it, and conditions count in the order of the writes."""
    codes = [str(reason.get("Code", "None")) for reason in reasons]
    for code, condition in zip(codes, conditions, strict=False):
        if code == "ConditionalCheckFailed":
            return condition(subject)
    told = [code for code in codes if code != "None"]
    kind = _KIND_BY_CODE.get(told[0], StorageError) if told else StorageError
    return kind(f"{subject}: {', '.join(told) or 'TransactionCanceledException'}")
