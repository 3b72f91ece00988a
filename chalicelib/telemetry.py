"""Structured logs of the Lambda functions, and metrics as log lines (CloudWatch's embedded metric format).

An upload has one id from its preparation to its receipt. The id is part of its storage key, and every log line about
the upload has it as `correlation_id`. No line holds the contents of a cell. An exception is logged with its type and
its places in our code, without its message, because messages of libraries quote what they could not read.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import Any, ParamSpec

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from chalicelib.domain.issues.issue import Severity
from chalicelib.domain.submission.records import Answer, Receipt

_NAMESPACE = "tonghop"
_METRIC_BY_ANSWER = {
    Answer.ACCEPTED: "Accepted",
    Answer.REJECTED: "Rejected",
    Answer.ALREADY_RECEIVED: "AlreadyReceived",
}

_SAFE = ("chalicelib.store", "chalicelib.external", "chalicelib.intake")
"""Rooms whose exceptions hold keys, ids and codes, never contents."""

Given = ParamSpec("Given")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Failed(RuntimeError):
    """A function failed. The message is the type of the exception; the log has its place."""


class _Formatter(LambdaPowertoolsFormatter):
    """Writes one line of JSON, without the messages of exceptions that are not our own."""

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - logging's own name
        error = ei[1]
        return "" if error is None else describe_error(error)


def describe_error(error: BaseException) -> str:
    """The types and places of an exception and its causes; messages only of our own exceptions."""
    parts = []
    link: BaseException | None = error
    while link is not None:
        said = f": {link}" if type(link).__module__.startswith(_SAFE) else ""
        parts.append(f"{type(link).__name__}{said}\n{_list_places(link)}")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\n".join(parts)


def _list_places(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)


@cache
def _set_up() -> _Formatter:
    """Makes the root logger write JSON, so that every module's ordinary logging does."""
    formatter = _Formatter(service=_name_service(), utc=True, serialize_stacktrace=False)
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler(sys.stdout))
    for handler in root.handlers:
        handler.setFormatter(formatter)
    root.setLevel(os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO"))
    logging.getLogger("botocore").setLevel(logging.WARNING)
    return formatter


def _name_service() -> str:
    return os.environ.get("POWERTOOLS_SERVICE_NAME", "tonghop")


@contextmanager
def watch(function: str, *, correlation_id: str = "", **facts: str) -> Iterator[None]:
    """Adds these facts to every line logged inside. Logs an exception raised inside and raises it again as Failed,
    because the runtime would print its message."""
    formatter = _set_up()
    given = {"function": function, "correlation_id": correlation_id} | facts
    formatter.append_keys(**{name: text for name, text in given.items() if text})
    try:
        yield
    except Exception as error:
        logging.getLogger(__name__).exception("%s failed", function)
        raise Failed(type(error).__name__) from None
    finally:
        formatter.remove_keys(given)


def note(message: str, **facts: Any) -> None:
    """Writes one line to the log; `facts` are codes, counts and ids."""
    logging.getLogger(__name__).info(message, extra=facts)


def correlate(key: str) -> str:
    """The upload's id from its storage key, also for a key that this system did not mint."""
    return key.rpartition("/")[2][:64]


def count_receipt(receipt: Receipt) -> None:
    """Counts one receipt: its outcome, its codes, and the time since storage received the file."""
    codes = Counter(issue.code for issue in receipt.issues if issue.severity is Severity.ERROR)
    waited = _milliseconds(receipt.received, receipt.decided)
    put_metrics({_METRIC_BY_ANSWER[receipt.answer]: 1}, TimeToReceipt=waited)
    if receipt.answer is Answer.REJECTED:
        for code in codes:
            _count_code(code)
    note(
        "receipt", correlation_id=receipt.upload_id, answer=str(receipt.answer), codes=dict(codes),
        revision=receipt.revision, waited_ms=waited,
    )  # fmt: skip


def count_copies(make: Callable[Given, bytes | None]) -> Callable[Given, bytes | None]:
    """The maker of marked copies, with a count of each announced copy that could not be made."""

    def make_counted(*args: Given.args, **kwargs: Given.kwargs) -> bytes | None:
        copy = None
        try:
            copy = make(*args, **kwargs)
        finally:
            if copy is None:
                put_metrics({"MarkedCopyMissing": 1})
        return copy

    return make_counted


def put_metrics(counts: Mapping[str, int], **milliseconds: int) -> None:
    """Writes counts, and durations in milliseconds."""
    metrics = Metrics(namespace=_NAMESPACE, service=_name_service())
    for name, number in counts.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=number)
    for name, duration in milliseconds.items():
        metrics.add_metric(name=name, unit=MetricUnit.Milliseconds, value=duration)
    metrics.flush_metrics()


def _count_code(code: str) -> None:
    """Counts rejections by code as separate metrics, which cost only in the hours in which they happen."""
    with single_metric(
        name="RejectedFor", unit=MetricUnit.Count, value=1, namespace=_NAMESPACE,
        default_dimensions={"service": _name_service(), "code": code},
    ):  # fmt: skip
        return


def _milliseconds(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds() * 1000))
