"""A unit justifies the warnings of what it has sent."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.submission.records import Receipt, State
from chalicelib.store import obligations
from chalicelib.store.justifications import Justification, commit_justification, list_justifications


class NothingToJustify(ValueError):
    """The upload did not become a revision."""


def justify_warnings(receipt: Receipt, text: str, *, now: datetime) -> State:
    """Keeps what the unit says of the warnings of an accepted revision; the same said again is kept once.

    Raises NothingToJustify for the receipt of a rejected upload, and StateMoved where the obligation changed meanwhile.
    """
    if not receipt.revision:
        raise NothingToJustify(receipt.upload_id)
    address = receipt.address
    state, before = obligations.find_state(address), list_justifications(address).get(receipt.revision)
    if before and before.text == text:
        return state
    line = make_line(
        Action.SUBMISSION_JUSTIFIED,
        receipt.upload_id,
        programme=address.programme,
        stamp=Stamp(f"unit:{address.unit}", now),
        period=address.period,
        form=address.form,
        unit=address.unit,
        revision=str(receipt.revision),
    )
    said = Justification(address=address, revision=receipt.revision, at=now, text=text)
    return commit_justification(said, state, line)
