"""What a form's fields are read as."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

import pytest

from chalicelib.domain.clock import VIETNAM
from chalicelib.web.forms import read_moment
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request


def read(text: str) -> datetime:
    noon = datetime(2026, 5, 10, 12, tzinfo=VIETNAM)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode({"luc": text}).encode()
    request = Request(
        method="POST", path="/", query={}, headers=headers, cookies={}, address="", base="", now=noon, body=body
    )
    return read_moment(request, "luc", label="Lúc")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-15", datetime(2026, 5, 16)),
        ("2026-05-15T10:30", datetime(2026, 5, 15, 10, 30)),
        (" 2026-05-15 10:30:05 ", datetime(2026, 5, 15, 10, 30, 5)),
    ],
)
def test_a_date_alone_means_the_end_of_its_day(text: str, expected: datetime) -> None:
    assert read(text) == expected.replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    "text",
    ["20260515", "2026W205", "2026-W20-5", "20260515T1030", "2026-05-15T10", "2026-05-15T10:30+07:00", "2026-02-30",
     "2026-05-15T10:30:00.5", "15/5/2026", "٢٠٢٦-05-15", "2019-12-31", "2100-01-01", "x"],
)  # fmt: skip
def test_no_other_way_of_writing_a_date_is_guessed_at(text: str) -> None:
    with pytest.raises(FormWrong):
        read(text)
