"""Storage errors are translated once, and say who must act."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from chalicelib.store.errors import (
    ConditionFailed,
    Conflict,
    Damaged,
    Denied,
    NotFound,
    ReceiptExists,
    StateMoved,
    StorageError,
    Throttled,
    Unavailable,
    translate,
    translated,
)


def client_error(code: str, **more: Any) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "secret contents"}, **more}
    return ClientError(response, "Operation")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("NoSuchKey", NotFound),
        ("NoSuchVersion", NotFound),
        ("404", NotFound),
        ("AccessDenied", Denied),
        ("AccessDeniedException", Denied),
        ("KMS.DisabledException", Denied),
        ("KMSInvalidStateException", Denied),
        ("ExpiredToken", Denied),
        ("SlowDown", Throttled),
        ("ThrottlingException", Throttled),
        ("ProvisionedThroughputExceededException", Throttled),
        ("TransactionInProgressException", Conflict),
        ("IdempotentParameterMismatchException", Conflict),
        ("InternalServerError", Unavailable),
        ("ServiceUnavailable", Unavailable),
        ("ConditionalCheckFailedException", ConditionFailed),
        ("PreconditionFailed", ConditionFailed),
        ("ResourceNotFoundException", StorageError),
        ("ValidationException", StorageError),
    ],
)
def test_each_code_has_its_kind(code: str, kind: type[StorageError]) -> None:
    error = translate(client_error(code), "inbox/x")
    assert type(error) is kind
    assert "secret contents" not in str(error)


@pytest.mark.parametrize(
    ("reasons", "kind"),
    [
        (["ConditionalCheckFailed", "None"], ReceiptExists),
        (["None", "ConditionalCheckFailed"], StateMoved),
        (["ConditionalCheckFailed", "ConditionalCheckFailed"], ReceiptExists),
        (["TransactionConflict", "ConditionalCheckFailed"], StateMoved),
        (["None", "TransactionConflict"], Conflict),
        (["ThrottlingError", "None"], Throttled),
        (["ProvisionedThroughputExceeded", "None"], Throttled),
        (["None", "ValidationError"], StorageError),
        ([], StorageError),
    ],
)
def test_a_cancelled_transaction_names_the_condition_that_did_not_hold(
    reasons: list[str], kind: type[StorageError]
) -> None:
    told = [{"Code": reason} for reason in reasons]
    error = client_error("TransactionCanceledException", CancellationReasons=told)
    assert type(translate(error, "x", [ReceiptExists, StateMoved])) is kind


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (ReadTimeoutError(endpoint_url="x"), Unavailable),
        (EndpointConnectionError(endpoint_url="x"), Unavailable),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), Unavailable),
        (NoCredentialsError(), Denied),
    ],
)
def test_an_answer_that_does_not_come_is_unavailable(raised: Exception, kind: type[StorageError]) -> None:
    with pytest.raises(kind), translated("x"):
        raise raised


def test_a_mistake_of_ours_stays_what_it_is() -> None:
    with pytest.raises(ParamValidationError), translated("x"):
        raise ParamValidationError(report="x")
    with pytest.raises(Damaged), translated("x"):
        raise Damaged("y")
