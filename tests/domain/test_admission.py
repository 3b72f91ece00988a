"""Whether an upload may be sent at all."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.submission.admission import find_misaddress, find_obstacle, find_paper_obstacle
from chalicelib.domain.submission.records import Address
from tests.domain.builders import ADDRESS, DUE, HOUR, LOCK, MOMENT, OPENS, make_programme, make_state, make_unit

PROGRAMME = make_programme(units=(make_unit("178", "Lạng Sơn"), make_unit("SYT", "Sở Y tế", "department")))


@pytest.mark.parametrize(
    ("at", "until", "code"),
    [
        (OPENS - MOMENT, None, "upload.not_open"),
        (OPENS - MOMENT, LOCK + HOUR, "upload.not_open"),
        (OPENS, None, None),
        (LOCK - MOMENT, None, None),
        (LOCK, None, "upload.locked"),
        (LOCK, LOCK + HOUR, None),
        (LOCK + HOUR, LOCK + HOUR, "upload.locked"),
        (LOCK - MOMENT, DUE + HOUR, None),
    ],
)
def test_an_upload_may_be_prepared_from_opening_to_lock(at: datetime, until: datetime | None, code: str | None) -> None:
    obstacle = find_obstacle(ADDRESS, PROGRAMME, make_state(exception_until=until), at=at)
    assert (obstacle and obstacle.code) == code


@pytest.mark.parametrize(
    "change",
    [{"period": "quy-9"}, {"unit": "999"}, {"form": "khac"}, {"unit": "SYT"}],
    ids=["no such period", "no such unit", "no such form", "a unit of a type without the duty"],
)
def test_what_the_programme_does_not_ask_for_is_not_owed(change: dict[str, str]) -> None:
    address: Address = ADDRESS.model_copy(update=change)
    for found in (find_misaddress(address, PROGRAMME), find_obstacle(address, PROGRAMME, make_state(), at=OPENS)):
        assert found is not None
        assert (found.code, found.found) == ("upload.not_owed", address.unit)
    assert find_paper_obstacle(address, PROGRAMME, make_state(), received=DUE, now=LATER)


def test_what_is_owed_is_no_misaddress() -> None:
    assert find_misaddress(ADDRESS, PROGRAMME) is None


# What came on paper may be entered exactly where the unit could have sent it when the paper came

LATER = LOCK + timedelta(days=5)
LOCKED = "đã khóa trước thời điểm nhận bản giấy. Xin gia hạn cho đơn vị"


@pytest.mark.parametrize(
    ("received", "exception", "said"),
    [
        (OPENS - MOMENT, None, "chưa mở"),
        (OPENS, None, ""),
        (DUE, None, ""),
        (LOCK - MOMENT, None, ""),
        (LOCK, None, LOCKED),
        (LOCK, LOCK + HOUR, ""),
        (LOCK + HOUR, LOCK + HOUR, LOCKED),
        (LATER, LATER + MOMENT, ""),
        (LATER + MOMENT, LATER + HOUR, "không thể sau lúc này"),
    ],
)
def test_paper_is_judged_by_when_it_came(received: datetime, exception: datetime | None, said: str) -> None:
    state = make_state(exception_until=exception)
    found = find_paper_obstacle(ADDRESS, PROGRAMME, state, received=received, now=LATER)
    assert said in found
    assert bool(said) == bool(found)
