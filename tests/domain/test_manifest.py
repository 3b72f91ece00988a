"""What an edition was made from: equal hashes mean that nothing that it shows has changed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.domain.period.manifest import FORMAT, describe_inputs, hash_manifest, hash_text
from chalicelib.domain.programme.model import Succession
from chalicelib.domain.submission.records import Review, State
from tests.domain.builders import DUE, HOUR, LOCK, OPENS, make_indicator, make_programme, make_state, make_submission

PROGRAMME = make_programme()
PERIOD = PROGRAMME.period_by_code["nam"]
SENT = make_state(make_submission(2, received=OPENS))
SPLIT = Succession(old="178", old_name="Lạng Sơn", old_parent="", new="05977", on=date(2025, 7, 1))


def describe(*states: State, **more: Any) -> dict[str, Any]:
    programme = more.pop("programme", PROGRAMME)
    given = {"phase": "open", "compared": (None, None), "made_with": {}}
    return describe_inputs(programme, PERIOD, states, **{**given, **more})


def describe_state(state: State) -> dict[str, Any]:
    (described,) = describe(state)["states"]
    return dict(described)


def test_a_manifest_is_plain_data_and_survives_json() -> None:
    manifest = describe(SENT, made_with={"b": "2", "a": "1"}, compared=[{"period": "6-thang"}, None], outsiders=["9"])
    assert json.loads(json.dumps(manifest)) == manifest
    assert manifest == {
        "format": FORMAT, "programme": "mau", "programme_version": 4,
        "programme_sha256": hash_text(PROGRAMME.model_dump_json()), "period": "nam", "phase": "open",
        "states": [describe_state(SENT)], "outsiders": ["9"], "compared": [{"period": "6-thang"}, None],
        "made_with": {"a": "1", "b": "2"},
    }  # fmt: skip
    assert list(manifest["made_with"]) == ["a", "b"]


def test_a_state_is_described_by_what_the_report_shows_of_it() -> None:
    until, sent = LOCK + HOUR, SENT.submission
    assert sent is not None
    state = SENT.model_copy(
        update={"review": Review.APPROVED, "comment": "đạt", "exception_until": until, "exception_reason": "mưa lũ"}
    )
    assert describe_state(state) == {
        "unit": "178", "form": "bc", "revision": 2, "sha256": sent.sha256, "upload_id": sent.upload_id,
        "received": OPENS.isoformat(), "first_received": OPENS.isoformat(), "timeliness": "on_time",
        "review": "approved", "comment": "đạt", "exception_until": until.isoformat(), "exception_reason": "mưa lũ",
        "refused": False,
    }  # fmt: skip


def test_a_state_without_a_submission_names_no_revision_and_no_bytes() -> None:
    described = describe_state(make_state(revision=3, last_rejected=OPENS))
    assert (described["revision"], described["sha256"], described["upload_id"]) == (0, "", "")


def test_a_file_without_a_receipt_time_has_none_in_the_manifest() -> None:
    described = describe_state(SENT.model_copy(update={"timeliness": None, "first_received": None}))
    assert (described["received"], described["first_received"], described["timeliness"]) == (None, None, None)


@pytest.mark.parametrize(
    ("state", "is_listed"),
    [
        (make_state(), False),
        (make_state(change=9, last_received=OPENS), False),
        (SENT, True),
        (make_state(last_rejected=OPENS), True),
        (make_state(exception_until=LOCK), True),
        (make_state(exception_reason="mưa lũ"), True),
    ],
    ids=["fresh", "nothing shown", "sent", "only refused", "an exception", "a reason"],
)
def test_a_state_that_leaves_no_trace_in_the_report_is_not_listed(state: State, is_listed: bool) -> None:
    assert len(describe(state)["states"]) == is_listed


@pytest.mark.parametrize(
    ("state", "is_refused"),
    [
        (make_state(last_rejected=OPENS), True),
        (SENT.model_copy(update={"last_rejected": DUE}), False),
        (SENT.model_copy(update={"last_rejected": DUE, "review": Review.RETURNED}), True),
        (SENT.model_copy(update={"last_rejected": OPENS, "review": Review.RETURNED}), False),
        (SENT.model_copy(update={"last_rejected": None, "review": Review.RETURNED}), False),
    ],
    ids=["nothing else", "a revision counts", "after what was returned", "with what was returned", "nothing refused"],
)
def test_refused_is_where_a_rejected_upload_is_all_that_came_since(state: State, is_refused: bool) -> None:
    assert describe_state(state)["refused"] is is_refused


CHANGED: dict[str, dict[str, Any]] = {
    "another revision": {"states": [make_state(make_submission(3, received=OPENS))]},
    "approved": {"states": [SENT.model_copy(update={"review": Review.APPROVED})]},
    "a comment": {"states": [SENT.model_copy(update={"comment": "đạt"})]},
    "the phase": {"phase": "locked"},
    "the programme's data": {"programme": make_programme((make_indicator("A1", label="Số vụ"),))},
    "the programme's version": {"programme": make_programme(version=5)},
    "a stranger's report": {"outsiders": ["999"]},
    "what it is compared with": {"compared": ({"period": "6-thang"}, None)},
    "as which it is compared": {"compared": (None, {"period": "6-thang"})},
    "what makes it": {"made_with": {"code": "2"}},
    "boundaries": {"programme": make_programme(successions=(SPLIT,))},
    "a unit more": {"states": [SENT, make_state(make_submission(unit="180"))]},
}


@pytest.mark.parametrize("change", CHANGED)
def test_whatever_shows_changes_the_hash(change: str) -> None:
    changed = dict(CHANGED[change])
    states = changed.pop("states", [SENT])
    assert hash_manifest(describe(*states, **changed)) != hash_manifest(describe(SENT))


@pytest.mark.parametrize(
    "same",
    [
        SENT.model_copy(update={"change": 99}),
        SENT.model_copy(update={"last_received": DUE}),
        SENT.model_copy(update={"last_rejected": DUE}),
    ],
    ids=["how often it was written", "the same bytes again", "a bad upload beside a good one"],
)
def test_what_shows_nowhere_leaves_the_hash(same: State) -> None:
    assert hash_manifest(describe(same)) == hash_manifest(describe(SENT))


def test_the_hash_is_of_the_contents_and_not_of_their_order_or_their_spelling_in_json() -> None:
    assert hash_manifest({"a": 1, "b": "ế"}) == hash_manifest({"b": "ế", "a": 1}) == hash_text('{"a":1,"b":"ế"}')
    assert hash_manifest({"at": datetime(2022, 5, 1, tzinfo=UTC)}) == hash_text('{"at":"2022-05-01 00:00:00+00:00"}')
    assert hash_text("\ud800")  # half a character, as broken text may hold
