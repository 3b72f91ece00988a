"""A unit justifies the warnings of what was accepted, and of nothing else."""

from __future__ import annotations

import pytest

from chalicelib.intake.justify import NothingToJustify, justify_warnings
from chalicelib.intake.receive import receive
from chalicelib.store import audit, obligations
from chalicelib.store.justifications import list_justifications
from tests.store.sample import ADDRESS, NOON, check, import_sample, now, numbered, send, workbook


@pytest.fixture(autouse=True)
def _programme(stores: None) -> None:
    import_sample()


def test_the_text_stands_on_the_state_and_beside_the_revision_and_its_author_in_the_audit() -> None:
    receipt = receive(*send(workbook(A1=5), numbered(1)), now=now, check=check)
    state = justify_warnings(receipt, "Do mưa lũ.", now=NOON)
    assert state == obligations.find_state(ADDRESS)
    assert state.submission
    assert state.submission.justification == "Do mưa lũ."
    assert {number: each.text for number, each in list_justifications(ADDRESS).items()} == {1: "Do mưa lũ."}
    lines = [line for line in audit.query_month("mau", month="2022-05") if line.action == "submission.justified"]
    assert [(line.actor, line.subject, line.details) for line in lines] == [
        ("unit:178", numbered(1), {"period": "6-thang", "form": "bc", "unit": "178", "revision": "1"})
    ]


def test_a_rejected_upload_has_nothing_to_justify() -> None:
    receipt = receive(*send(b"bad", numbered(1)), now=now, check=check)
    with pytest.raises(NothingToJustify):
        justify_warnings(receipt, "Do mưa lũ.", now=NOON)
    assert list_justifications(ADDRESS) == {}
