"""Requests an edition of the consolidated report. Another Lambda function makes it; the request does not wait."""

from __future__ import annotations

from chalicelib.domain.audit import Action, Stamp, make_line, name_period
from chalicelib.domain.programme.branches import split_branch
from chalicelib.external import functions
from chalicelib.store.audit import append


def ask_for_edition(programme: str, *, period: str, reason: str, stamp: Stamp) -> None:
    """Requests an edition of the period now, of a programme or of one branch of it. None is made if nothing has changed
    since the last one.

    A supplement states `reason`, or what has changed if there is none.
    """
    asked = {"programme": programme, "period": period, "actor": stamp.actor}
    functions.ask_for_edition(asked | ({"reason": reason} if reason else {}))
    code, _ = split_branch(programme)
    append(make_line(Action.EDITION_ASKED, name_period(programme, period=period), programme=code, stamp=stamp))
