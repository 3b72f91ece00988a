"""What came on paper may be entered exactly where the unit could have sent it when the paper came."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.submission.admission import find_paper_obstacle
from chalicelib.domain.submission.records import State
from tests.store.sample import ADDRESS, DUE, LOCK, make_programme

PROGRAMME = make_programme()
OPENS = PROGRAMME.period_by_code[ADDRESS.period].opens
SECOND, LATER = timedelta(seconds=1), LOCK + timedelta(days=5)
LOCKED = "đã khóa trước thời điểm nhận bản giấy. Xin gia hạn cho đơn vị"


@pytest.mark.parametrize(
    ("received", "exception", "said"),
    [
        (OPENS - SECOND, None, "chưa mở"),
        (OPENS, None, ""),
        (DUE, None, ""),
        (LOCK - SECOND, None, ""),
        (LOCK, None, LOCKED),
        (LOCK, LOCK + timedelta(days=1), ""),
        (LOCK + timedelta(days=1), LOCK + timedelta(days=1), LOCKED),
        (LATER, LATER + SECOND, ""),
        (LATER + SECOND, LATER + timedelta(days=1), "không thể sau lúc này"),
    ],
)
def test_paper_is_judged_by_when_it_came(received: datetime, exception: datetime | None, said: str) -> None:
    state = State(address=ADDRESS, change=1, exception_until=exception)
    found = find_paper_obstacle(ADDRESS, PROGRAMME, state, received=received, now=LATER)
    assert said in found
    assert bool(said) == bool(found)


@pytest.mark.parametrize("wrong", [{"unit": "999"}, {"form": "khac"}, {"period": "quy-1"}])
def test_what_nobody_owes_is_not_entered(wrong: dict[str, str]) -> None:
    address = ADDRESS.model_copy(update=wrong)
    assert find_paper_obstacle(address, PROGRAMME, State(address=address, change=0), received=DUE, now=LATER)
