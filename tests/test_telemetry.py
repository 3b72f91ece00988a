"""Logs are structured and hold no contents; an answer is counted by what it was and why."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import telemetry
from chalicelib.domain.issues.issue import make_issue
from chalicelib.domain.submission.records import Address, Answer, Receipt
from chalicelib.store.errors import Denied

UPLOAD = "0123456789abcdef" * 2
RECEIVED = datetime(2022, 5, 10, 5, tzinfo=UTC)


def make_receipt(answer: Answer, *codes: str) -> Receipt:
    return Receipt(
        number="BN-1", upload_id=UPLOAD, address=Address(programme="p", period="k", form="f", unit="u"),
        answer=answer, received=RECEIVED, decided=RECEIVED + timedelta(seconds=2), sha256="", size=1,
        file_name="bí mật.xlsx", issues=tuple(make_issue(code) for code in codes),
    )  # fmt: skip


def render(record: logging.LogRecord) -> dict[str, Any]:
    return dict(json.loads(telemetry._set_up().format(record)))


def read_metrics(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if '"_aws"' in line]


def test_an_answer_is_counted_with_its_codes_and_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.count_receipt(make_receipt(Answer.REJECTED, "file.empty", "upload.missing"))
    counted, *by_code = read_metrics(capsys.readouterr().out)
    assert (counted["Rejected"], counted["TimeToReceipt"]) == ([1.0], [2000.0])
    assert sorted(line["code"] for line in by_code) == ["file.empty", "upload.missing"]


def test_what_is_accepted_is_counted_by_no_code(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.count_receipt(make_receipt(Answer.ACCEPTED))
    (counted,) = read_metrics(capsys.readouterr().out)
    assert counted["Accepted"] == [1.0]


def test_every_line_of_an_upload_bears_its_id(caplog: pytest.LogCaptureFixture) -> None:
    key = f"inbox/p/k/f/u/{UPLOAD}"
    with caplog.at_level(logging.INFO), telemetry.watch("intake", correlation_id=telemetry.correlate(key)):
        telemetry.note("receipt")
        line = render(caplog.records[-1])
    assert (line["correlation_id"], line["function"], line["message"]) == (UPLOAD, "intake", "receipt")
    assert "correlation_id" not in render(caplog.records[-1])


def test_an_exception_leaves_its_places_and_not_its_message(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(telemetry.Failed, match=r"^ValueError$") as raised, telemetry.watch("intake"):
        int("12 em Nguyễn Văn A")
    text = json.dumps(render(caplog.records[-1]), ensure_ascii=False)
    assert "test_telemetry.py" in text
    assert "Nguyễn" not in text
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_causes_are_told_too_and_storage_may_say_what_it_is_about() -> None:
    try:
        try:
            raise Denied("marked/x: AccessDenied")
        except Denied as denied:
            raise RuntimeError("12 em") from denied
    except RuntimeError as error:
        told = telemetry.describe_error(error)
    assert "Denied: marked/x: AccessDenied" in told
    assert "12 em" not in told


def test_a_key_that_is_not_ours_is_cut_short() -> None:
    assert len(telemetry.correlate("inbox/" + "x" * 900)) == 64
