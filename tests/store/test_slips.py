"""Whoever makes a file of slips says so first, and what it says may be taken away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.store import objects
from chalicelib.store.errors import ConditionFailed, Denied
from chalicelib.store.slips import claim_slips

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


def test_a_claim_that_was_taken_away_while_it_is_looked_at_is_somebody_elses(
    stores: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 says "denied" of a missing object to whoever may not list its bucket: the function that makes slips."""
    claim_slips("mau", asked_id="0" * 32, made=NOON, links=2)

    def deny(*_: object, **__: object) -> objects.StoredObject:
        raise Denied("slips/mau")

    monkeypatch.setattr(objects, "read_object", deny)
    with pytest.raises(ConditionFailed):
        claim_slips("mau", asked_id="0" * 32, made=NOON, links=2)
